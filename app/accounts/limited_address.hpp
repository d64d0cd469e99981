#pragma once
// Whom a limit by address counts as one.

#include "net/asio.hpp"

namespace parley {

// The address as limits count it: IPv4 as it is, also when mapped into IPv6, and of IPv6 the /64 that one
// subscriber gets.
asio::ip::address limited_address(const asio::ip::address& address);

}  // namespace parley
