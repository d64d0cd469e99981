#pragma once
// The log of one room: everything that the room shows goes through it, and fan-out knows only what it has
// committed. It lives at the room's home, on that shard's thread only, and may have threads of its own behind
// it.

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "chat/clock.hpp"
#include "chat/recent_ids.hpp"
#include "chat/server_frame.hpp"

namespace parley::chat {

// Whoever wants to hear what became of an entry. The log hands it back unseen.
struct log_origin {
  std::size_t shard = 0;
  std::uint64_t number = 0;
};

// An event before it has its place in the log. An empty id is never a repetition.
struct log_entry {
  std::string user, id, text;
  unix_ms at = 0;
  event_kind kind = event_kind::message;
  std::uint64_t target = 0;  // as in room_message
  std::string record = {};   // not empty: what is known of the room from here on (see room_record)
  bool only_record = false;  // there is no event in it: it takes no seq
  log_origin origin = {};
  std::uint64_t seq = 0;  // where a log has given it before it is stored
};

room_message event_of(std::uint64_t seq, const log_entry& entry);

// Takes the text out of a message and leaves the rest of it. False where it is not there, or is none.
bool remove_from(std::deque<room_message>& messages, std::uint64_t seq);

class room_log {
 public:
  virtual ~room_log() = default;

  // Names this log's life: another epoch means that its seqs say nothing about these.
  virtual const std::string& epoch() const = 0;
  // Of the last event that may be shown.
  virtual std::uint64_t last_seq() const = 0;

  enum class outcome : std::uint8_t {
    shown,  // it is not stored yet: another outcome follows
    stored,
    repeated,  // this user's message of this id is already there, under this seq
    missing,   // the message to be removed is not there
    failed,    // it is not stored, and nobody has seen it
  };
  struct commit {
    outcome what = outcome::stored;
    std::uint64_t seq = 0;
    log_entry entry;
    bool was_shown = false;
  };
  // Called once for each entry that was taken, in their order: within append() or later. Once before that, in
  // the order of the seqs, where an event is shown before it is stored.
  using listener = std::function<void(commit)>;
  void listen(listener committed) { committed_ = std::move(committed); }

  // False where too much waits to be stored: then nothing has happened.
  virtual bool append(log_entry entry) = 0;

  // Whether there is something that is shown only when it is stored, and is not yet.
  virtual bool is_storing() const { return false; }
  // What is appended from now on is shown no sooner than this: there is no hurry to store it before.
  virtual void next_flush(time_point /*due*/) {}

  // Whether what it is kept in is damaged: what cannot be read or stored now, cannot later either.
  virtual bool is_damaged() const { return false; }

  struct page {
    std::vector<room_message> messages;  // oldest first
    bool complete = false;               // nothing is missing between the asked place and the page
    bool more = false;                   // there is more beyond the page, away from the asked place
  };
  // What came after `seq`, at most `limit` of it and at most `max_page` bytes. Empty with `more` where it is
  // not at hand: read() gets it.
  virtual page read_after(std::uint64_t seq, std::size_t limit) const = 0;

  // The last `limit` messages, or as many of them as are at hand.
  virtual page read_last(std::size_t limit) const = 0;

  // A page of what is kept, before or after a seq.
  struct range {
    enum class direction : std::uint8_t { before, after } where;
    std::uint64_t seq;
    std::size_t limit;
  };
  // For somebody (a user's key). Nothing comes where it could not be read. On the home's thread, within
  // read() or later; never where read() is false, since too many are reading.
  using reader = std::function<void(std::optional<page>)>;
  virtual bool read(range wanted, const std::string& asker, reader then) = 0;

  // How many messages of others came after a seq, counted up to max_unread, among max_looked_at of them.
  // Comes as a page does.
  using counter = std::function<void(std::optional<std::size_t>)>;
  virtual bool count_unread(std::uint64_t after, const std::string& user, counter then) = 0;
  static constexpr std::size_t max_unread = 1'000, max_looked_at = 5'000;

  // Events that are no messages (removals, settings) go with the messages before them and take none of their
  // places, unless there are so many more of them than messages may be kept.
  static constexpr std::size_t spare_others = 10'000;

  static constexpr std::size_t max_page = 64 * 1024;  // bytes of text and names

  // Takes one more message into a page, unless the page is full.
  class page_filler {
   public:
    page_filler(page& into, std::size_t limit) : page_(into), limit_(limit) {}
    bool take(room_message message);

   private:
    page& page_;
    std::size_t limit_, bytes_ = 0;
  };

 protected:
  void committed(commit what) const {
    if (committed_) committed_(std::move(what));
  }

 private:
  listener committed_;
};

// In memory, bounded: the newest `keep` messages (0: no texts at all) and the newest ids, for repetitions.
class memory_room_log final : public room_log {
 public:
  memory_room_log(std::string epoch, std::size_t keep);

  const std::string& epoch() const override { return epoch_; }
  std::uint64_t last_seq() const override { return last_seq_; }
  bool append(log_entry entry) override;
  page read_after(std::uint64_t seq, std::size_t limit) const override;
  page read_last(std::size_t limit) const override;
  bool read(range wanted, const std::string& asker, reader then) override;
  bool count_unread(std::uint64_t after, const std::string& user, counter then) override;

 private:
  page read_before(std::uint64_t seq, std::size_t limit) const;
  bool remove(std::uint64_t seq);
  void forget_the_oldest();

  std::string epoch_;
  std::size_t keep_;
  std::size_t others_ = 0;  // of messages_, that are none: removals and settings
  std::uint64_t last_seq_ = 0;
  std::deque<room_message> messages_;
  recent_ids ids_;
};

}  // namespace parley::chat
