#pragma once
// Brings a request to the room that it is for: to the shard of the room's home, and there to the home.

#include <cstddef>
#include <utility>

#include "app/rooms/room_homes.hpp"
#include "app/rooms/room_post.hpp"

namespace parley {

// One a shard, for its thread.
class room_router {
 public:
  room_router(std::size_t shard, room_post& post, room_homes& homes)
      : shard_(shard), post_(post), homes_(homes) {}

  // The shard that decides for a room.
  static std::size_t home_of(const chat::room_name& room, std::size_t shards) {
    return std::hash<std::string>{}(room.str()) % shards;
  }

  void send(room_request request) {
    const auto home = home_of(request.room, post_.shard_count());
    home == shard_ ? homes_.handle(std::move(request)) : post_.forward(home, std::move(request));
  }

 private:
  const std::size_t shard_;
  room_post& post_;
  room_homes& homes_;
};

}  // namespace parley
