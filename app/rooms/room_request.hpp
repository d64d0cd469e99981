#pragma once
// What a socket may ask of a room: a value that goes to the room's home, on whatever shard that is. Nothing
// in it belongs to the shard that it comes from, so it can be written down and sent elsewhere (see
// room_wire.hpp).

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "app/accounts/socket_id.hpp"
#include "chat/moderation.hpp"
#include "chat/room.hpp"
#include "chat/room_log.hpp"

namespace parley {

// Answered with `entered` or `not_entered`. A room of two that nobody has opened yet is made.
struct join_room {
  std::optional<chat::room::position> resume_at;
  std::string invite;
  bool again = false;  // this socket is in already, as far as it knows, and only wants to be told once more
};

// This socket leaves. Not answered.
struct leave_room {};

// The user gives the room up: all of the user's sockets leave, and a private room's member is none any more.
// Answered to all of them with `put_out`.
struct give_up_room {};

// Answered with `acknowledged`, where it has an id, or `refused`.
struct publish_message {
  std::string id;
  chat::message_text text;
};

// Answered with `page`.
struct read_page {
  chat::room_log::range wanted;
};

// Answered with `told` or `refused`, as all that follow are; but a removal is answered by what all see of it.
struct count_unread {
  std::uint64_t after = 0;
};

// Not answered.
struct say_typing {};

struct moderate_room {
  chat::moderation act;
};

struct configure_room {
  chat::room_changes changes;
};

// What the room's settings are.
struct tell_details {};

// Answered with `made`.
struct make_room {
  chat::room_record record;
};

struct room_request {
  chat::room_name room;
  socket_id from;
  chat::actor who;
  std::variant<join_room, leave_room, give_up_room, publish_message, read_page, count_unread, say_typing,
               moderate_room, configure_room, tell_details, make_room>
      what;
};

}  // namespace parley
