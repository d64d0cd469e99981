// What a host may be called: names of the DNS and IP addresses. Pure functions, free to use on any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace parley {

// The usual spelling of an IP address without brackets (RFC 5952), where the text is one.
std::optional<std::string> ip_literal(std::string_view text);

// Whether the text is a host name of RFC 1123 section 2.1 in ASCII, and none that browsers take for an IP
// address.
bool is_host_name(std::string_view text);

}  // namespace parley
