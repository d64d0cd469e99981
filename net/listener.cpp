#include "net/listener.hpp"

#include <netinet/tcp.h>

namespace parley::net {
namespace {

using asio::ip::tcp;
using reuse_port = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;
using user_timeout = asio::detail::socket_option::integer<IPPROTO_TCP, TCP_USER_TIMEOUT>;

std::error_code open(tcp_acceptor& acceptor, const tcp::endpoint& endpoint, bool shared) {
  std::error_code error;
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp_acceptor::reuse_address(true), error);
  if (!error && shared) acceptor.set_option(reuse_port(true), error);
  if (!error && endpoint.protocol() == tcp::v6() && endpoint.address().is_unspecified())
    acceptor.set_option(asio::ip::v6_only(false), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  return error;
}

std::error_code set_up(tcp_acceptor& acceptor, const connection_settings& settings) {
  std::error_code error;
  // The kernel doubles what it is told, for its own bookkeeping, and no longer lets the buffer grow.
  if (settings.send_buffer != 0)
    acceptor.set_option(asio::socket_base::send_buffer_size(static_cast<int>(settings.send_buffer / 2)),
                        error);
  if (!error && settings.patience.count() != 0)
    acceptor.set_option(user_timeout(static_cast<int>(settings.patience.count())), error);
  return error;
}

std::string describe(const tcp::endpoint& endpoint, const std::error_code& error) {
  const auto port = std::to_string(endpoint.port());
  const auto where = (endpoint.address().is_v6() ? "[" + endpoint.address().to_string() + "]"
                                                 : endpoint.address().to_string()) +
                     ":" + port;
  if (error == asio::error::address_in_use)
    return "port " + port + " is in use by another program (" + where +
           "); stop it, or choose another port with "
           "server.port or --port";
  if (error == asio::error::access_denied)
    return "may not listen on " + where + ": ports below 1024 need a privilege";
  return "cannot listen on " + where + ": " + error.message();
}

}  // namespace

tl::expected<listeners, std::string> listen(const std::vector<asio::io_context*>& shards,
                                            const std::string& address, std::uint16_t port,
                                            connection_settings settings) {
  tcp::endpoint endpoint(asio::ip::make_address(address), port);
  {
    // Alone first: with SO_REUSEPORT a second server would quietly take half of the connections of a first
    // one.
    tcp_acceptor probe(shards.front()->get_executor());
    auto error = open(probe, endpoint, false);
    if (error == asio::error::address_family_not_supported && endpoint.address().is_unspecified()) {
      endpoint.address(asio::ip::address_v4::any());
      probe = tcp_acceptor(shards.front()->get_executor());
      error = open(probe, endpoint, false);
    }
    if (error) return tl::unexpected(describe(endpoint, error));
  }
  listeners result;
  for (auto* io : shards) {
    auto& acceptor = result.acceptors.emplace_back(io->get_executor());
    if (const auto error = open(acceptor, endpoint, true)) return tl::unexpected(describe(endpoint, error));
    if (const auto error = set_up(acceptor, settings)) return tl::unexpected(describe(endpoint, error));
    endpoint = acceptor.local_endpoint();  // the others go where the first one went
  }
  result.endpoint = endpoint;
  return result;
}

}  // namespace parley::net
