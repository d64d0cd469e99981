// What config.yaml says: plain data with the built-in defaults, which loader.hpp fills. The file itself
// explains every key to operators; here stands what the code needs to know. Each key lives in the member of
// the same name (only `rooms.default` is `default_room`), and a config that came from the loader keeps every
// range and relation that the loader checks, so nobody needs to check again. Filled once at start, then read
// by all shards and never written.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "app/config/values.hpp"
#include "auth/password_hash.hpp"

namespace parley {

enum class idle_activity { input, message };
enum class history_mode { sqlite, memory, off };
enum class history_sync { normal, full };
enum class history_deliver { after_commit, at_once };
enum class registration_mode { open, closed };
enum class log_level { trace, debug, info, warn, error };
enum class log_format { text, json };

struct server_config {
  std::string address = "::";                      // an IP literal; "::" takes IPv6 and IPv4
  std::uint16_t port = 5000;                       // 0: the kernel picks
  std::optional<std::size_t> shards;               // none: auto, one for each core
  std::vector<std::string> hosts = {"localhost"};  // 1 to 100 in lower case; IP literals without brackets
  std::vector<std::string> trusted_proxies;        // at most 100 IP addresses and networks, see ip_network
  std::string cookie = "parley";                   // 1 to 32 of A-Z a-z 0-9 _ . -

  // The cookie that carries a login session's token. The prefix makes browsers insist on Secure, Path=/ and
  // this very host (RFC 6265bis, 4.1.3.2), whatever its port.
  std::string cookie_name() const { return "__Host-" + cookie; }
  bool operator==(const server_config&) const = default;
};

struct tls_config {
  std::string certificate = "auto";  // PEM files; resolve them with config::resolve
  std::string key = "auto";

  // Whether the server makes its own certificate. Either both are auto or neither.
  bool automatic() const { return certificate == "auto"; }
  bool operator==(const tls_config&) const = default;
};

struct data_config {
  std::string folder = "data";                                   // resolve it with config::resolve
  std::size_t min_free = 64UL << 20U;                            // bytes; 0: off
  std::size_t audit_size = 16UL << 20U;                          // bytes of one file
  std::chrono::milliseconds audit_age = std::chrono::days{365};  // of one file; 0: off
  std::size_t audit_files = 5;                                   // old ones

  bool operator==(const data_config&) const = default;
};

struct limits_config {
  std::size_t message_length = 50;                                       // Unicode code points
  std::chrono::milliseconds message_interval = std::chrono::seconds{1};  // 0: off
  rate flood = {20, std::chrono::seconds{10}};              // refused frames before a socket is closed
  rate frame_rate = {100, std::chrono::seconds{10}};        // frames of any kind from one socket
  rate byte_rate = {256 * 1024, std::chrono::seconds{10}};  // bytes on the wire from one WebSocket
  rate questions = {300, std::chrono::seconds{10}};         // of one user: pages, unread counts, lists
  rate searches = {20, std::chrono::seconds{10}};           // of one user
  rate acts = {30, std::chrono::seconds{10}};               // of one user: moderation and settings
  unsigned user_share = 10;                                 // percent of one shard's time; 100: no limit
  unsigned address_share = 25;
  std::optional<std::size_t> connections;     // none: auto, what the open-file limit allows
  std::size_t connections_per_address = 200;  // 0: off
  std::size_t sockets_per_user = 10;          // 0: off
  std::size_t frame_size = 16 * 1024;         // bytes of a message from a client or of a request body

  bool operator==(const limits_config&) const = default;
};

struct timeouts_config {
  std::chrono::milliseconds tls_handshake = std::chrono::seconds{10};
  std::chrono::milliseconds request_head = std::chrono::seconds{10};
  std::chrono::milliseconds keep_alive = std::chrono::seconds{60};
  std::chrono::milliseconds response = std::chrono::seconds{60};
  std::chrono::milliseconds login = std::chrono::seconds{30};
  std::chrono::milliseconds ping = std::chrono::seconds{30};  // 0: no pings
  std::chrono::milliseconds close = std::chrono::seconds{5};

  bool operator==(const timeouts_config&) const = default;
};

struct idle_config {
  std::chrono::milliseconds warn_after =
      std::chrono::seconds{20};  // 0: no warning; otherwise less than kick_after
  std::chrono::milliseconds kick_after =
      std::chrono::seconds{30};  // 0: nobody is kicked, and then warn_after is 0 too
  idle_activity activity = idle_activity::input;

  bool operator==(const idle_config&) const = default;
};

struct fanout_config {
  std::chrono::milliseconds flush_interval{10};  // 0: every message is written at once
  std::size_t outbox_limit = 1024 * 1024;        // bytes for one session
  std::size_t send_buffer = 256 * 1024;          // bytes in the kernel for one connection

  bool operator==(const fanout_config&) const = default;
};

struct presence_config {
  std::chrono::milliseconds interval = std::chrono::seconds{1};  // 0: every coming and going at once
  std::size_t detail_limit = 500;                                // members; 0: only the count, always

  bool operator==(const presence_config&) const = default;
};

struct rooms_config {
  std::string default_room = "lobby";  // follows the rules of room names
  std::size_t capacity = 1000;         // users in one room; 0: off
  std::size_t max = 1000;              // rooms that people may make, in all
  std::size_t per_user = 20;           // of one owner
  std::size_t direct = 10'000;         // rooms of two

  bool operator==(const rooms_config&) const = default;
};

struct history_config {
  history_mode mode = history_mode::sqlite;
  history_sync sync = history_sync::normal;
  history_deliver deliver = history_deliver::after_commit;
  std::chrono::milliseconds keep = std::chrono::days{30};  // 0: for ever; only with sqlite
  std::size_t keep_count = 100'000;                        // messages a room keeps, at least 1
  std::size_t max_size = 10UL << 30U;                      // bytes of the database; 0: off
  std::size_t on_join = 50;  // messages given on join, at most keep_count; 0: none

  bool operator==(const history_config&) const = default;
};

struct auth_config {
  auth::hash_algorithm hash = auth::hash_algorithm::scrypt;
  unsigned pbkdf2_rounds = 600'000;
  std::size_t hashing_threads = 1;
  std::size_t hashing_queue = 100;                                  // hashes that may wait for a thread
  std::chrono::milliseconds session_idle = std::chrono::hours{12};  // at most session_lifetime
  std::chrono::milliseconds session_lifetime = std::chrono::days{30};
  registration_mode registration = registration_mode::open;
  rate attempts = {10, std::chrono::minutes{1}};        // failed log-ins, per name and per address
  rate registrations = {20, std::chrono::minutes{10}};  // per address
  std::vector<std::string> operators;                   // names in lower case

  bool operator==(const auth_config&) const = default;
};

// What a new password hash costs by these settings.
auth::hash_settings to_hash_settings(const auth_config& settings);

struct log_config {
  log_level level = log_level::info;
  log_format format = log_format::text;
  std::string file = "stderr";  // or a file; resolve it with config::resolve

  bool operator==(const log_config&) const = default;
};

struct config {
  server_config server;
  tls_config tls;
  data_config data;
  limits_config limits;
  timeouts_config timeouts;
  idle_config idle;
  fanout_config fanout;
  presence_config presence;
  rooms_config rooms;
  history_config history;
  auth_config auth;
  log_config log;

  // The folder of the file this came from; empty (the working directory) for the built-in defaults.
  std::filesystem::path base_folder;

  // Where a path of the configuration points to: relative paths start at base_folder.
  std::filesystem::path resolve(const std::string& path) const;

  bool operator==(const config&) const = default;
};

}  // namespace parley
