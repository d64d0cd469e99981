#pragma once
// Requests and answers as bytes (MessagePack), for where they leave the process. Nothing is lost on the way.
// Names of rooms and texts of messages are parsed again; the rest is taken from another Parley as it is, and
// whether there is such a shard is the receiver's to look at.

#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "app/rooms/room_answer.hpp"
#include "app/rooms/room_request.hpp"

namespace parley {

std::string to_bytes(const room_request& request);
std::string to_bytes(const room_answer& answer);

// The error says, for whoever operates the other end, what is wrong with the bytes.
tl::expected<room_request, std::string> read_room_request(std::string_view bytes);
tl::expected<room_answer, std::string> read_room_answer(std::string_view bytes);

}  // namespace parley
