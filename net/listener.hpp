#pragma once
// Listening sockets: one a shard, all on one port, between which the kernel spreads the connections
// (SO_REUSEPORT).

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "net/asio.hpp"

namespace parley::net {

struct listeners {
  std::vector<tcp_acceptor> acceptors;  // one for each io_context, in their order
  asio::ip::tcp::endpoint endpoint;  // where they listen: with port 0 asked for, the port the kernel picked
};

// What the accepted connections inherit.
struct connection_settings {
  std::size_t send_buffer = 0;  // bytes that the kernel holds of what a peer has not taken; 0: its own choice
  std::chrono::milliseconds patience{
      0};  // with a peer that acknowledges nothing (RFC 5482); 0: the kernel's own
};

// Listens on an IP literal. "::" is every address, IPv6 and IPv4, and IPv4 alone where the machine has no
// IPv6. A port that somebody else listens on is an error, although SO_REUSEPORT would let us share it.
tl::expected<listeners, std::string> listen(const std::vector<asio::io_context*>& shards,
                                            const std::string& address, std::uint16_t port,
                                            connection_settings settings);

}  // namespace parley::net
