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

// The fields of an event that come after its type and room.
void add_event(ordered_json& object, const room_message& event) {
  object["seq"] = event.seq;
  switch (event.kind) {
    case event_kind::message:
      object["from"] = event.from;
      if (event.removed)
        object["removed"] = true;
      else
        object["text"] = event.text;
      break;
    case event_kind::removal:
      object["by"] = event.from;
      object["target"] = event.target;
      if (!event.text.empty()) object["reason"] = event.text;
      break;
    case event_kind::settings:
      object["by"] = event.from;
      object.update(ordered_json::parse(event.text, nullptr, false));
      break;
  }
  object["at"] = event.at;
}

const char* type_of(event_kind kind) {
  switch (kind) {
    case event_kind::removal:
      return "removed";
    case event_kind::settings:
      return "room";
    default:
      return "message";
  }
}

// In a page of events a message goes without its type: nearly all are messages.
ordered_json event_array(const std::vector<room_message>& events) {
  auto array = ordered_json::array();
  for (const auto& event : events) {
    auto object = event.kind == event_kind::message ? ordered_json::object() : frame(type_of(event.kind));
    add_event(object, event);
    array.push_back(std::move(object));
  }
  return array;
}

void add_view(ordered_json& object, const room_view& view) {
  object["topic"] = view.topic;
  if (!view.owner.empty()) object["owner"] = view.owner;
  object["private"] = view.is_private;
  object["capacity"] = view.capacity;
  object["slow_mode_ms"] = view.slow_mode.count();
}

}  // namespace

std::string to_json(const client_limits& limits) {
  return dump(limits_object(limits));
}

std::string to_json(const welcome& welcome) {
  auto object = frame("welcome");
  object["user"] = welcome.user;
  object["roles"] = ordered_json::array();
  if (welcome.is_operator) object["roles"].push_back("operator");
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
  add_view(object, joined.view);
  object["role"] = joined.role;
  if (!joined.invite.empty()) object["invite"] = joined.invite;
  if (joined.muted) object["muted_ms"] = joined.muted->count();
  object["messages"] = event_array(joined.messages);
  object["more"] = joined.more;
  object["recovered"] = joined.recovered;
  return dump(object);
}

std::string to_json(const history_page& page) {
  auto object = frame("history");
  object["room"] = page.room;
  object["messages"] = event_array(page.messages);
  object["more"] = page.more;
  object["complete"] = page.complete;
  return dump(object);
}

std::string event_json(std::string_view room, const room_message& event) {
  auto object = frame(type_of(event.kind));
  object["room"] = room;
  add_event(object, event);
  return dump(object);
}

std::string to_json(const standing& standing) {
  auto object = frame("standing");
  object["room"] = standing.room;
  object["role"] = standing.role;
  object["muted_ms"] = standing.muted.value_or(milliseconds(0)).count();
  object["by"] = standing.by;
  if (!standing.reason.empty()) object["reason"] = standing.reason;
  return dump(object);
}

std::string to_json(const left& left) {
  auto object = frame("left");
  object["room"] = left.room;
  object["by"] = left.by;
  object["banned"] = left.banned;
  if (!left.reason.empty()) object["reason"] = left.reason;
  return dump(object);
}

std::string to_json(const room_details& details) {
  auto object = frame("settings");
  object["room"] = details.room;
  add_view(object, details.view);
  if (!details.invite.empty()) object["invite"] = details.invite;
  object["moderators"] = details.moderators;
  object["banned"] = details.banned;
  object["muted"] = details.muted;
  return dump(object);
}

std::string moderated_json(std::string_view room, std::string_view act, std::string_view user) {
  auto object = frame("moderated");
  object["room"] = room;
  object["act"] = act;
  object["user"] = user;
  return dump(object);
}

std::string to_json(const room_listing& listing) {
  auto object = frame("rooms");
  auto& rooms = object["rooms"] = ordered_json::array();
  for (const auto& entry : listing.rooms) {
    ordered_json room{{"room", entry.room}, {"count", entry.count}};
    add_view(room, entry.view);
    rooms.push_back(std::move(room));
  }
  object["more"] = listing.more;
  if (listing.more) object["next"] = listing.next;
  return dump(object);
}

std::string to_json(const search_page& page) {
  auto object = frame("found");
  object["query"] = page.query;
  auto& messages = object["messages"] = ordered_json::array();
  for (const auto& message : page.messages)
    messages.push_back({{"room", message.room},
                        {"seq", message.seq},
                        {"from", message.from},
                        {"parts", message.parts},
                        {"at", message.at}});
  object["more"] = page.more;
  return dump(object);
}

std::string to_json(const unread& unread) {
  auto object = frame("unread");
  object["room"] = unread.room;
  object["after"] = unread.after;
  object["count"] = unread.count;
  object["more"] = unread.more;
  return dump(object);
}

std::string typing_json(std::string_view room, std::string_view user) {
  auto object = frame("typing");
  object["room"] = room;
  object["user"] = user;
  return dump(object);
}

std::string invited_json(std::string_view room, std::string_view by) {
  auto object = frame("invited");
  object["room"] = room;
  object["by"] = by;
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
