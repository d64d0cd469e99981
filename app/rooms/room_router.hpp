#pragma once
// Brings a request to the room that it is for: to the shard of the room's home, and there to the home.

#include <cstddef>
#include <utility>

#include "app/rooms/room_homes.hpp"
#include "app/rooms/room_surroundings.hpp"

namespace parley {

// One a shard, for its thread.
class room_router {
 public:
  room_router(std::size_t shard, room_surroundings& around, room_homes& homes)
      : shard_(shard), around_(around), homes_(homes) {}

  // The shard that decides for a room.
  static std::size_t home_of(const chat::room_name& room, std::size_t shards) {
    return std::hash<std::string>{}(room.str()) % shards;
  }

  void send(room_request request) {
    const auto home = home_of(request.room, around_.shard_count());
    home == shard_ ? homes_.handle(std::move(request)) : around_.forward(home, std::move(request));
  }

 private:
  const std::size_t shard_;
  room_surroundings& around_;
  room_homes& homes_;
};

}  // namespace parley
