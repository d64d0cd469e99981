#pragma once
// The keys that seal TLS session tickets (RFC 8446, 4.6.1; RFC 5077, 4). A ticket lets who comes back skip
// the costly part of the handshake, on whatever shard, and costs the server no memory. A key seals for one
// period and opens for one more; then it is gone, and with it the way into what was recorded under it.

#include <array>
#include <chrono>
#include <mutex>
#include <optional>
#include <span>

#include "net/openssl.hpp"

namespace parley::net {

// Every thread may use it.
class session_ticket_keys {
 public:
  using time_point = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::hours period{1};
  static constexpr std::size_t name_size = 16;

  struct key {
    std::array<unsigned char, name_size> name;
    std::array<unsigned char, 32> cipher;  // AES-256
    std::array<unsigned char, 32> mac;     // HMAC-SHA256
    time_point since;
  };

  session_ticket_keys() = default;
  ~session_ticket_keys();
  session_ticket_keys(const session_ticket_keys&) = delete;
  session_ticket_keys& operator=(const session_ticket_keys&) = delete;

  // The key to seal a new ticket with. None where there are no random numbers: then there is no ticket.
  std::optional<key> sealing(time_point now);

  // The key of this name, where it still opens, and whether the ticket should be replaced by one of a newer
  // key.
  struct opened {
    key used;
    bool renew;
  };
  std::optional<opened> opening(std::span<const unsigned char> name, time_point now);

  // Forgets keys that have had their time. To be called now and then: tickets alone would do it, but there
  // may be none for a long time.
  void drop_old(time_point now);

  // Has the context seal its tickets with these keys, which outlive it.
  void serve(SSL_CTX* context);

 private:
  bool rotate(time_point now);

  std::mutex mutex_;
  std::optional<key> current_, previous_;
};

}  // namespace parley::net
