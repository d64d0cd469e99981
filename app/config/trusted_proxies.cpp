#include "app/config/trusted_proxies.hpp"

#include <algorithm>
#include <charconv>

namespace parley {
namespace {

constexpr unsigned mapped_bits = 96;  // in front of an IPv4 address (RFC 4291, 2.5.5.2)

asio::ip::address_v6 as_v6(const asio::ip::address& address) {
  return address.is_v6() ? address.to_v6() : asio::ip::make_address_v6(asio::ip::v4_mapped, address.to_v4());
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::optional<asio::ip::address> read_address(std::string_view text) {
  std::error_code error;
  auto address = asio::ip::make_address(std::string(text), error);
  if (error || text.find('%') != std::string_view::npos) return std::nullopt;
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
  return address;
}

// What proxies write besides a plain address: 192.0.2.7:51234, [2001:db8::1], [2001:db8::1]:443.
std::string_view address_part(std::string_view text) {
  if (text.starts_with('[')) return text.substr(1, std::min(text.find(']'), text.size()) - 1);
  const auto colon = text.find(':');
  return colon == text.rfind(':') ? text.substr(0, colon) : text;
}

}  // namespace

std::optional<ip_network> ip_network::parse(std::string_view text) {
  const auto slash = text.find('/');
  const auto address = read_address(text.substr(0, slash));
  if (!address) return std::nullopt;
  const unsigned bits = address->is_v4() ? 32 : 128;
  unsigned prefix = bits;
  if (slash != std::string_view::npos) {
    const auto number = text.substr(slash + 1);
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), prefix);
    if (number.empty() || error != std::errc() || end != number.data() + number.size() || prefix > bits)
      return std::nullopt;
  }
  return ip_network(as_v6(*address), address->is_v4() ? prefix + mapped_bits : prefix);
}

bool ip_network::contains(const asio::ip::address& address) const {
  const auto ours = base_.to_bytes(), theirs = as_v6(address).to_bytes();
  const auto whole = prefix_ / 8;
  if (!std::equal(ours.begin(), ours.begin() + whole, theirs.begin())) return false;
  const unsigned rest = prefix_ % 8;
  return rest == 0 || (ours[whole] ^ theirs[whole]) >> (8 - rest) == 0;
}

trusted_proxies::trusted_proxies(const std::vector<std::string>& networks) {
  for (const auto& text : networks)
    if (const auto network = ip_network::parse(text)) networks_.push_back(*network);
}

bool trusted_proxies::contains(const asio::ip::address& address) const {
  return std::any_of(networks_.begin(), networks_.end(),
                     [&](const ip_network& network) { return network.contains(address); });
}

asio::ip::address trusted_proxies::client_of(const asio::ip::address& peer,
                                             std::string_view forwarded_for) const {
  auto client = peer;
  while (contains(client) && !forwarded_for.empty()) {
    const auto comma = forwarded_for.rfind(',');
    const auto start = comma == std::string_view::npos ? 0 : comma + 1;
    const auto before = read_address(address_part(trimmed(forwarded_for.substr(start))));
    if (!before) break;
    client = *before;
    forwarded_for = forwarded_for.substr(0, comma == std::string_view::npos ? 0 : comma);
  }
  return client;
}

}  // namespace parley
