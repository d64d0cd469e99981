#pragma once
// Flushes on their way to the shards: the frames, made once and shared by all, and what each shard has to say
// of them.

#include <atomic>
#include <cstddef>
#include <deque>
#include <memory>
#include <span>
#include <utility>

#include "chat/clock.hpp"
#include "chat/flush_pacer.hpp"
#include "chat/slice_batches.hpp"

namespace parley::chat {

class broadcast {
 public:
  broadcast(slice_batches::batch batch, time_point now, std::size_t shards)
      : batch_(std::move(batch)), went_(now), shards_left_(shards) {}

  // Any shard's.
  std::span<const char> bytes_of(std::size_t slice) const { return batch_.of(slice); }
  // Any shard, once, when all of its members have the frames, or are not to have them.
  void delivered(clock::duration time) {
    auto longest = took_.load(std::memory_order_relaxed);
    while (time.count() > longest && !took_.compare_exchange_weak(longest, time.count())) {
    }
    shards_left_.fetch_sub(1, std::memory_order_release);
  }

  bool is_over() const { return shards_left_.load(std::memory_order_acquire) == 0; }
  std::size_t size() const { return batch_.bytes.size(); }
  // Of the slowest shard, when it is over.
  flush_pacer::flush took() const {
    return {went_, clock::duration(took_.load(std::memory_order_relaxed)), batch_.frames, batch_.of_slice};
  }

 private:
  const slice_batches::batch batch_;
  const time_point went_;
  std::atomic<std::size_t> shards_left_;
  std::atomic<clock::rep> took_{0};
};

// The flushes of one room that have not come to all yet; for its home.
class broadcasts_under_way {
 public:
  void add(std::shared_ptr<broadcast> sent) {
    bytes_ += sent->size();
    sent_.push_back(std::move(sent));
  }

  // Forgets those that are over, the oldest first, and tells how long each took.
  template <class Told>
  void settle(Told told) {
    while (!sent_.empty() && sent_.front()->is_over()) {
      told(sent_.front()->took());
      bytes_ -= sent_.front()->size();
      sent_.pop_front();
    }
  }

  std::size_t count() const { return sent_.size(); }
  std::size_t bytes() const { return bytes_; }

 private:
  std::deque<std::shared_ptr<broadcast>> sent_;
  std::size_t bytes_ = 0;
};

}  // namespace parley::chat
