#include "app/rooms/room_wire.hpp"

#include <array>
#include <stdexcept>
#include <type_traits>

#include <nlohmann/json.hpp>

namespace parley {
namespace {

using nlohmann::json;

template <class Type, class... Types>
concept one_of = (std::is_same_v<Type, Types> || ...);

// --- the fields of each struct, named once for both directions ---

template <class Visitor>
void fields(Visitor&, one_of<leave_room, give_up_room, say_typing, tell_details> auto&) {}
template <class Visitor>
void fields(Visitor& each, one_of<put_out, stands, page, told> auto& it) {
  each("json", it.json);
}

template <class Visitor>
void fields(Visitor& each, socket_id& it) {
  each("shard", it.shard), each("number", it.number);
}
template <class Visitor>
void fields(Visitor& each, chat::actor& it) {
  each("user", it.user), each("key", it.key), each("is_operator", it.is_operator);
}
template <class Visitor>
void fields(Visitor& each, chat::room::position& it) {
  each("epoch", it.epoch), each("seq", it.seq);
}
template <class Visitor>
void fields(Visitor& each, chat::room_log::range& it) {
  each("where", it.where), each("seq", it.seq), each("limit", it.limit);
}
template <class Visitor>
void fields(Visitor& each, chat::moderation& it) {
  each("act", it.act), each("user", it.user), each("key", it.key), each("is_operator", it.is_operator);
  each("seq", it.seq), each("mute_for", it.mute_for), each("reason", it.reason);
}
template <class Visitor>
void fields(Visitor& each, chat::room_changes& it) {
  each("topic", it.topic), each("is_private", it.is_private), each("capacity", it.capacity);
  each("slow_mode", it.slow_mode), each("renew_invite", it.renew_invite);
}
template <class Visitor>
void fields(Visitor& each, chat::refusal& it) {
  each("code", it.code), each("message", it.message);
}
template <class Visitor>
void fields(Visitor& each, seat& it) {
  each("slice", it.slice), each("skip", it.skip);
}

template <class Visitor>
void fields(Visitor& each, join_room& it) {
  each("resume_at", it.resume_at), each("invite", it.invite), each("again", it.again);
}
template <class Visitor>
void fields(Visitor& each, publish_message& it) {
  each("id", it.id), each("text", it.text);
}
template <class Visitor>
void fields(Visitor& each, read_page& it) {
  each("wanted", it.wanted);
}
template <class Visitor>
void fields(Visitor& each, count_unread& it) {
  each("after", it.after);
}
template <class Visitor>
void fields(Visitor& each, moderate_room& it) {
  each("act", it.act);
}
template <class Visitor>
void fields(Visitor& each, configure_room& it) {
  each("changes", it.changes);
}
template <class Visitor>
void fields(Visitor& each, make_room& it) {
  each("record", it.record);
}

template <class Visitor>
void fields(Visitor& each, entered& it) {
  each("who", it.who), each("frame", it.frame), each("where", it.where);
}
template <class Visitor>
void fields(Visitor& each, not_entered& it) {
  each("why", it.why);
}
template <class Visitor>
void fields(Visitor& each, acknowledged& it) {
  each("json", it.json), each("repeated", it.repeated);
}
template <class Visitor>
void fields(Visitor& each, refused& it) {
  each("json", it.json), each("why", it.why);
}
template <class Visitor>
void fields(Visitor& each, made& it) {
  each("json", it.json), each("why_not", it.why_not);
}

template <class Visitor>
void fields(Visitor& each, room_request& it) {
  each("room", it.room), each("from", it.from), each("who", it.who), each("what", it.what);
}
template <class Visitor>
void fields(Visitor& each, room_answer& it) {
  each("room", it.room), each("to", it.to), each("what", it.what);
}

// The last values that an enumeration may have.
constexpr auto last_of(chat::moderation_act) {
  return chat::moderation_act::dismiss;
}
constexpr auto last_of(chat::error_code) {
  return chat::error_code::no_such_message;
}
constexpr auto last_of(chat::room_log::range::direction) {
  return chat::room_log::range::direction::after;
}

// --- writing ---

struct writer {
  json out = json::object();

  template <class Value>
  void operator()(const char* name, const Value& value) {
    out[name] = write(value);
  }

