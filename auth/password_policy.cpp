#include "auth/password_policy.hpp"

#include <cstddef>
#include <cstdint>

#include "auth/common_passwords.hpp"
#include "auth/encoding.hpp"

namespace parley::auth {
namespace {

// The code points of valid UTF-8 (RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF).
std::optional<std::size_t> count_code_points(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < text.size(); ++count) {
    const auto lead = static_cast<std::uint8_t>(text[i]);
    const std::size_t length = lead < 0x80                    ? 1
                               : lead >= 0xC2 && lead <= 0xDF ? 2
                               : lead >= 0xE0 && lead <= 0xEF ? 3
                               : lead >= 0xF0 && lead <= 0xF4 ? 4
                                                              : 0;
    if (length == 0 || text.size() - i < length) return std::nullopt;
    for (std::size_t k = 1; k < length; ++k) {
      const auto byte = static_cast<std::uint8_t>(text[i + k]);
      // Only the first continuation byte has a narrower range, and only after these four lead bytes.
      const std::uint8_t low = k == 1 && lead == 0xE0 ? 0xA0 : k == 1 && lead == 0xF0 ? 0x90 : 0x80;
      const std::uint8_t high = k == 1 && lead == 0xED ? 0x9F : k == 1 && lead == 0xF4 ? 0x8F : 0xBF;
      if (byte < low || byte > high) return std::nullopt;
    }
    i += length;
  }
  return count;
}

}  // namespace

std::optional<std::string> refuse_password(std::string_view password, const user_name& name) {
  const auto length = count_code_points(password);
  if (!length) return "The password is not valid UTF-8 text.";
  if (*length < shortest_password) return "A password has at least 8 characters.";
  if (*length > longest_password) return "A password has at most 128 characters.";
  if (ascii_lower(password) == name.key()) return "The password must not be the user name.";
  if (is_common_password(password)) return "This password is one of the most common; choose another.";
  return std::nullopt;
}

}  // namespace parley::auth
