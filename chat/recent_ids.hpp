#pragma once
// The newest ids that clients gave to their messages in a room, so that what is sent again is known for what
// it is.

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>

namespace parley::chat {

class recent_ids {
 public:
  // Covers a reconnect by far: at one message a second each, a thousand members need ten seconds to push an
  // id out.
  static constexpr std::size_t most = 10'000;

  // The seq of this user's message of this id. An empty id is nobody's.
  std::optional<std::uint64_t> find(const std::string& user, const std::string& id) const {
    if (id.empty()) return std::nullopt;
    const auto found = seqs_.find(key(user, id));
    if (found == seqs_.end()) return std::nullopt;
    return found->second;
  }

  void add(const std::string& user, const std::string& id, std::uint64_t seq) {
    if (id.empty()) return;
    const auto [place, added] = seqs_.insert_or_assign(key(user, id), seq);
    if (added) order_.push_back(place->first);
    if (order_.size() <= most) return;
    seqs_.erase(order_.front());
    order_.pop_front();
  }

  // The message was not stored after all. Its place in the order stays, and is given up in its turn.
  void take_back(const std::string& user, const std::string& id) { seqs_.erase(key(user, id)); }

 private:
  static std::string key(const std::string& user, const std::string& id) { return user + '\n' + id; }

  std::unordered_map<std::string, std::uint64_t> seqs_;
  std::deque<std::string> order_;  // oldest first
};

}  // namespace parley::chat
