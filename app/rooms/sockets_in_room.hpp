#pragma once
// Which sockets are in a room, as its home knows it: whose they are, and on which shards. Plain data.

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "app/accounts/socket_id.hpp"

namespace parley {

class sockets_in_room {
 public:
  explicit sockets_in_room(std::size_t shards) : on_shard_(shards) {}

  bool has(const std::string& user_key, socket_id socket) const {
    const auto found = of_user_.find(user_key);
    return found != of_user_.end() && std::ranges::find(found->second, socket) != found->second.end();
  }

  void add(const std::string& user_key, socket_id socket) {
    of_user_[user_key].push_back(socket);
    ++on_shard_[socket.shard];
  }

  // False where it was not in.
  bool remove(const std::string& user_key, socket_id socket) {
    const auto found = of_user_.find(user_key);
    if (found == of_user_.end() || std::erase(found->second, socket) == 0) return false;
    if (found->second.empty()) of_user_.erase(found);
    --on_shard_[socket.shard];
    return true;
  }

  std::vector<socket_id> of(const std::string& user_key) const {
    const auto found = of_user_.find(user_key);
    return found == of_user_.end() ? std::vector<socket_id>() : found->second;
  }

  // How many there are on each shard.
  const std::vector<std::size_t>& on_shards() const { return on_shard_; }

 private:
  std::map<std::string, std::vector<socket_id>> of_user_;  // by key
  std::vector<std::size_t> on_shard_;
};

}  // namespace parley
