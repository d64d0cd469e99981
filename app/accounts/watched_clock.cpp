#include "app/accounts/watched_clock.hpp"

#include <chrono>
#include <cstdlib>
#include <ctime>
#include <utility>

#include <spdlog/spdlog.h>

namespace parley {
namespace {

chat::unix_ms wall_now() {
  using namespace std::chrono;
  return floor<milliseconds>(system_clock::now().time_since_epoch()).count();
}

// The steady clock that goes on while the machine sleeps.
chat::time_point steady_now() {
  timespec now{};
  if (clock_gettime(CLOCK_BOOTTIME, &now) != 0) return chat::clock::now();
  return chat::time_point(std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec));
}

}  // namespace

watched_clock::watched_clock() : watch_(wall_now(), steady_now()) {}

chat::clock_reading watched_clock::look() {
  const std::lock_guard lock(mutex_);
  const auto wall = wall_now();
  const auto seen = watch_.look(wall, steady_now());
  if (std::exchange(agreed_, seen.agrees) == seen.agrees) return seen;
  if (seen.agrees) {
    spdlog::warn("the clock is where it was before it jumped: messages and log-ins end again at their age");
    return seen;
  }
  const auto seconds = std::abs(wall - seen.now) / 1'000;
  spdlog::error(
      "the clock has jumped {} by {} s: no message is removed and no log-in ends for its age until it is set "
      "back, or Parley is started again because the new time is right",
      wall > seen.now ? "ahead" : "back", seconds);
  return seen;
}

}  // namespace parley
