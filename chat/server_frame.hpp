#pragma once
// What the server sends: each frame as a struct, and its JSON. A broadcast frame is serialised once for all
// members.

#include <cstdint>
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
};
std::string to_json(const welcome& frame);

// A message as the room's log keeps it.
struct room_message {
  std::uint64_t seq = 0;
  std::string from, text;
  unix_ms at = 0;
};

struct joined {
  std::string room, epoch;
  std::uint64_t seq = 0;
  std::size_t count = 0;
  std::optional<std::vector<std::string>> members;
  std::vector<room_message> messages;
  bool more = false, recovered = false;
};
std::string to_json(const joined& frame);

// A page of what is kept, oldest first. `complete` says that nothing is missing between the asked place and
// it.
struct history_page {
  std::string room;
  std::vector<room_message> messages;
  bool more = false, complete = false;
};
std::string to_json(const history_page& frame);

std::string message_json(std::string_view room, const room_message& message);

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
