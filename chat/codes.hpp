#pragma once
// The error codes and close codes of the wire protocol, each in one table. docs/protocol.md follows these
// tables.

#include <array>
#include <cstdint>
#include <string_view>

namespace parley::chat {

// Why a frame was refused.
enum class error_code {
  bad_json,
  bad_field,
  unknown_type,
  too_long,
  rate_limited,
  not_logged_in,
  already_logged_in,
  bad_credentials,
  throttled,
  forbidden,
  not_member,
  no_such_room,
  room_full,
  unavailable,
  name_taken,
  muted,
  no_such_user,
  no_such_message,
};

constexpr std::string_view to_word(error_code code) {
  constexpr std::array<std::string_view, 18> words{
      "bad_json",          "bad_field",       "unknown_type", "too_long",  "rate_limited", "not_logged_in",
      "already_logged_in", "bad_credentials", "throttled",    "forbidden", "not_member",   "no_such_room",
      "room_full",         "unavailable",     "name_taken",   "muted",     "no_such_user", "no_such_message"};
  return words[static_cast<std::size_t>(code)];
}

// Why a connection ends: the standard codes (RFC 6455, 7.4.1) and our own, in which the number says what to
// do. 4000 to 4499: come back by yourself. 4500 to 4999: do not come back without your user.
enum class close_code : std::uint16_t {
  normal = 1000,
  protocol_error = 1002,
  not_text = 1003,
  not_utf8 = 1007,
  too_big = 1009,
  internal_error = 1011,
  restarting = 1012,
  too_slow = 4001,
  too_many_sockets = 4002,
  not_logged_in = 4501,
  idle = 4502,
  logged_out = 4503,
  revoked = 4504,
  removed = 4505,
  flood = 4506,
};

// The close reason that goes with a code.
constexpr std::string_view to_reason(close_code code) {
  switch (code) {
    case close_code::normal:
      return "Goodbye.";
    case close_code::protocol_error:
      return "That was not the WebSocket protocol.";
    case close_code::not_text:
      return "Only text messages are understood here.";
    case close_code::not_utf8:
      return "That was not UTF-8.";
    case close_code::too_big:
      return "That message was too big.";
    case close_code::internal_error:
      return "The server made a mistake.";
    case close_code::restarting:
      return "The server is restarting. Come back in a moment.";
    case close_code::too_slow:
      return "You could not keep up. Come back and recover what you missed.";
    case close_code::too_many_sockets:
      return "You have too many connections open.";
    case close_code::not_logged_in:
      return "You did not log in.";
    case close_code::idle:
      return "You were silent for too long.";
    case close_code::logged_out:
      return "You have left the chat.";
    case close_code::revoked:
      return "This log-in has run out or was revoked. Log in again.";
    case close_code::removed:
      return "You were removed by an operator.";
    case close_code::flood:
      return "Too many of your messages had to be refused.";
  }
  return "";
}

}  // namespace parley::chat
