#pragma once
// What a room's home keeps for it; for the files of `rooms` alone.

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "app/rooms.hpp"

namespace parley {

// A flush on its way: the frames, made once and shared by all shards, and what each shard has to say of it.
class rooms::broadcast {
 public:
  broadcast(std::string bytes, std::size_t frame_count, std::size_t shards)
      : bytes_(std::move(bytes)), frame_count_(frame_count), shards_left_(shards) {}

  std::span<const char> bytes() const { return bytes_; }
  std::size_t frame_count() const { return frame_count_; }

  // Any shard, once, when all of its members have the frames.
  void delivered(chat::clock::duration time) {
    auto longest = took_.load(std::memory_order_relaxed);
    while (time.count() > longest && !took_.compare_exchange_weak(longest, time.count())) {
    }
    shards_left_.fetch_sub(1, std::memory_order_release);
  }
  bool is_over() const { return shards_left_.load(std::memory_order_acquire) == 0; }
  // The longest of the shards, when it is over.
  chat::clock::duration took() const { return chat::clock::duration(took_.load(std::memory_order_relaxed)); }

 private:
  const std::string bytes_;
  const std::size_t frame_count_;
  std::atomic<std::size_t> shards_left_;
  std::atomic<chat::clock::rep> took_{0};
};

// A room at its home, and what it takes to tell the shards: the frames that became due since the last flush,
// and when the next flush and the next presence frame may go.
struct rooms::hosted_room {
  hosted_room(chat::room_name room_name, chat::room_record record, std::unique_ptr<chat::room_log> log,
              chat::room_settings settings, chat::milliseconds flush_interval,
              chat::milliseconds presence_interval, asio::io_context& io, std::size_t shards)
      : name(room_name),
        room(std::move(room_name), std::move(settings), std::move(record), std::move(log)),
        flushes(flush_interval),
        presences(presence_interval),
        flush_timer(io),
        presence_timer(io),
        retry_timer(io),
        sockets_on(shards) {}

  const chat::room_name name;
  chat::room room;
  std::string gathering;
  std::size_t frames_gathered = 0;
  // after_commit: it is due, and goes with what the log is committing for it.
  enum class plan : std::uint8_t { none, when_due, after_commit } next_flush = plan::none;
  std::shared_ptr<broadcast> under_way;  // the last flush, until it is over
  chat::pacer flushes, presences;
  net::timer flush_timer, presence_timer, retry_timer;
  bool presence_scheduled = false, retry_scheduled = false;
  std::vector<std::size_t> sockets_on;  // by shard: who gets batches

  // What is due when a change of the record is stored, or is not; in the order in which the log was given
  // them.
  std::deque<std::function<void(bool stored)>> changes_under_way;
};

}  // namespace parley
