#include "app/connection/admission.hpp"

namespace parley {
namespace {

// So many connections may be told at a time that there is no room for them.
constexpr std::size_t polite_refusals = 100;

}  // namespace

std::optional<admission::place> admission::enter(const std::optional<asio::ip::address>& counted) {
  if (count_in(counted)) return place(*this, false, counted);
  if (turned_away_.fetch_add(1) < polite_refusals) return place(*this, true, std::nullopt);
  --turned_away_;
  return std::nullopt;
}

bool admission::count_in(const std::optional<asio::ip::address>& counted) {
  if (counted && !count_address(*counted)) return false;
  if (connections_.fetch_add(1) < connections_limit_) return true;
  --connections_;
  if (counted) uncount_address(*counted);
  return false;
}

bool admission::count_address(const asio::ip::address& address) {
  if (per_address_limit_ == 0) return true;
  const std::lock_guard lock(mutex_);
  auto& count = by_address_[address];
  if (count == per_address_limit_) return false;
  ++count;
  return true;
}

void admission::uncount_address(const asio::ip::address& address) {
  if (per_address_limit_ == 0) return;
  const std::lock_guard lock(mutex_);
  const auto found = by_address_.find(address);
  if (found != by_address_.end() && --found->second == 0) by_address_.erase(found);
}

bool admission::place::count_for(const asio::ip::address& address) {
  if (turned_away_ || address_) return true;
  if (!from_->count_address(address)) return false;
  address_ = address;
  return true;
}

void admission::give_back(const place& from) {
  if (from.turned_away_) {
    --turned_away_;
    return;
  }
  --connections_;
  if (from.address_) uncount_address(*from.address_);
}

}  // namespace parley
