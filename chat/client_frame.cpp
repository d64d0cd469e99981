#include "chat/client_frame.hpp"

#include <algorithm>

#include "chat/flat_json.hpp"
#include "chat/utf8.hpp"

namespace parley::chat {
namespace {

constexpr std::size_t max_id = 64;  // code points of a message's id
constexpr std::size_t max_echo =
    70;  // bytes of a stranger's word in our answer: the longest room's name fits
constexpr std::size_t max_query = 100;  // code points
constexpr std::size_t max_reason = 120;

// Reads the fields of one frame and remembers the first thing that is wrong.
class field_reader {
 public:
  explicit field_reader(const flat_json& object) : object_(object) {}

  std::string string(const char* name) {
    if (!object_.find(name)) return missing(name), std::string();
    return text(name);
  }
  std::string optional_string(const char* name) { return is_there(name) ? text(name) : std::string(); }
  std::optional<std::uint64_t> optional_number(const char* name) {
    if (!is_there(name)) return std::nullopt;
    if (const auto* const number = std::get_if<std::uint64_t>(object_.find(name))) return *number;
    return refuse(std::string("The field \"") + name + "\" has to be a whole number from 0."), std::nullopt;
  }
  std::uint64_t number(const char* name) {
    if (!object_.find(name)) missing(name);
    return optional_number(name).value_or(0);
  }
  // A whole number of milliseconds in a range.
  std::optional<milliseconds> optional_time(const char* name, milliseconds least, milliseconds most) {
    const auto value = optional_number(name);
    if (!value) return std::nullopt;
    if (*value >= static_cast<std::uint64_t>(least.count()) &&
        *value <= static_cast<std::uint64_t>(most.count()))
      return milliseconds(static_cast<milliseconds::rep>(*value));
    refuse(std::string("The field \"") + name + "\" has to be a number of milliseconds from " +
           std::to_string(least.count()) + " to " + std::to_string(most.count()) + ".");
    return std::nullopt;
  }
  std::optional<bool> optional_bool(const char* name) {
    if (!is_there(name)) return std::nullopt;
    if (const auto* const truth = std::get_if<bool>(object_.find(name))) return *truth;
    refuse(std::string("The field \"") + name + "\" has to be true or false.");
    return std::nullopt;
  }
  // One line, which may be empty.
  std::string line(const char* name, std::size_t limit) {
    auto value = optional_string(name);
    if (value.empty()) return value;
    const auto parsed = message_text::parse(value, limit);
    if (!parsed) refuse(std::string("The field \"") + name + "\": " + parsed.error().message);
    return parsed ? parsed->str() : std::string();
  }
  std::optional<std::string> optional_topic() {
    if (!is_there("topic")) return std::nullopt;
    const auto topic = room_topic::parse(optional_string("topic"));
    if (!topic && !problem_) problem_ = topic.error();
    return topic ? std::optional(topic->str()) : std::nullopt;
  }
  std::string id() {
    auto value = optional_string("id");
    const auto length = count_code_points(value);
    if (object_.find("id") && (!length || *length == 0 || *length > max_id))
      refuse("The field \"id\" has to have 1 to 64 characters.");
    return value;
  }

  void refuse(std::string message) {
    if (!problem_) problem_ = refusal{error_code::bad_field, std::move(message)};
  }
  const std::optional<refusal>& problem() const { return problem_; }

 private:
  void missing(const char* name) { refuse(std::string("The field \"") + name + "\" is missing."); }
  bool is_there(const char* name) const {  // null is as good as nothing
    const auto* const found = object_.find(name);
    return found && !std::holds_alternative<std::nullptr_t>(*found);
  }
  std::string text(const char* name) {
    if (const auto* const found = object_.find_string(name)) return *found;
    refuse(std::string("The field \"") + name + "\" has to be a string.");
    return {};
  }

