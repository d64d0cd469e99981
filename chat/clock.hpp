#pragma once
// The two clocks. Policies measure with the steady one; what people see bears the wall clock's time. Both
// come in as arguments: only the outermost layer reads a clock.

#include <chrono>
#include <cstdint>

namespace parley::chat {

using clock = std::chrono::steady_clock;
using time_point = clock::time_point;
using milliseconds = std::chrono::milliseconds;

// Unix milliseconds, as on the wire.
using unix_ms = std::int64_t;

// The time left until `then`, in whole milliseconds rounded up: who waits that long does not come too early.
inline milliseconds until(time_point now, time_point then) {
  return std::chrono::ceil<milliseconds>(then - now);
}

}  // namespace parley::chat
