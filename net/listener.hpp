#pragma once
// Listening sockets: one a shard, all on one port, between which the kernel spreads the connections
// (SO_REUSEPORT).

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

// Listens on an IP literal. "::" is every address, IPv6 and IPv4, and IPv4 alone where the machine has no
// IPv6. A port that somebody else listens on is an error, although SO_REUSEPORT would let us share it.
tl::expected<listeners, std::string> listen(const std::vector<asio::io_context*>& shards,
                                            const std::string& address, std::uint16_t port);

}  // namespace parley::net
