#pragma once
// What users, or addresses, have taken of one shard's time, over all their sockets there.

#include <cstddef>
#include <map>
#include <memory>
#include <string>

#include "chat/work_share.hpp"

namespace parley {

// For its shard's thread. Holds one small entry for everybody who is connected, and for who went so lately
// that the share is not full again.
class work_shares {
 public:
  // Percent of the shard's time; 100: no limit.
  explicit work_shares(unsigned percent) : percent_(percent) {}

  unsigned percent() const { return percent_; }

  // Null where there is no limit.
  std::shared_ptr<chat::work_share> of(const std::string& whose, chat::time_point now) {
    if (percent_ >= 100) return nullptr;
    sweep(now);
    auto& share = shares_[whose];
    if (!share) share = std::make_shared<chat::work_share>();
    return share;
  }

  std::size_t size() const { return shares_.size(); }

 private:
  // Two go for each that comes, where they may, so they cannot gather.
  void sweep(chat::time_point now) {
    for (int looked_at = 0; looked_at < 2 && !shares_.empty(); ++looked_at) {
      auto next = shares_.upper_bound(swept_);
      if (next == shares_.end()) next = shares_.begin();
      swept_ = next->first;
      if (next->second.use_count() == 1 && next->second->is_full(now)) shares_.erase(next);
    }
  }

  const unsigned percent_;
  std::map<std::string, std::shared_ptr<chat::work_share>> shares_;
  std::string swept_;  // the last that was looked at
};

}  // namespace parley
