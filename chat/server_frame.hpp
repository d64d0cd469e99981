#pragma once
// What the server sends: each frame as a struct, and its JSON. A broadcast frame is serialised once for all
// members.

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chat/clock.hpp"
#include "chat/validation.hpp"

namespace parley::chat {

// The limits that a client has to know to keep them; zero: off.
struct client_limits {
  std::size_t message_length = 0;
  milliseconds message_interval{0};
  std::size_t frame_size = 0;
  milliseconds warn_after{0}, kick_after{0};
  bool input_is_activity = true;
};
std::string to_json(const client_limits& limits);

struct welcome {
  std::string user;
  client_limits limits;
  std::vector<std::string> rooms;
  std::string token;  // empty: none
  bool is_operator = false;
};
std::string to_json(const welcome& frame);

// What may happen in a room's log. All of it takes a seq.
enum class event_kind : std::uint8_t {
  message,
  removal,   // somebody removed a message
  settings,  // somebody changed what the room shows of itself
};

// An event as the room's log keeps it. (Most are messages.)
struct room_message {
  std::uint64_t seq = 0;
  std::string from;
  std::string text;  // of settings: a JSON object of those that changed; of a removal: the reason
  unix_ms at = 0;
  event_kind kind = event_kind::message;
  std::uint64_t target = 0;  // of a removal: the seq of the message
  bool removed = false;      // a message whose text is gone

  bool operator==(const room_message&) const = default;
};

// What a room shows of itself.
struct room_view {
  std::string topic, owner;
  bool is_private = false;
  std::size_t capacity = 0;  // 0: no bound
  milliseconds slow_mode{0};
};

struct joined {
  std::string room, epoch;
  std::uint64_t seq = 0;
  std::size_t count = 0;
  std::optional<std::vector<std::string>> members;
  std::vector<room_message> messages;
  bool more = false, recovered = false;

  room_view view;
  std::string role;    // of the one who is told
  std::string invite;  // empty: not theirs to know
  std::optional<milliseconds> muted;
};
std::string to_json(const joined& frame);

// How one stands in a room, told to that user alone after a change.
struct standing {
  std::string room, role;
  std::optional<milliseconds> muted;
  std::string by, reason;
};
std::string to_json(const standing& frame);

// One is not in the room any more, and why.
struct left {
  std::string room, by, reason;
  bool banned = false;
};
std::string to_json(const left& frame);

// All about a room, for those who look after it.
struct room_details {
  std::string room;
  room_view view;
  std::string invite;
  std::vector<std::string> moderators, banned, muted;
};
std::string to_json(const room_details& frame);

// That an act of moderation was done.
std::string moderated_json(std::string_view room, std::string_view act, std::string_view user);

// A message that a search found. What matched stands at the odd places of `parts`.
struct found_message {
  std::string room;
  std::uint64_t seq = 0;
  std::string from;
  std::vector<std::string> parts;
  unix_ms at = 0;
};

// Where a search goes on: with what is older.
struct search_position {
  unix_ms at = std::numeric_limits<unix_ms>::max();
  std::uint64_t seq = std::numeric_limits<std::int64_t>::max();
};

struct search_page {
  std::string query;
  std::vector<found_message> messages;  // newest first
  bool more = false;
  bool out_of_time = false;  // so much had to be looked at that there is no answer
  bool not_indexed = false;  // not all that was said can be found yet, and there is no answer
};
std::string to_json(const search_page& frame);

struct unread {
  std::string room;
  std::uint64_t after = 0;
  std::size_t count = 0;
  bool more = false;  // than were counted
};
std::string to_json(const unread& frame);

struct room_listing {
  struct entry {
    std::string room;
    room_view view;
    std::size_t count = 0;
  };
  std::vector<entry> rooms;
  bool more = false;
  std::string next;  // where the next page begins; only where there is more
};
std::string to_json(const room_listing& frame);

std::string typing_json(std::string_view room, std::string_view user);

// Somebody has opened a room of two with the one who is told.
std::string invited_json(std::string_view room, std::string_view by);

// A page of what is kept, oldest first. `complete` says that nothing is missing between the asked place and
// it.
struct history_page {
  std::string room;
  std::vector<room_message> messages;
  bool more = false, complete = false;
};
std::string to_json(const history_page& frame);

// The broadcast frame of an event: `message`, `removed` or `room`.
std::string event_json(std::string_view room, const room_message& event);

struct ack {
  std::string id, room;
  std::uint64_t seq = 0;
};
std::string to_json(const ack& frame);

struct presence {
  std::string room;
  std::optional<std::vector<std::string>> joined, left;
  std::size_t count = 0;
};
std::string to_json(const presence& frame);

std::string warning_json(milliseconds kick_in);
std::string warning_called_off_json();

struct error_frame {
  refusal why;
  std::string id, room;  // empty: not named
  std::optional<milliseconds> retry_after;
};
std::string to_json(const error_frame& frame);

}  // namespace parley::chat
