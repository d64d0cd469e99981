#pragma once
// What a room's home has to say to a socket, on whatever shard that is. A value, as the request is. What
// comes from one home to one socket comes in the order in which the home said it, and before the frames of
// the room that became due after it.

#include <cstddef>
#include <optional>
#include <string>
#include <variant>

#include "app/accounts/socket_id.hpp"
#include "chat/room_record.hpp"
#include "chat/validation.hpp"

namespace parley {

// Where a socket's frames of a room come from: its slice (see chat::slice_batches), and how many bytes of the
// slice's next batch it has been told already (see chat::fanout::add()).
struct seat {
  std::size_t slice = 0;
  std::size_t skip = 0;
  bool operator==(const seat&) const = default;
};

// The socket is in. Where there is no such socket any more, somebody has to say so to the home.
struct entered {
  chat::actor who;
  std::string frame;  // `joined`, ready to be sent
  seat where;
};

struct not_entered {
  chat::refusal why;
};

// The socket is in no more. With a `left` frame, in JSON.
struct put_out {
  std::string json;
};

// How the user stands in the room now, who is in it: a `standing` frame, in JSON.
struct stands {
  std::string json;
};

struct acknowledged {
  std::string json;
  bool repeated = false;  // it was said before
};

struct refused {
  std::string json;
  chat::error_code why;
};

// The answer to read_page: a page, or an error.
struct page {
  std::string json;
};

// Any other answer, in JSON.
struct told {
  std::string json;
};

// The answer to make_room: the room's settings, or why there is no such room.
struct made {
  std::string json;
  std::optional<chat::refusal> why_not;
};

struct room_answer {
  chat::room_name room;
  socket_id to;
  std::variant<entered, not_entered, put_out, stands, acknowledged, refused, page, told, made> what;
};

}  // namespace parley
