#include "chat/history_write_queue.hpp"

#include <algorithm>
#include <utility>

namespace parley::chat {
namespace {

// A second's worth and more of the fastest rate that the writer keeps up with.
constexpr std::size_t most_waiting = 50'000;
constexpr std::size_t most_bytes = 64 * 1024 * 1024;

}  // namespace

bool history_write_queue::add(pending one) {
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() >= most_waiting || bytes_ >= most_bytes) return false;
    const auto bytes = one.entry.text.size() + one.entry.record.size();
    const auto due = one.due;
    waiting_.push_back(std::move(one));
    bytes_ += bytes;
    commits_.add(due, clock::now());
    if (commits_.next() >= wakes_at_) return true;
    wakes_at_ = time_point::min();
  }
  more_.notify_one();
  return true;
}

std::optional<std::vector<history_write_queue::pending>> history_write_queue::take(time_point until) {
  std::unique_lock lock(mutex_);
  wait_for_work(lock, until);
  if (waiting_.empty() && stopping_) return std::nullopt;
  bytes_ = 0;
  commits_.taken();
  under_way_ = true;
  return std::exchange(waiting_, {});
}

// Until there is something to commit and it is time for it, or another task is. What comes before the writer
// wakes by itself in time does not wake it: each wake-up would cost a switch between two threads.
void history_write_queue::wait_for_work(std::unique_lock<std::mutex>& lock, time_point until) {
  while (!stopping_) {
    const auto now = clock::now();
    const bool idle = waiting_.empty();
    const bool in_group = now < commits_.next_group();
    const auto wake = !idle ? commits_.next() : in_group ? std::min(commits_.next_group(), until) : until;
    if (wake <= now) break;
    wakes_at_ = idle && wake == until ? time_point::max() : wake;
    more_.wait_until(lock, wake);
    wakes_at_ = time_point::min();
  }
}

void history_write_queue::done(std::optional<time_point> committed) {
  const std::lock_guard lock(mutex_);
  under_way_ = false;
  if (committed) commits_.went(*committed);
  if (waiting_.empty()) drained_.notify_all();
}

bool history_write_queue::drain(milliseconds limit) {
  std::unique_lock lock(mutex_);
  return drained_.wait_for(lock, limit, [this] { return waiting_.empty() && !under_way_; });
}

void history_write_queue::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  more_.notify_all();
}

}  // namespace parley::chat
