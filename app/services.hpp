#pragma once
// What all shards share. Made by the server before the shards and destroyed after them; each part says itself
// how it may be used from several threads.

#include "app/accounts/audit_log.hpp"
#include "app/accounts/login_directory.hpp"
#include "app/accounts/worker_pool.hpp"
#include "app/config/config.hpp"
#include "app/config/trusted_proxies.hpp"
#include "app/connection/admission.hpp"
#include "app/rooms/room_directory.hpp"
#include "chat/server_frame.hpp"
#include "chat/sqlite_history.hpp"
#include "net/static_files.hpp"
#include "net/tls_context.hpp"

namespace parley {

class accounts;

struct services {
  const config& settings;
  const net::tls_context& tls;
  const net::static_files& pages;
  accounts& users;
  login_directory& logins;
  admission& doors;
  const trusted_proxies& proxies;
  room_directory& directory;
  audit_log& audit;
  chat::sqlite_history* history;  // null where history.mode is another
  worker_pool& openers;           // for open_log(), which blocks on the disk
  // The log of a new or a kept room, for its home.
  std::function<tl::expected<std::unique_ptr<chat::room_log>, std::string>(const chat::room_name&,
                                                                           const chat::room_record&)>
      open_log;
  chat::client_limits limits;    // as clients are told
  bool own_certificate = false;  // self-signed: HSTS would poison the host name for other software
};

}  // namespace parley
