#pragma once
// The generator's time: nanoseconds of the monotonic clock, which every process of the machine shares.

#include <cstdint>
#include <ctime>

namespace parley::bench {

using nanoseconds = std::int64_t;

constexpr nanoseconds second = 1'000'000'000;
constexpr nanoseconds millisecond = 1'000'000;

inline nanoseconds read_clock(clockid_t clock) {
  timespec time{};
  ::clock_gettime(clock, &time);
  return static_cast<nanoseconds>(time.tv_sec) * second + time.tv_nsec;
}

inline nanoseconds now() {
  return read_clock(CLOCK_MONOTONIC);
}

// What the calling thread has had of its core.
inline nanoseconds thread_cpu_time() {
  return read_clock(CLOCK_THREAD_CPUTIME_ID);
}

inline nanoseconds from_seconds(double seconds) {
  return static_cast<nanoseconds>(seconds * static_cast<double>(second));
}

inline double to_seconds(nanoseconds time) {
  return static_cast<double>(time) / static_cast<double>(second);
}

}  // namespace parley::bench
