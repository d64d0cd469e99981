#pragma once
// What all shards share. Made by the server before the shards and destroyed after them; each part says itself
// how it may be used from several threads.

#include "app/accounts/audit_log.hpp"
#include "app/accounts/worker_pool.hpp"
#include "app/connection/admission.hpp"
#include "app/connection/session_services.hpp"
#include "app/rooms/room_directory.hpp"
#include "app/rooms/room_surroundings.hpp"
#include "net/tls_context.hpp"

namespace parley {

struct services {
  session_services for_sessions;
  const net::tls_context& tls;
  admission& doors;
  room_directory& rooms;
  audit_log& audit;
  worker_pool& openers;  // for open_log(), which blocks on the disk
  // The log of a new or a kept room, for its home.
  std::function<room_surroundings::opened_log(const chat::room_name&, const chat::room_record&)> open_log;
};

}  // namespace parley