  const flat_json& object_;
  std::optional<refusal> problem_;
};

// The settings of a room, as far as they are there.
room_changes read_changes(field_reader& fields) {
  room_changes changes;
  changes.topic = fields.optional_topic();
  changes.is_private = fields.optional_bool("private");
  if (const auto capacity = fields.optional_number("capacity")) {
    constexpr std::uint64_t most = 10'000'000;
    if (*capacity > most) fields.refuse("The field \"capacity\" has to be a number from 0 to 10000000.");
    changes.capacity = static_cast<std::size_t>(std::min(*capacity, most));
  }
  changes.slow_mode = fields.optional_time("slow_mode_ms", milliseconds(0), room_changes::most_slow_mode);
  changes.renew_invite = fields.optional_bool("renew_invite").value_or(false);
  return changes;
}

moderate_frame read_moderation(field_reader& fields) {
  moderate_frame frame;
  frame.room = fields.string("room");
  const auto word = fields.string("act");
  const auto found = std::find(moderation_words.begin(), moderation_words.end(), word);
  if (found == moderation_words.end()) {
    fields.refuse("The field \"act\" has to be mute, unmute, kick, ban, unban, remove, appoint or dismiss.");
    return frame;
  }
  auto& act = frame.act;
  act.act = static_cast<moderation_act>(found - moderation_words.begin());
  if (act.act == moderation_act::remove)
    act.seq = fields.number("seq");
  else
    act.user = fields.string("user");
  act.mute_for = fields.optional_time("for_ms", moderation::least_mute, moderation::most_mute)
                     .value_or(moderation::usual_mute);
  act.reason = fields.line("reason", max_reason);
  return frame;
}

// What is asked for when there is nothing to say.
std::optional<client_frame> read_question(std::string_view type, field_reader& fields) {
  if (type == "rooms") {
    rooms_frame frame;
    frame.query = fields.line("query", max_query);
    frame.after = fields.optional_string("after");
    return frame;
  }
  if (type == "search") {
    search_frame frame;
    frame.query = fields.line("query", max_query);
    frame.room = fields.optional_string("room");
    if (const auto at = fields.optional_number("before_at"))
      frame.before = search_position{static_cast<unix_ms>(std::min<std::uint64_t>(*at, INT64_MAX)),
                                     fields.optional_number("before_seq").value_or(0)};
    return frame;
  }
  if (type == "unread") {
    unread_frame frame;
    frame.room = fields.string("room");
    frame.after = fields.number("after");
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
  return std::nullopt;
}

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
    frame.invite = fields.optional_string("invite");
    return frame;
  }
  if (type == "typing") return typing_frame{fields.string("room")};
  if (type == "leave") {
    leave_frame frame;
    frame.room = fields.string("room");
    frame.for_good = fields.optional_bool("for_good").value_or(false);
    return frame;
  }
  if (type == "login") {
    login_frame frame;
    frame.username = fields.string("username");
    frame.password = fields.string("password");
    return frame;
  }
  if (type == "resume") return resume_frame{fields.string("token")};
  if (type == "logout") return logout_frame{};
  if (type == "create") {
    create_frame frame;
    frame.room = fields.string("room");
    frame.settings = read_changes(fields);
    return frame;
  }
  if (type == "configure") {
    configure_frame frame;
    frame.room = fields.string("room");
    frame.changes = read_changes(fields);
    return frame;
  }
  if (type == "moderate") return read_moderation(fields);
  return read_question(type, fields);
}

// What an error may name even where the rest of the frame is wrong.
std::string echo(const flat_json& object, const char* name, std::size_t limit) {
  const auto* const value = object.find_string(name);
  return value && value->size() <= limit ? *value : std::string();
}

frame_names names_in(const flat_json& object) {
  return {echo(object, "id", 4 * max_id), echo(object, "room", max_echo)};
}

}  // namespace

frame_names names_of_frame(std::string_view text) {
  return names_in(flat_json::read(text, "A frame"));
}

tl::expected<client_frame, frame_refusal> parse_client_frame(std::string_view text) {
  const auto object = flat_json::read(text, "A frame");
  const auto refuse = [&](refusal why) {
    auto names = names_in(object);
    return tl::unexpected(frame_refusal{std::move(why), std::move(names.id), std::move(names.room)});
  };
  if (object.problem()) return refuse(*object.problem());
  const auto* const type = object.find_string("type");
  if (!type) return refuse({error_code::bad_field, "The field \"type\" has to be a string."});

  field_reader fields(object);
  auto frame = read_frame(*type, fields);
  if (!frame)
    return refuse({error_code::unknown_type,
                   "There is no frame of the type \"" + echo(object, "type", max_echo) + "\"."});
  if (fields.problem()) return refuse(*fields.problem());
  return std::move(*frame);
}

}  // namespace parley::chat
