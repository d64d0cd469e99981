#pragma once
// How far the times of a room's events follow their order: a clock may have been set back between them. A
// search wants the newest first, and reads from the last one only as far as it has to.

#include <algorithm>
#include <cstdint>

#include "chat/clock.hpp"

namespace parley::chat {

struct time_order {
  unix_ms newest_at = 0;        // of all
  std::uint64_t unordered = 0;  // of the last event that has an earlier time than one before it
  unix_ms disorder = 0;         // up to there none is more than this earlier than one before it

  // Events come in their order.
  void add(std::uint64_t seq, unix_ms at) {
    if (at < newest_at) {
      unordered = seq;
      disorder = std::max(disorder, newest_at - at);
    }
    newest_at = std::max(newest_at, at);
  }

  // No event before this one has a later time.
  unix_ms newest_before(std::uint64_t seq, unix_ms at) const {
    if (seq > unordered) return at;
    return std::min(at + disorder, newest_at);
  }
};

}  // namespace parley::chat
