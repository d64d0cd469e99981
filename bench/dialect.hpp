#pragma once
// What a server expects to be told and how its deliveries are read: Parley's protocol, the bare echo of floor
// and peers, and Socket.IO. A message is known by its round and number, which its text begins with.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::bench {

enum class dialect {
  parley,    // docs/protocol.md, logged in by cookie, in one room of several
  echo,      // every client's text message goes to all as it is; sent in the size of Parley's message frame
  socketio,  // Engine.IO 4 over WebSocket, the event `message` goes to all
};

struct message_id {
  std::uint32_t round;
  std::uint32_t number;  // within the round
};

constexpr std::size_t smallest_text = 13;  // "RRRR.NNNNNNNN"

// The request that asks for the WebSocket; `token` is the login session's, where the dialect has any.
std::string upgrade_request(dialect spoken, std::uint16_t port, std::string_view token);

// The first room is there; a member of another one makes it, unless somebody else has.
std::string room_name(std::uint32_t number);

// What a client sends first of all, one after the other, and what tells it that it is in; none: the upgrade
// is all.
std::vector<std::string> first_messages(dialect spoken, std::uint32_t room);
std::string_view sign_of_entry(dialect spoken);

// Where a greeting has to be awaited before first_message.
std::string_view greeting(dialect spoken);

// What the server asks now and then in a message of its own, and the answer it wants.
std::string_view question(dialect spoken);
std::string_view reply(dialect spoken);

// A message for all in the room. `text_size` is in bytes, at least smallest_text.
std::string publication(dialect spoken, std::uint32_t room, message_id id, std::size_t text_size);

// The id in a delivery; none where it is something else.
std::optional<message_id> delivered_id(std::string_view payload);

// Parley's sequence number of a delivery; 0 where there is none.
std::uint64_t delivered_seq(std::string_view payload);

}  // namespace parley::bench
