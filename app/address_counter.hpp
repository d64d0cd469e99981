#pragma once
// How many connections each client address has. Asked when a connection comes and goes, by any shard.

#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "net/asio.hpp"

namespace parley {

// The address as limits count it: IPv4 as it is, also when mapped into IPv6, and of IPv6 the /64 that one
// subscriber gets.
asio::ip::address limited_address(const asio::ip::address& address);

class address_counter {
 public:
  explicit address_counter(std::size_t limit) : limit_(limit) {}  // 0: no limit

  // Counts one connection in; false where the address has as many as it may.
  bool enter(const asio::ip::address& address);
  void leave(const asio::ip::address& address);

 private:
  const std::size_t limit_;
  std::mutex mutex_;
  std::map<asio::ip::address, std::size_t> connections_;
};

}  // namespace parley
