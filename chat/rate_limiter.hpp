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

// As burst_limiter below, for one user on all of the user's sockets: any thread may call it.
class shared_burst_limiter {
 public:
  // Counts one event in; false when that is more than `count` in `window`. A count of zero is no limit.
  bool try_take(time_point now, std::size_t count, milliseconds window) {
    if (count == 0) return true;
    const auto step = clock::duration(window) / static_cast<clock::rep>(count);
    auto full_at = full_at_.load(std::memory_order_relaxed);
    clock::rep next = 0;
    do {
      if (wait(now, count, window) > clock::duration::zero()) return false;
      next = (std::max(now.time_since_epoch(), clock::duration(full_at)) + step).count();
    } while (!full_at_.compare_exchange_weak(full_at, next, std::memory_order_relaxed));
    return true;
  }

  // How long after now the next event would be let through; zero: at once. Not for a count of zero.
  clock::duration wait(time_point now, std::size_t count, milliseconds window) const {
    const auto step = clock::duration(window) / static_cast<clock::rep>(count);
    const auto full_at = clock::duration(full_at_.load(std::memory_order_relaxed));
    const auto since = now.time_since_epoch();
    return std::max(std::max(since, full_at) - since - (clock::duration(window) - step),
                    clock::duration::zero());
  }

  // Whether all of the burst is there again: then there is nothing to remember.
  bool is_full(time_point now) const {
    return now.time_since_epoch() >= clock::duration(full_at_.load(std::memory_order_relaxed));
  }

 private:
  std::atomic<clock::rep> full_at_{0};
};

// `count` events at once, refilled evenly over `window`: the generic cell rate algorithm, so one time point
// is all the state. For one session, on its shard.
class burst_limiter {
 public:
  // Counts so many events in; false when that is more than `count` in `window`. A count of zero is no limit.
  // The amount times the window is below 2^63 ns: a mebibyte in an hour.
  bool try_take(time_point now, std::size_t count, milliseconds window, std::size_t amount = 1) {
    if (count == 0) return true;
    if (wait(now, count, window, amount) > clock::duration::zero()) return false;
    full_at_ = std::max(now, full_at_) + spacing(count, window, amount);
    return true;
  }

  // How long after now so many events would be let through; zero: at once. Not for a count of zero, nor for
  // more than the count.
  clock::duration wait(time_point now, std::size_t count, milliseconds window, std::size_t amount = 1) const {
    const auto room = clock::duration(window) - spacing(count, window, amount);
    return std::max(std::max(now, full_at_) - now - room, clock::duration::zero());
  }

 private:
  static clock::duration spacing(std::size_t count, milliseconds window, std::size_t amount) {
    return clock::duration(window) * static_cast<clock::rep>(amount) / static_cast<clock::rep>(count);
  }

  time_point full_at_{};  // when all of the burst is there again
};

}  // namespace parley::chat
