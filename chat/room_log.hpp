#pragma once
// The log of one room: everything that the room shows goes through it, and fan-out knows only what it has
// committed. It lives at the room's home, on that shard only.

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "chat/server_frame.hpp"

namespace parley::chat {

class room_log {
 public:
  virtual ~room_log() = default;

  // Names this log's life: another epoch means that its seqs say nothing about these.
  virtual const std::string& epoch() const = 0;
  virtual std::uint64_t last_seq() const = 0;

  struct appended {
    std::uint64_t seq;
    bool repeated;  // this user's message of this id is already there, under this seq
  };
  // Commits a message and gives it the next seq. An empty id is never a repetition.
  virtual appended append(const std::string& user, const std::string& id, const std::string& text,
                          unix_ms at) = 0;

  struct page {
    std::vector<room_message> messages;  // oldest first
    bool complete = false;               // nothing that came after the asked place is missing
    bool more = false;                   // the page ends before the log does
  };
  virtual page read_after(std::uint64_t seq, std::size_t limit) const = 0;

  // The last `limit` messages.
  virtual page read_last(std::size_t limit) const = 0;
};

// In memory, bounded: the newest `keep` messages (0: no texts at all) and the newest ids, for repetitions.
class memory_room_log final : public room_log {
 public:
  memory_room_log(std::string epoch, std::size_t keep);

  const std::string& epoch() const override { return epoch_; }
  std::uint64_t last_seq() const override { return last_seq_; }
  appended append(const std::string& user, const std::string& id, const std::string& text,
                  unix_ms at) override;
  page read_after(std::uint64_t seq, std::size_t limit) const override;
  page read_last(std::size_t limit) const override;

 private:
  std::string epoch_;
  std::size_t keep_;
  std::uint64_t last_seq_ = 0;
  std::deque<room_message> messages_;
  std::unordered_map<std::string, std::uint64_t> seq_by_id_;
  std::deque<const std::string*> ids_;  // keys of seq_by_id_, oldest first
};

}  // namespace parley::chat
