#pragma once
// What all shards share. Made by the server before the shards and destroyed after them; each part says itself
// how it may be used from several threads.

#include "app/admission.hpp"
#include "app/config.hpp"
#include "app/login_directory.hpp"
#include "app/trusted_proxies.hpp"
#include "chat/server_frame.hpp"
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
  chat::client_limits limits;    // as clients are told
  bool own_certificate = false;  // self-signed: HSTS would poison the host name for other software
  std::chrono::system_clock::time_point certificate_expires;
};

}  // namespace parley