  template <class Value>
  static json write(const Value& value) {
    if constexpr (std::is_enum_v<Value>) {
      return static_cast<std::uint64_t>(value);
    } else if constexpr (std::is_arithmetic_v<Value> || std::is_same_v<Value, std::string>) {
      return value;
    } else {
      writer inner;
      fields(inner, const_cast<Value&>(value));  // they are only read
      return std::move(inner.out);
    }
  }
  static json write(chat::milliseconds time) { return time.count(); }
  static json write(const chat::room_name& name) { return name.str(); }
  static json write(const chat::message_text& text) { return text.str(); }
  static json write(const chat::room_record& record) { return chat::to_json(record); }
  template <class Value>
  static json write(const std::optional<Value>& value) {
    return value ? json::array({write(*value)}) : json::array();
  }
  // The alternative's number, and its fields.
  template <class... Each>
  static json write(const std::variant<Each...>& value) {
    return json::array({value.index(), std::visit([](const auto& each) { return write(each); }, value)});
  }
};

// --- reading ---

// Types that have no empty value are read into a value that stands for one.
template <class Value>
Value blank() {
  return Value{};
}
template <>
chat::room_name blank() {
  return *chat::room_name::parse("none");
}
template <>
chat::message_text blank() {
  return *chat::message_text::parse("none", 0);
}
template <>
publish_message blank() {
  return {{}, blank<chat::message_text>()};
}
template <>
room_request blank() {
  return {blank<chat::room_name>(), {}, {}, leave_room{}};
}
template <>
room_answer blank() {
  return {blank<chat::room_name>(), {}, told{}};
}

struct reader {
  const json& in;

  template <class Value>
  void operator()(const char* name, Value& value) {
    read(in.at(name), value);
  }

  template <class Value>
  static void read(const json& from, Value& value) {
    if constexpr (std::is_enum_v<Value>) {
      const auto number = from.get<std::uint64_t>();
      if (number > static_cast<std::uint64_t>(last_of(value)))
        throw std::invalid_argument("the value " + std::to_string(number) + " is not known");
      value = static_cast<Value>(number);
    } else if constexpr (std::is_arithmetic_v<Value> || std::is_same_v<Value, std::string>) {
      from.get_to(value);
    } else {
      reader inner{from};
      fields(inner, value);
    }
  }
  static void read(const json& from, chat::milliseconds& value) {
    value = chat::milliseconds(from.get<std::int64_t>());
  }
  static void read(const json& from, chat::room_name& value) {
    auto name = chat::room_name::parse(from.get_ref<const std::string&>());
    if (!name) throw std::invalid_argument(name.error().message);
    value = std::move(*name);
  }
  static void read(const json& from, chat::message_text& value) {
    auto text = chat::message_text::parse(from.get_ref<const std::string&>(), 0);
    if (!text) throw std::invalid_argument(text.error().message);
    value = std::move(*text);
  }
  static void read(const json& from, chat::room_record& value) {
    auto record = chat::parse_room_record(from.get_ref<const std::string&>());
    if (!record) throw std::invalid_argument("this is no record of a room");
    value = std::move(*record);
  }
  template <class Value>
  static void read(const json& from, std::optional<Value>& value) {
    value.reset();
    if (!from.empty()) read(from.at(0), value.emplace(blank<Value>()));
  }
  template <class... Each>
  static void read(const json& from, std::variant<Each...>& value) {
    using any = std::variant<Each...>;
    constexpr std::array<any (*)(const json&), sizeof...(Each)> alternatives{[](const json& inner) -> any {
      auto each = blank<Each>();
      read(inner, each);
      return each;
    }...};
    const auto index = from.at(0).get<std::size_t>();
    if (index >= alternatives.size())
      throw std::invalid_argument("the kind " + std::to_string(index) + " is not known");
    value = alternatives[index](from.at(1));
  }
};

template <class Value>
std::string write_all(const Value& value) {
  const auto bytes = json::to_msgpack(writer::write(value));
  return {bytes.begin(), bytes.end()};
}

// Bytes that nest deeper than any request or answer does are not read: the parser goes down with them.
class depth_check final : public nlohmann::json_sax<json> {
 public:
  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool key(string_t&) override { return true; }
  bool start_object(std::size_t) override { return ++depth_ <= deepest; }
  bool end_object() override { return down(); }
  bool start_array(std::size_t) override { return ++depth_ <= deepest; }
  bool end_array() override { return down(); }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
    return false;
  }

 private:
  static constexpr int deepest = 16;

  bool down() {
    --depth_;
    return true;
  }

  int depth_ = 0;
};

template <class Value>
tl::expected<Value, std::string> read_all(std::string_view bytes) {
  depth_check depth;
  if (!json::sax_parse(bytes, &depth, json::input_format_t::msgpack))
    return tl::unexpected<std::string>("this is no MessagePack of a request or an answer");
  try {
    auto value = blank<Value>();
    reader::read(json::from_msgpack(bytes), value);
    return value;
  } catch (const std::exception& error) {
    return tl::unexpected<std::string>(error.what());
  }
}

}  // namespace

std::string to_bytes(const room_request& request) {
  return write_all(request);
}

std::string to_bytes(const room_answer& answer) {
  return write_all(answer);
}

tl::expected<room_request, std::string> read_room_request(std::string_view bytes) {
  return read_all<room_request>(bytes);
}

tl::expected<room_answer, std::string> read_room_answer(std::string_view bytes) {
  return read_all<room_answer>(bytes);
}

}  // namespace parley
