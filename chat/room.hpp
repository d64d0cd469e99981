#pragma once
// A room at its home: who is in, what was said, in which order, and who may do what. It lives on one shard,
// which decides for all; sessions on other shards reach it by message. It knows users and texts, no sockets.

#include <deque>
#include <memory>
#include <optional>
#include <string>

#include <tl/expected.hpp>

#include "chat/moderation.hpp"
#include "chat/occupants.hpp"
#include "chat/room_log.hpp"
#include "chat/room_record.hpp"
#include "chat/server_frame.hpp"
#include "chat/slow_mode.hpp"
#include "chat/validation.hpp"

namespace parley::chat {

// What the operator set for all rooms.
struct room_settings {
  std::size_t capacity = 0;      // users, not sockets; 0: no bound
  std::size_t detail_limit = 0;  // presence names who came and went up to this many users
  std::size_t on_join = 0;       // messages that a newcomer is given
  std::function<std::string()> new_invite = nullptr;  // a code that nobody can guess
};

// How long who was refused for want of a place to store may wait before the next try.
inline constexpr milliseconds retry_storing{2'000};

// Why a request to a room was not carried out.
struct room_refusal {
  refusal why;
  std::optional<milliseconds> retry_after;
};

class room {
 public:
  room(room_name name, room_settings settings, room_record record, std::unique_ptr<room_log> log);

  const std::string& name() const { return name_.str(); }
  const room_record& record() const { return record_; }
  std::size_t user_count() const { return occupants_.count(); }
  room_view view() const;

  // Where a returning client wants to go on.
  struct position {
    std::string epoch;
    std::uint64_t seq = 0;
  };

  struct entry_request {
    actor who;
    std::optional<position> resume_at;
    std::string invite;
  };

  // Takes one more socket of the user in, and gives what the socket is to be told. A user who is in already
  // is never refused for capacity.
  tl::expected<joined, refusal> join(const entry_request& request, unix_ms now);

  // Whether somebody who is in may still be: may have been banned, or put out of a private room.
  bool may_stay(const actor& who) const;

  // The same answer for a socket that is in already.
  joined describe(const entry_request& request, unix_ms now) const;

  // One socket of the user has gone.
  void leave(const std::string& user) { occupants_.leave(user); }

  bool has(const std::string& user) const { return occupants_.has(user); }
  bool names_members() const { return occupants_.count() <= settings_.detail_limit; }

  // What became of an entry.
  struct published {
    room_log::outcome what;
    std::uint64_t seq;
    log_entry entry;
    std::optional<std::string> frame;  // for everybody, where it is new
  };
  // Called as room_log's listener is: within the function that made the entry, or later.
  using listener = std::function<void(const published&)>;
  void listen(listener told);

  // Has a message stored.
  struct submission {
    actor who;
    std::string id;
    message_text text;
    log_origin origin;
  };
  tl::expected<void, room_refusal> publish(const submission& message, time_point now, unix_ms at);

  // Carries out an act of moderation. What is known of the room changes at once, and is stored behind it:
  // true where the listener will hear of it.
  tl::expected<bool, room_refusal> moderate(const actor& who, const moderation& act, log_origin origin,
                                            unix_ms at);
  tl::expected<bool, room_refusal> configure(const actor& who, const room_changes& changes, log_origin origin,
                                             unix_ms at);

  // Ends the membership of a private room. False where there was none, or it cannot end.
  bool give_up(const actor& who, unix_ms at);

  // In a room of two: the other's key, where that one had given the room up and is a member again.
  std::optional<std::string> call_back(const actor& by, unix_ms at);

  // Changes that could not be stored, and are in force. Tries once more.
  bool has_unstored() const { return !unstored_.empty(); }
  void store_again();

  // For those who look after it.
  room_details details(unix_ms now) const;
  standing standing_of(const actor& who, unix_ms now) const;

  // See room_log.
  bool read(room_log::range wanted, const std::string& asker, room_log::reader then) {
    return log_->read(wanted, asker, std::move(then));
  }
  bool is_damaged() const { return log_->is_damaged(); }
  bool is_storing() const { return log_->is_storing(); }
  void next_flush(time_point due) { log_->next_flush(due); }
  bool count_unread(std::uint64_t after, const std::string& reader, room_log::counter then) {
    return log_->count_unread(after, reader, std::move(then));
  }

  // Who came and went since the last call, as one frame; see occupants.
  bool presence_changed() const { return occupants_.changed(); }
  std::string take_presence();

 private:
  tl::expected<void, refusal> may_enter(const entry_request& request);
  tl::expected<void, room_refusal> store(log_entry entry);
  tl::expected<bool, room_refusal> adopt(room_record changed, log_entry entry);
  void take_back(const log_entry& entry);
  void keep_for_later(const log_entry& entry);

  room_name name_;
  room_settings settings_;
  room_record record_;
  std::unique_ptr<room_log> log_;
  occupants occupants_;
  slow_mode turns_;
  std::deque<log_entry> unstored_;
};

}  // namespace parley::chat
