#include "net/authority.hpp"

#include <algorithm>
#include <charconv>

#include "net/asio.hpp"

namespace parley::net {
namespace {

constexpr std::size_t longest_host = 253;  // of the DNS

// What a registered name may have, but for escapes, which no host needs (RFC 3986, 3.2.2).
bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return port;
}

// The host, and what comes behind it: nothing, or a colon and more.
struct parts {
  std::string_view host, rest;
  bool is_bracketed = false;
};

std::optional<parts> split(std::string_view text) {
  if (!text.starts_with('[')) {
    const auto colon = std::min(text.find(':'), text.size());
    return parts{text.substr(0, colon), text.substr(colon)};
  }
  const auto bracket = text.find(']');
  if (bracket == std::string_view::npos) return std::nullopt;
  return parts{text.substr(1, bracket - 1), text.substr(bracket + 1), true};
}

}  // namespace

std::optional<authority> parse_authority(std::string_view text) {
  const auto found = split(text);
  if (!found || found->host.empty() || found->host.size() > longest_host) return std::nullopt;
  authority result;
  result.host = found->host;
  std::transform(result.host.begin(), result.host.end(), result.host.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  std::error_code none;
  const auto address = asio::ip::make_address(result.host, none);
  result.is_address = !none && address.is_v6() == found->is_bracketed;
  if (result.is_address)
    result.host = address.to_string();
  else if (found->is_bracketed || !std::all_of(result.host.begin(), result.host.end(), is_name_character))
    return std::nullopt;
  if (found->rest.empty()) return result;
  if (!found->rest.starts_with(':')) return std::nullopt;
  if (found->rest.size() == 1) return result;  // an empty port is the scheme's
  result.port = parse_port(found->rest.substr(1));
  return result.port ? std::optional(std::move(result)) : std::nullopt;
}

}  // namespace parley::net
