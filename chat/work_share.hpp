#pragma once
// How much of a thread's time somebody may take.

#include <algorithm>

#include "chat/clock.hpp"

namespace parley::chat {

// `percent` of the time on the average, and what that makes of `window` at once: a burst_limiter of
// durations, which are only known when they are over, so that one piece of work may go beyond it and those
// that follow wait for it. For one thread.
class work_share {
 public:
  static constexpr milliseconds window{1'000};

  // Work that was done.
  void charge(time_point now, clock::duration took, unsigned percent) {
    full_at_ = std::max(now, full_at_) + took * 100 / percent;
  }

  // How long from now before more may be done; zero: at once.
  clock::duration wait(time_point now) const {
    return std::max(std::max(now, full_at_) - now - clock::duration(window), clock::duration::zero());
  }

  // Whether there is nothing to remember.
  bool is_full(time_point now) const { return full_at_ <= now; }

 private:
  time_point full_at_{};  // when all of it is there again
};

}  // namespace parley::chat
