#pragma once
// The sessions of one shard, by number and by user.

#include <algorithm>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace parley {

class session;

// For its shard's thread. Sessions own themselves, and are here for as long as they run.
class session_registry {
 public:
  void add(std::uint64_t number, session& added) { by_number_.emplace(number, &added); }

  // From now on somebody is logged in there.
  void add_user(const std::string& user_key, session& logged_in) { by_user_.emplace(user_key, &logged_in); }

  // `user_key` is empty where nobody was.
  void remove(std::uint64_t number, const std::string& user_key) {
    const auto found = by_number_.find(number);
    if (found == by_number_.end()) return;
    const auto [first, last] = by_user_.equal_range(user_key);
    const auto place =
        std::find_if(first, last, [&](const auto& each) { return each.second == found->second; });
    if (place != last) by_user_.erase(place);
    by_number_.erase(found);
  }

  session* find(std::uint64_t number) const {
    const auto found = by_number_.find(number);
    return found == by_number_.end() ? nullptr : found->second;
  }
  std::vector<session*> of_user(const std::string& user_key) const {
    std::vector<session*> found;
    const auto [first, last] = by_user_.equal_range(user_key);
    for (auto each = first; each != last; ++each) found.push_back(each->second);
    return found;
  }
  std::vector<session*> all() const {
    std::vector<session*> found;
    found.reserve(by_number_.size());
    for (const auto& [number, each] : by_number_) found.push_back(each);
    return found;
  }
  std::size_t size() const { return by_number_.size(); }

 private:
  std::unordered_map<std::uint64_t, session*> by_number_;
  std::unordered_multimap<std::string, session*> by_user_;  // those that are logged in, by the user's key
};

}  // namespace parley
