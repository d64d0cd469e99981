#pragma once
// Reverse proxies in front of the server, whose word about a client's address is taken (X-Forwarded-For).
// They speak TLS to the server like everybody else.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/asio.hpp"

namespace parley {

// An address, or all addresses that share its first bits: 192.0.2.7, 10.0.0.0/8, 2001:db8::/32.
class ip_network {
 public:
  static std::optional<ip_network> parse(std::string_view text);

  // An IPv4 address is the same when it is mapped into IPv6.
  bool contains(const asio::ip::address& address) const;

 private:
  ip_network(const asio::ip::address_v6& base, unsigned prefix) : base_(base), prefix_(prefix) {}

  asio::ip::address_v6 base_;  // IPv4 as mapped
  unsigned prefix_;            // of 128 bits
};

// Immutable; shared by all shards.
class trusted_proxies {
 public:
  explicit trusted_proxies(const std::vector<std::string>& networks);  // each of them has been parsed before

  bool contains(const asio::ip::address& address) const;

  // The client behind a request from `peer`: the peer itself, or where it is a proxy the last address in the
  // header that is none. What stands before that anybody may have made up.
  asio::ip::address client_of(const asio::ip::address& peer, std::string_view forwarded_for) const;

 private:
  std::vector<ip_network> networks_;
};

}  // namespace parley
