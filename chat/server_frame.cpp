#include "chat/server_frame.hpp"

#include <nlohmann/json.hpp>

namespace parley::chat {
namespace {

using nlohmann::ordered_json;  // `type` first, as the protocol says

ordered_json frame(const char* type) {
  return ordered_json{{"type", type}};
}

// Text that got here is UTF-8; should a bug let another byte through, it costs one character and not an
// exception.
std::string dump(const ordered_json& value) {
  return value.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

ordered_json limits_object(const client_limits& limits) {
  return ordered_json{{"message_length", limits.message_length},
                      {"message_interval_ms", limits.message_interval.count()},
                      {"frame_size", limits.frame_size},
                      {"warn_after_ms", limits.warn_after.count()},
                      {"kick_after_ms", limits.kick_after.count()},
                      {"activity", limits.input_is_activity ? "input" : "message"}};
}

ordered_json message_object(const room_message& message) {
  return ordered_json{
      {"seq", message.seq}, {"from", message.from}, {"text", message.text}, {"at", message.at}};
}

}  // namespace

std::string to_json(const client_limits& limits) {
  return dump(limits_object(limits));
}

std::string to_json(const welcome& welcome) {
  auto object = frame("welcome");
  object["user"] = welcome.user;
  object["roles"] = ordered_json::array();
  object["limits"] = limits_object(welcome.limits);
  object["rooms"] = welcome.rooms;
  if (!welcome.token.empty()) object["token"] = welcome.token;
  return dump(object);
}

std::string to_json(const joined& joined) {
  auto object = frame("joined");
  object["room"] = joined.room;
  object["epoch"] = joined.epoch;
  object["seq"] = joined.seq;
  object["count"] = joined.count;
  if (joined.members) object["members"] = *joined.members;
  auto& messages = object["messages"] = ordered_json::array();
  for (const auto& message : joined.messages) messages.push_back(message_object(message));
  object["more"] = joined.more;
  object["recovered"] = joined.recovered;
  return dump(object);
}

std::string to_json(const history_page& page) {
  auto object = frame("history");
  object["room"] = page.room;
  auto& messages = object["messages"] = ordered_json::array();
  for (const auto& message : page.messages) messages.push_back(message_object(message));
  object["more"] = page.more;
  object["complete"] = page.complete;
  return dump(object);
}

std::string message_json(std::string_view room, const room_message& message) {
  auto object = frame("message");
  object["room"] = room;
  object.update(message_object(message));
  return dump(object);
}

std::string to_json(const ack& ack) {
  auto object = frame("ack");
  object["id"] = ack.id;
  object["room"] = ack.room;
  object["seq"] = ack.seq;
  return dump(object);
}

std::string to_json(const presence& presence) {
  auto object = frame("presence");
  object["room"] = presence.room;
  if (presence.joined) object["joined"] = *presence.joined;
  if (presence.left) object["left"] = *presence.left;
  object["count"] = presence.count;
  return dump(object);
}

std::string warning_json(milliseconds kick_in) {
  auto object = frame("warning");
  object["kick_in_ms"] = kick_in.count();
  return dump(object);
}

std::string warning_called_off_json() {
  auto object = frame("warning");
  object["active"] = true;
  return dump(object);
}

std::string to_json(const error_frame& error) {
  auto object = frame("error");
  object["code"] = to_word(error.why.code);
  object["message"] = error.why.message;
  if (!error.id.empty()) object["id"] = error.id;
  if (!error.room.empty()) object["room"] = error.room;
  if (error.retry_after) object["retry_after_ms"] = error.retry_after->count();
  return dump(object);
}

}  // namespace parley::chat
