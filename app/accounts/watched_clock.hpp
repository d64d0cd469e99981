#pragma once
// The wall clock for what ends or is removed at a certain age: see clock_watch. Any thread.

#include <mutex>

#include "chat/clock_watch.hpp"

namespace parley {

class watched_clock {
 public:
  // The clocks are believed as they are at the start.
  watched_clock();

  // Reads both clocks. Says in the log when they part and when they agree again.
  chat::clock_reading look();

 private:
  std::mutex mutex_;  // of both below
  chat::clock_watch watch_;
  bool agreed_ = true;
};

}  // namespace parley
