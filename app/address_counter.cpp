#include "app/address_counter.hpp"

#include <algorithm>

namespace parley {

asio::ip::address limited_address(const asio::ip::address& address) {
  if (!address.is_v6()) return address;
  const auto v6 = address.to_v6();
  if (v6.is_v4_mapped()) return asio::ip::make_address_v4(asio::ip::v4_mapped, v6);
  auto bytes = v6.to_bytes();
  std::fill(bytes.begin() + 8, bytes.end(), 0);
  return asio::ip::address_v6(bytes);
}

bool address_counter::enter(const asio::ip::address& address) {
  if (limit_ == 0) return true;
  const std::lock_guard lock(mutex_);
  auto& count = connections_[address];
  if (count >= limit_) return false;
  ++count;
  return true;
}

void address_counter::leave(const asio::ip::address& address) {
  if (limit_ == 0) return;
  const std::lock_guard lock(mutex_);
  const auto found = connections_.find(address);
  if (found != connections_.end() && --found->second == 0) connections_.erase(found);
}

}  // namespace parley
