#pragma once
// Time in these tests: nothing sleeps for luck, everything waits for an event and gives up at a deadline.

#include <chrono>
#include <cstdlib>
#include <string>
#include <thread>

namespace parley::test {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// What the server under test was built with: address,undefined or thread, or nothing.
inline const std::string sanitizer = [] {
  const char* sanitize = std::getenv("PARLEY_SANITIZE");
  return std::string(sanitize ? sanitize : "");
}();
inline const bool slow_server = !sanitizer.empty();

// How long something may take that should happen at once: long enough for a loaded machine and a sanitizer.
inline const milliseconds patience = slow_server ? 90s : 30s;

inline clock::time_point within(milliseconds duration) {
  return clock::now() + duration;
}

inline clock::time_point soon() {
  return within(patience);
}

inline milliseconds since(clock::time_point start) {
  return std::chrono::duration_cast<milliseconds>(clock::now() - start);
}

// For what happens in the server without telling anybody: asks again until it is so, and says whether it came
// to be.
template <class Condition>
bool eventually(Condition condition, clock::time_point deadline = soon()) {
  constexpr auto between_questions = 5ms;
  while (!condition()) {
    if (clock::now() > deadline) return false;
    std::this_thread::sleep_for(between_questions);
  }
  return true;
}

}  // namespace parley::test
