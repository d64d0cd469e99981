#pragma once
// When a log's writer commits: what comes within an interval shares one commit, and what a room shows with
// its next flush is committed when that is due. The first thing after a quiet time is committed at once.

#include <algorithm>

#include "chat/clock.hpp"

namespace parley::chat {

class commit_pacer {
 public:
  // A commit begins no sooner than an interval after the one before, or `least_gap` where a flush is due.
  // Nothing waits for a flush longer than `longest_wait`.
  commit_pacer(milliseconds interval, clock::duration least_gap, milliseconds longest_wait)
      : interval_(interval), least_gap_(least_gap), longest_wait_(longest_wait) {}

  // Something waits to be committed, and is shown at `due`; in the past: at once.
  void add(time_point due, time_point now) {
    if (due <= now)
      hurries_ = true;
    else
      first_due_ = std::min({first_due_, due, now + longest_wait_});
  }

  // When to commit what waits; max: nothing does.
  time_point next() const {
    const auto wanted = std::min(hurries_ ? next_group() : time_point::max(), first_due_);
    return std::max<time_point>(wanted, began_ + least_gap_);
  }
  // When the interval is over that the last commit has begun.
  time_point next_group() const { return began_ + interval_; }

  // All that waited is taken.
  void taken() {
    hurries_ = false;
    first_due_ = time_point::max();
  }
  // There was a commit, begun at this time.
  void went(time_point began) { began_ = began; }

 private:
  milliseconds interval_;
  clock::duration least_gap_;
  milliseconds longest_wait_;
  time_point began_{clock::duration::min() / 2};  // long ago
  bool hurries_ = false;
  time_point first_due_ = time_point::max();
};

}  // namespace parley::chat
