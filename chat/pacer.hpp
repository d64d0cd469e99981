#pragma once
// Leading-edge pacing: the first thing after a quiet time goes at once, and while it is busy things go at
// most once an interval.

#include "chat/clock.hpp"

namespace parley::chat {

class pacer {
 public:
  explicit pacer(milliseconds interval) : interval_(interval) {}

  // How long to wait from now before the next go; zero: at once.
  clock::duration delay(time_point now) const { return due_ > now ? due_ - now : clock::duration::zero(); }

  void went(time_point now) { due_ = now + interval_; }

 private:
  milliseconds interval_;
  time_point due_{};  // the steady clock's epoch: long ago
};

}  // namespace parley::chat
