#pragma once
// The authority of a URI without user information (RFC 3986, 3.2): what Host and Origin name.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace parley::net {

struct authority {
  std::string host;  // in lower case; an IP literal in its usual spelling, without brackets
  std::optional<std::uint16_t> port;
  bool is_address = false;  // an IP literal

  bool operator==(const authority&) const = default;
};

// Nothing where it is malformed.
std::optional<authority> parse_authority(std::string_view text);

}  // namespace parley::net
