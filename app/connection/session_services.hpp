#pragma once
// What the sessions of all shards share.

#include "app/accounts/accounts.hpp"
#include "app/accounts/login_directory.hpp"
#include "app/config/config.hpp"
#include "app/config/trusted_proxies.hpp"
#include "app/connection/refusal_log.hpp"
#include "app/connection/site.hpp"
#include "app/rooms/room_directory.hpp"
#include "chat/server_frame.hpp"
#include "net/static_files.hpp"

namespace parley {
namespace chat {
class sqlite_history;
}

// Each part says itself how it may be used from several threads. All of it outlives the sessions.
struct session_services {
  const config& settings;
  const net::static_files& pages;
  accounts& users;
  login_directory& logins;
  const trusted_proxies& proxies;
  const site& own_site;
  refusal_log& refusals;
  const room_directory& rooms;
  chat::sqlite_history* history;  // null where history.mode is another
  chat::client_limits limits;     // as clients are told
  bool own_certificate = false;   // self-signed: HSTS would poison the host name for other software
};

}  // namespace parley
