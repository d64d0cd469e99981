#pragma once
// What a client may send: one small struct a type, parsed in one place. Strings are as they came, bounded by
// the size of a frame; what they may hold is decided where they are used (a topic and a reason here, since
// they go on as they are).

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include <tl/expected.hpp>

#include "chat/moderation.hpp"
#include "chat/server_frame.hpp"
#include "chat/validation.hpp"

namespace parley::chat {

struct login_frame {
  std::string username, password;
};
struct resume_frame {
  std::string token;
};
struct join_frame {
  std::string room;
  std::optional<std::uint64_t> after;  // with `epoch`: recover what came after this seq
  std::string epoch;
  std::string invite;  // empty: none
};
struct leave_frame {
  std::string room;
  bool for_good = false;  // on all sockets, and out of a private room's members
};
struct message_frame {
  std::string room, text, id;  // no id: no ack
};
struct history_frame {
  std::string room;
  std::optional<std::uint64_t> before, after;  // one of them
  std::optional<std::uint64_t> limit;
};
struct create_frame {
  std::string room;
  room_changes settings;
};
struct configure_frame {
  std::string room;
  room_changes changes;  // none: only tell
};
struct rooms_frame {
  std::string query;  // empty: all
  std::string after;  // the `next` of the page before
};
struct search_frame {
  std::string query;
  std::string room;  // empty: all that the socket is in
  std::optional<search_position> before;
};
struct unread_frame {
  std::string room;
  std::uint64_t after = 0;
};
struct moderate_frame {
  std::string room;
  moderation act;  // without the key
};
struct typing_frame {
  std::string room;
};
struct activity_frame {};
struct logout_frame {};

using client_frame = std::variant<login_frame, resume_frame, join_frame, leave_frame, message_frame,
                                  history_frame, create_frame, configure_frame, rooms_frame, search_frame,
                                  unread_frame, moderate_frame, typing_frame, activity_frame, logout_frame>;

// What the answer to a frame may name, whatever is wrong with it; empty where it has none, or one that is
// too long.
struct frame_names {
  std::string id, room;
};
frame_names names_of_frame(std::string_view json);

struct frame_refusal {
  refusal why;
  std::string id, room;
};

tl::expected<client_frame, frame_refusal> parse_client_frame(std::string_view json);

}  // namespace parley::chat
