#pragma once
// When a room's flushes go, and to how many of its members at a time. Leading edge, as `pacer`; besides, a
// flush that took long is followed by a pause, so that more gathers for the next one and other rooms have a
// turn; and a room that is so large and busy that it would be flushing half of the time tells its members by
// turns, a slice of them with each flush: nobody's frames wait for a flush to all, and the loop sees to
// others in between.

#include <algorithm>
#include <array>
#include <cstddef>
#include <numeric>

#include "chat/clock.hpp"

namespace parley::chat {

class flush_pacer {
 public:
  static constexpr std::size_t slices = 3;

  explicit flush_pacer(milliseconds interval) : interval_(interval) {}

  // How long to wait from now before the next flush; zero: at once.
  clock::duration delay(time_point now) const { return due_ > now ? due_ - now : clock::duration::zero(); }
  time_point due() const { return due_; }
  // Whether the next flush is for a slice.
  bool in_turns() const { return in_turns_; }

  // Nothing was waiting for the last flush, nor for the next one until now.
  void rested() { in_turns_ = false; }

  void went(time_point now) { due_ = now + interval_ / turns(); }

  // A flush that went at that time took so long.
  struct flush {
    time_point went;
    clock::duration time;
    std::size_t frames;  // that a member was told
    bool of_slice;
  };
  void took(const flush& how) {
    // A pause saves something only where frames gather in it.
    if (how.frames <= 1) return rested();
    if (how.of_slice)
      slice_times_[next_slice_++ % slices] = how.time;
    else
      slice_times_.fill(how.time / turns_to_all);
    const auto to_all = std::accumulate(slice_times_.begin(), slice_times_.end(), clock::duration::zero());
    in_turns_ = to_all >= (in_turns_ ? short_flush : long_flush);
    due_ = std::max(due_, how.went + how.time + std::min(to_all / turns(), longest_pause()));
  }

  // The pause after a flush is as long as the flush, but not longer than this: the messages of a busy room
  // wait for it.
  clock::duration longest_pause() const { return (interval_ + milliseconds{3}) / turns(); }

 private:
  // To all members: from where on turns are worth while, and below which they are not any more.
  static constexpr milliseconds long_flush{8}, short_flush{5};

  static constexpr int turns_to_all = static_cast<int>(slices);

  int turns() const { return in_turns_ ? turns_to_all : 1; }

  clock::duration interval_;
  time_point due_{};                                   // the steady clock's epoch: long ago
  std::array<clock::duration, slices> slice_times_{};  // the last ones
  std::size_t next_slice_ = 0;                         // of them
  bool in_turns_ = false;
};

}  // namespace parley::chat
