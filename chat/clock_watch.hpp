#pragma once
// Whether the wall clock can be believed: it goes as fast as the steady one. Where it has jumped, what
// depends on an age has to wait, since nobody can tell which of the two times is the right one.

#include <chrono>

#include "chat/clock.hpp"

namespace parley::chat {

// What a look at the clocks says.
struct clock_reading {
  unix_ms now = 0;  // the wall clock's time; where the clocks have parted, what it would be without the jump
  bool agrees = true;  // else nothing may end for its age
};

// Knows nothing but the times that it is given. For one thread at a time.
class clock_watch {
 public:
  // Steps up to here are followed, as those that set a clock right after a start.
  static constexpr milliseconds tolerance{60'000};

  // Both clocks are believed now.
  clock_watch(unix_ms wall, time_point steady) : wall_(wall), steady_(steady) {}

  // `steady` never goes back, and goes on while the machine sleeps. Agreement comes back when the wall clock
  // does.
  clock_reading look(unix_ms wall, time_point steady) {
    const unix_ms expected = wall_ + std::chrono::floor<milliseconds>(steady - steady_).count();
    const unix_ms apart = wall > expected ? wall - expected : expected - wall;
    if (apart > tolerance.count()) return {expected, false};
    wall_ = wall;  // follows a clock that is set right by and by
    steady_ = steady;
    return {wall, true};
  }

 private:
  unix_ms wall_;  // when both were seen to agree
  time_point steady_;
};

}  // namespace parley::chat
