#pragma once
// What a session knows of the shard that it lives on.

#include <cstddef>
#include <span>

#include "app/connection/session_registry.hpp"
#include "app/connection/session_services.hpp"
#include "app/connection/work_shares.hpp"
#include "app/rooms/local_members.hpp"
#include "app/rooms/room_router.hpp"
#include "net/asio.hpp"
#include "net/turn_gate.hpp"

namespace parley {

// The shard's, for its thread; outlives the sessions.
struct shard_view {
  const std::size_t index;
  asio::io_context& io;
  net::turn_gate& gate;
  // Reads go into this buffer; what is wanted of it is taken out before the next suspension.
  const std::span<char> read_buffer;
  room_router& rooms;
  local_members& members;
  session_registry& sessions;
  work_shares& address_shares;
  work_shares& user_shares;
  session_services& shared;
  bool closing = false;  // nothing new is taken in
};

}  // namespace parley
