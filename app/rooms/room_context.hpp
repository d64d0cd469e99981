#pragma once
// What the homes of a shard's rooms share.

#include "app/accounts/audit_log.hpp"
#include "app/config/config.hpp"
#include "app/rooms/room_directory.hpp"
#include "app/rooms/room_surroundings.hpp"
#include "net/asio.hpp"

namespace parley {

// All of it outlives the rooms.
struct room_context {
  const config& settings;
  room_directory& directory;
  audit_log& audit;
  asio::io_context& io;  // the shard's
  room_surroundings& around;
};

}  // namespace parley
