#pragma once
// Which sockets are in a room, as its home knows it: whose they are, and on which shards. Plain data.

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/accounts/socket_id.hpp"
#include "chat/room_record.hpp"

namespace parley {

class sockets_in_room {
 public:
  // Somebody's socket; `user` is the name as it was shown when the socket came in.
  struct place {
    socket_id socket;
    std::string user;
  };

  explicit sockets_in_room(std::size_t shards) : on_shard_(shards) {}

  bool has(const std::string& user_key, socket_id socket) const {
    const auto found = of_user_.find(user_key);
    return found != of_user_.end() &&
           std::ranges::find(found->second, socket, &place::socket) != found->second.end();
  }

  void add(const chat::actor& who, socket_id socket) {
    of_user_[who.key].push_back({socket, who.user});
    ++on_shard_[socket.shard];
  }

  // Whose it was; nothing where it was not in.
  std::optional<place> remove(const std::string& user_key, socket_id socket) {
    const auto found = of_user_.find(user_key);
    if (found == of_user_.end()) return std::nullopt;
    auto& places = found->second;
    const auto left = std::ranges::find(places, socket, &place::socket);
    if (left == places.end()) return std::nullopt;
    auto removed = std::move(*left);
    places.erase(left);
    if (places.empty()) of_user_.erase(found);
    --on_shard_[socket.shard];
    return removed;
  }

  std::vector<place> of(const std::string& user_key) const {
    const auto found = of_user_.find(user_key);
    return found == of_user_.end() ? std::vector<place>() : found->second;
  }

  // How many there are on each shard.
  const std::vector<std::size_t>& on_shards() const { return on_shard_; }

 private:
  std::map<std::string, std::vector<place>> of_user_;  // by key
  std::vector<std::size_t> on_shard_;
};

}  // namespace parley
