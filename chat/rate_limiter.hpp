#pragma once
// Limits on how often something may happen. Plain values in, a decision out.

#include <algorithm>
#include <atomic>
#include <optional>

#include "chat/clock.hpp"

namespace parley::chat {

// One event per interval, for one user on all of the user's sockets: those may live on several shards, so the
// state is one atomic word. Any thread may call it, and no caller waits for another.
class interval_limiter {
 public:
  // Takes the turn when it is due; otherwise says how long to wait for it. An interval of zero is no limit.
  std::optional<milliseconds> try_take(time_point now, milliseconds interval) {
    if (interval == milliseconds::zero()) return std::nullopt;
    auto next = next_.load(std::memory_order_relaxed);
    do {
      if (now.time_since_epoch() < clock::duration(next))
        return until(now, time_point(clock::duration(next)));
    } while (!next_.compare_exchange_weak(next, (now.time_since_epoch() + interval).count(),
                                          std::memory_order_relaxed));
    return std::nullopt;
  }

  // Whether a turn could be taken: then there is nothing to remember.
  bool is_due(time_point now) const {
    return now.time_since_epoch() >= clock::duration(next_.load(std::memory_order_relaxed));
  }

 private:
  std::atomic<clock::rep> next_{0};
};

// `count` events at once, refilled evenly over `window`: the generic cell rate algorithm, so one time point
// is all the state, when all of the burst is there again. The amount times the window is below 2^63 ns: a
// mebibyte in an hour.
struct burst {
  std::size_t count;
  milliseconds window;

  // What so many events take of the window.
  clock::duration takes(std::size_t amount) const {
    return clock::duration(window) * static_cast<clock::rep>(amount) / static_cast<clock::rep>(count);
  }
  // How long after now they would be let through; zero: at once.
  clock::duration wait(time_point now, time_point full_at, std::size_t amount) const {
    const auto room = clock::duration(window) - takes(amount);
    return std::max(std::max(now, full_at) - now - room, clock::duration::zero());
  }
};

// For one session, on its shard.
class burst_limiter {
 public:
  // Counts so many events in; false when that is more than `count` in `window`. A count of zero is no limit.
  bool try_take(time_point now, std::size_t count, milliseconds window, std::size_t amount = 1) {
    if (count == 0) return true;
    if (wait(now, count, window, amount) > clock::duration::zero()) return false;
    full_at_ = std::max(now, full_at_) + burst{count, window}.takes(amount);
    return true;
  }

  // How long after now so many events would be let through; zero: at once. Not for a count of zero, nor for
  // more than the count.
  clock::duration wait(time_point now, std::size_t count, milliseconds window, std::size_t amount = 1) const {
    return burst{count, window}.wait(now, full_at_, amount);
  }

 private:
  time_point full_at_{};  // when all of the burst is there again
};

// The same for one user, on all of the user's sockets: any thread may call it.
class shared_burst_limiter {
 public:
  bool try_take(time_point now, std::size_t count, milliseconds window) {
    if (count == 0) return true;
    const burst most{count, window};
    auto known = full_at_.load(std::memory_order_relaxed);
    clock::rep next = 0;
    do {
      const auto full_at = as_time(known);
      if (most.wait(now, full_at, 1) > clock::duration::zero()) return false;
      next = (std::max(now, full_at) + most.takes(1)).time_since_epoch().count();
    } while (!full_at_.compare_exchange_weak(known, next, std::memory_order_relaxed));
    return true;
  }

  clock::duration wait(time_point now, std::size_t count, milliseconds window) const {
    return burst{count, window}.wait(now, full_at(), 1);
  }

  // Whether all of the burst is there again: then there is nothing to remember.
  bool is_full(time_point now) const { return full_at() <= now; }

 private:
  static time_point as_time(clock::rep since_epoch) { return time_point(clock::duration(since_epoch)); }
  time_point full_at() const { return as_time(full_at_.load(std::memory_order_relaxed)); }

  std::atomic<clock::rep> full_at_{0};
};

}  // namespace parley::chat
