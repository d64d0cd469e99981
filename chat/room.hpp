#pragma once
// A room at its home: who is in, what was said, in which order. It lives on one shard, which decides for all;
// sessions on other shards reach it by message. It knows users and texts, no sockets.

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include <tl/expected.hpp>

#include "chat/room_log.hpp"
#include "chat/server_frame.hpp"
#include "chat/validation.hpp"

namespace parley::chat {

struct room_settings {
  std::size_t capacity = 0;      // users, not sockets; 0: no bound
  std::size_t detail_limit = 0;  // presence names who came and went up to this many users
  std::size_t on_join = 0;       // messages that a newcomer is given
};

class room {
 public:
  room(room_name name, room_settings settings, std::unique_ptr<room_log> log);

  const std::string& name() const { return name_.str(); }

  // Where a returning client wants to go on.
  struct position {
    std::string epoch;
    std::uint64_t seq = 0;
  };

  // Takes one more socket of the user in, and gives what the socket is to be told. A user who is in already
  // is never refused for capacity.
  tl::expected<joined, refusal> join(const std::string& user, const std::optional<position>& resume_at);

  // The same answer for a socket that is in already.
  joined describe(const std::optional<position>& resume_at) const;

  // One socket of the user has gone.
  void leave(const std::string& user);

  bool has(const std::string& user) const { return sockets_.contains(user); }

  // What became of a message.
  struct published {
    room_log::outcome what;
    std::uint64_t seq;
    std::string id;
    std::optional<std::string> frame;  // for everybody, where it is new
  };
  // Called once for each message that was taken, in their order: within publish() or later.
  using listener = std::function<void(published)>;
  void listen(listener told);

  // Has a message stored. False where too much waits to be stored.
  bool publish(const std::string& user, const std::string& id, const message_text& text, unix_ms at);

  // See room_log::read().
  bool read(room_log::range wanted, room_log::reader then) { return log_->read(wanted, std::move(then)); }

  // Who came and went since the last call, as one frame; whoever did both is named for the last of it, since
  // somebody may have joined in between and have seen the first. Everybody in the room is named when it has
  // become small enough again for names.
  bool presence_changed() const { return !came_.empty() || !went_.empty(); }
  std::string take_presence();

 private:
  bool names_members() const { return sockets_.size() <= settings_.detail_limit; }

  room_name name_;
  room_settings settings_;
  std::unique_ptr<room_log> log_;
  std::map<std::string, std::size_t> sockets_;  // by user
  std::set<std::string> came_, went_;           // since the last presence frame
  bool named_last_ = true;                      // that frame had names
};

}  // namespace parley::chat
