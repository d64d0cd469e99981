#include "app/connection/site.hpp"

#include "auth/encoding.hpp"

namespace parley {
namespace {

constexpr std::string_view scheme = "https://";
constexpr std::uint16_t port_of_https = 443;

bool is_same_port(const net::authority& one, const net::authority& other) {
  return one.port.value_or(port_of_https) == other.port.value_or(port_of_https);
}

}  // namespace

site::site(const std::vector<std::string>& hosts, const std::string& machine)
    : hosts_(hosts.begin(), hosts.end()), machine_{"localhost"} {
  if (machine.empty()) return;
  const auto name = auth::ascii_lower(machine);
  machine_.insert(name);
  machine_.insert(name.substr(0, name.find('.')));
}

bool site::answers_to(const net::authority& host, bool by_proxy) const {
  return by_proxy || host.is_address || hosts_.contains(host.host) || machine_.contains(host.host) ||
         host.host.ends_with(".localhost");
}

bool site::is_own(std::string_view origin, const net::authority& host, bool by_proxy) const {
  if (!origin.starts_with(scheme)) return false;  // "null" too
  const auto from = net::parse_authority(origin.substr(scheme.size()));
  if (!from) return false;
  if (from->host == host.host && is_same_port(*from, host)) return true;
  return hosts_.contains(from->host) && (by_proxy || is_same_port(*from, host));
}

}  // namespace parley
