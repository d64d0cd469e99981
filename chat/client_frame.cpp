#include "chat/client_frame.hpp"

#include <nlohmann/json.hpp>

#include "chat/utf8.hpp"

namespace parley::chat {
namespace {

using nlohmann::json;

constexpr std::size_t max_id = 64;    // code points of a message's id
constexpr std::size_t max_echo = 40;  // bytes of a stranger's word in our answer

// Reads the fields of one frame and remembers the first thing that is wrong.
class field_reader {
 public:
  explicit field_reader(const json& object) : object_(object) {}

  std::string string(const char* name) {
    const auto found = object_.find(name);
    if (found == object_.end()) return missing(name), std::string();
    return text(name, *found);
  }
  std::string optional_string(const char* name) {
    const auto found = object_.find(name);
    return found == object_.end() || found->is_null() ? std::string() : text(name, *found);
  }
  std::optional<std::uint64_t> optional_number(const char* name) {
    const auto found = object_.find(name);
    if (found == object_.end() || found->is_null()) return std::nullopt;
    if (!found->is_number_unsigned())
      return refuse(std::string("The field \"") + name + "\" has to be a whole number from 0."), std::nullopt;
    return found->get<std::uint64_t>();
  }
  std::string id() {
    auto value = optional_string("id");
    const auto length = count_code_points(value);
    if (object_.contains("id") && (!length || *length == 0 || *length > max_id))
      refuse("The field \"id\" has to have 1 to 64 characters.");
    return value;
  }

  void refuse(std::string message) {
    if (!problem_) problem_ = refusal{error_code::bad_field, std::move(message)};
  }
  const std::optional<refusal>& problem() const { return problem_; }

 private:
  void missing(const char* name) { refuse(std::string("The field \"") + name + "\" is missing."); }
  std::string text(const char* name, const json& value) {
    if (value.is_string()) return value.get<std::string>();
    refuse(std::string("The field \"") + name + "\" has to be a string.");
    return {};
  }

  const json& object_;
  std::optional<refusal> problem_;
};

std::optional<client_frame> read_frame(std::string_view type, field_reader& fields) {
  // Named variables: the first field that is wrong is the one that is reported, so the order of reading
  // matters.
  if (type == "message") {
    message_frame frame;
    frame.room = fields.string("room");
    frame.text = fields.string("text");
    frame.id = fields.id();
    return frame;
  }
  if (type == "activity") return activity_frame{};
  if (type == "join") {
    join_frame frame;
    frame.room = fields.string("room");
    frame.after = fields.optional_number("after");
    frame.epoch = fields.optional_string("epoch");
    return frame;
  }
  if (type == "history") {
    history_frame frame;
    frame.room = fields.string("room");
    frame.before = fields.optional_number("before");
    frame.after = fields.optional_number("after");
    frame.limit = fields.optional_number("limit");
    if (frame.before.has_value() == frame.after.has_value())
      fields.refuse("The field \"before\" or the field \"after\" has to be there, and not both.");
    return frame;
  }
  if (type == "leave") return leave_frame{fields.string("room")};
  if (type == "login") {
    login_frame frame;
    frame.username = fields.string("username");
    frame.password = fields.string("password");
    return frame;
  }
  if (type == "resume") return resume_frame{fields.string("token")};
  if (type == "logout") return logout_frame{};
  return std::nullopt;
}

// What an error may name even where the rest of the frame is wrong.
std::string echo(const json& object, const char* name, std::size_t limit) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_string()) return {};
  const auto& value = found->get_ref<const std::string&>();
  return value.size() <= limit ? value : std::string();
}

}  // namespace

tl::expected<client_frame, frame_refusal> parse_client_frame(std::string_view text) {
  // The parser takes a NUL for the end of the text.
  const bool has_nul = text.find('\0') != std::string_view::npos;
  const auto object = has_nul ? json() : json::parse(text, nullptr, false);
  if (!object.is_object())
    return tl::unexpected(
        frame_refusal{{error_code::bad_json, "A frame has to be one JSON object."}, {}, {}});

  const auto refuse = [&](refusal why) {
    return tl::unexpected(
        frame_refusal{std::move(why), echo(object, "id", 4 * max_id), echo(object, "room", max_echo)});
  };
  const auto type = object.find("type");
  if (type == object.end() || !type->is_string())
    return refuse({error_code::bad_field, "The field \"type\" has to be a string."});

  field_reader fields(object);
  auto frame = read_frame(type->get_ref<const std::string&>(), fields);
  if (!frame)
    return refuse({error_code::unknown_type,
                   "There is no frame of the type \"" + echo(object, "type", max_echo) + "\"."});
  if (fields.problem()) return refuse(*fields.problem());
  return std::move(*frame);
}

}  // namespace parley::chat
