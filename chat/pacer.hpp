#pragma once
// Leading-edge pacing: the first thing after a quiet time goes at once, and while it is busy things go at
// most once an interval.

#include <algorithm>

#include "chat/clock.hpp"

namespace parley::chat {

class pacer {
 public:
  explicit pacer(milliseconds interval) : interval_(interval) {}

  // How long to wait from now before the next go; zero: at once.
  clock::duration delay(time_point now) const { return due_ > now ? due_ - now : clock::duration::zero(); }
  time_point due() const { return due_; }

  void went(time_point now) {
    last_ = now;
    due_ = now + interval_;
  }

  // The last go took so long. As long a pause follows it, so that whatever the interval, more gathers for the
  // next one and others have a turn; not a longer one than this, which is what a busy room's messages wait.
  static constexpr milliseconds longest_pause{12};
  void took(clock::duration time) {
    due_ = std::max(due_, last_ + time + std::min<clock::duration>(time, longest_pause));
  }

 private:
  milliseconds interval_;
  time_point last_{}, due_{};  // the steady clock's epoch: long ago
};

}  // namespace parley::chat
