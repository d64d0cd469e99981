#include "auth/throttle.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace parley::auth {
namespace {

// Zero, which is off, where either is zero.
std::chrono::nanoseconds step_of(throttle_policy policy) {
  if (policy.attempts == 0) return {};
  return std::chrono::nanoseconds(policy.window) / static_cast<std::int64_t>(policy.attempts);
}

}  // namespace

throttle::throttle(throttle_policy policy, std::size_t most_keys)
    : step_(step_of(policy)),
      window_(policy.window),
      most_keys_(std::max<std::size_t>(most_keys, 1)),
      most_repeated_(std::max<std::size_t>(most_keys_ - most_keys_ / 4, 1)) {}

std::optional<std::chrono::milliseconds> throttle::check(std::string_view key, time_point now) const {
  const std::lock_guard lock(mutex_);
  return wait_for(key, now);
}

void throttle::record_failure(std::string_view key, time_point now) {
  const std::lock_guard lock(mutex_);
  count(key, now);
}

std::optional<std::chrono::milliseconds> throttle::attempt(std::string_view key, time_point now) {
  const std::lock_guard lock(mutex_);
  const auto wait = wait_for(key, now);
  if (!wait) count(key, now);
  return wait;
}

void throttle::record_success(std::string_view key) {
  const std::lock_guard lock(mutex_);
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return;
  const auto position = found->second;
  forget(position->repeated ? repeated_ : once_, position);
}

void throttle::take_back(std::string_view key, time_point now) {
  const std::lock_guard lock(mutex_);
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return;
  const auto position = found->second;
  position->free_at -= step_;
  if (position->free_at <= now) forget(position->repeated ? repeated_ : once_, position);
}

std::size_t throttle::size() const {
  const std::lock_guard lock(mutex_);
  return by_key_.size();
}

std::optional<std::chrono::milliseconds> throttle::wait_for(std::string_view key, time_point now) const {
  const auto found = by_key_.find(key);
  if (is_off() || found == by_key_.end()) return std::nullopt;
  const auto wait = found->second->free_at + step_ - window_ - now;
  if (wait.count() <= 0) return std::nullopt;
  return std::chrono::ceil<std::chrono::milliseconds>(wait);
}

void throttle::count(std::string_view key, time_point now) {
  if (is_off()) return;
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) {
    make_room(now);
    const auto added = once_.insert(once_.end(), {std::string(key), now + step_, false});
    by_key_.emplace(added->key, added);
    return;
  }
  const auto position = found->second;
  auto& from = position->repeated ? repeated_ : once_;
  const bool forgiven = position->free_at <= now;
  auto& to = forgiven ? once_ : repeated_;
  // Failures past the limit, from tries that ran at the same time, do not lengthen the wait.
  position->free_at = std::min(std::max(position->free_at, now) + step_, now + window_);
  position->repeated = !forgiven;
  to.splice(to.end(), from, position);
  if (repeated_.size() > most_repeated_) forget(repeated_, repeated_.begin());
}

void throttle::make_room(time_point now) {
  // One key comes, so two of each list may go: what is forgiven leaves sooner than it gathers.
  for (auto* list : {&once_, &repeated_})
    for (int looked_at = 0; looked_at < 2 && !list->empty() && list->front().free_at <= now; ++looked_at)
      forget(*list, list->begin());
  if (by_key_.size() < most_keys_) return;
  auto& list = once_.empty() ? repeated_ : once_;
  forget(list, list.begin());
}

void throttle::forget(entry_list& list, entry_list::iterator position) {
  by_key_.erase(position->key);
  list.erase(position);
}

}  // namespace parley::auth
