#pragma once
// The wall clock, as people see it. Only the outermost layer reads it; everybody else is given the time.

#include <chrono>

#include "chat/clock.hpp"

namespace parley {

inline chat::unix_ms unix_now() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

}  // namespace parley
