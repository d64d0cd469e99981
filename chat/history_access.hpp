#pragma once
// What the log of a room needs of the history that it is kept in.

#include <cstdint>
#include <memory>
#include <string>

#include "chat/history_reading_thread.hpp"
#include "chat/history_rooms.hpp"
#include "chat/history_write_queue.hpp"

namespace parley::chat {

// For the shard of the room's home.
class history_access {
 public:
  // Seqs that are reserved at a time: as many as may wait to be stored.
  static constexpr std::uint64_t reserved_block = 50'000;

  // Has an entry written, and the log told what became of it. False where too much is waiting.
  virtual bool append(history_write_queue::pending entry) = 0;

  // Reads what the file has for somebody (a user's key), and what was shown before. False where too many are
  // reading.
  virtual bool read(const std::string& asker, history_reading_thread::task task) = 0;

  // Takes care that seqs up to this one are given once. The log hears of it, whatever comes of it; false
  // where too much is waiting.
  virtual bool reserve(const std::shared_ptr<history_room>& room, std::uint64_t up_to) = 0;

  virtual bool is_damaged() const = 0;

 protected:
  ~history_access() = default;
};

}  // namespace parley::chat
