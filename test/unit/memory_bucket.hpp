#pragma once
// A bucket in memory, for tests: of the stores above, and of the suite that every bucket has to pass.

#include <deque>
#include <map>
#include <mutex>
#include <vector>

#include "auth/bucket.hpp"

namespace parley::test {

class memory_bucket final : public auth::bucket {
 public:
  std::optional<record> get(std::string_view key) const override {
    const std::lock_guard lock(mutex_);
    const auto found = records_.find(key);
    return found == records_.end() ? std::nullopt : std::optional(found->second);
  }

  ticket stage(change wanted) override {
    const std::lock_guard lock(mutex_);
    staged_.push_back(std::make_shared<pending>(std::move(wanted)));
    return staged_.back();
  }

  outcome commit(const ticket& staged) override {
    const auto mine = std::static_pointer_cast<pending>(staged);
    const std::lock_guard one_at_a_time(settling_);
    if (!mine->result) settle_all();
    return *mine->result;
  }

  void watch(watcher told) override {
    const std::lock_guard lock(settling_);
    for (const auto& [key, kept] : records_) told({key, kept.value, kept.number});
    watchers_.push_back(std::move(told));
  }

  // Everything committed from now on fails with this text, until it is empty.
  void fail_with(std::string text) {
    const std::lock_guard lock(settling_);
    failure_ = std::move(text);
  }

 private:
  struct pending final : staged_change {
    explicit pending(change from) : wanted(std::move(from)) {}
    change wanted;
    std::optional<outcome> result;
  };

  // settling_ is held.
  void settle_all() {
    std::deque<std::shared_ptr<pending>> batch;
    {
      const std::lock_guard lock(mutex_);
      batch.swap(staged_);
    }
    for (const auto& each : batch) {
      each->result = settle(each->wanted);
      if (*each->result)
        for (const auto& tell : watchers_) tell({each->wanted.key, each->wanted.value, **each->result});
      if (each->wanted.settled) each->wanted.settled(*each->result);
    }
  }

  outcome settle(const change& wanted) {
    if (!failure_.empty())
      return tl::unexpected(auth::bucket_failure{auth::bucket_failure::reason::unavailable, failure_});
    const std::lock_guard lock(mutex_);
    const auto found = records_.find(wanted.key);
    if (auto why = auth::refusal(wanted, found == records_.end() ? 0 : found->second.number))
      return tl::unexpected(std::move(*why));
    if (wanted.value)
      records_[wanted.key] = {*wanted.value, ++latest_};
    else
      records_.erase(found);
    return wanted.value ? latest_ : ++latest_;
  }

  std::mutex settling_;  // one batch at a time; guards what follows, together with mutex_ what both change
  std::string failure_;
  std::vector<watcher> watchers_;
  revision latest_ = 0;

  mutable std::mutex mutex_;  // never held while somebody is called
  std::map<std::string, record, std::less<>> records_;
  std::deque<std::shared_ptr<pending>> staged_;
};

}  // namespace parley::test
