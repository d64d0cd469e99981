#include "app/config/printable.hpp"

#include <array>
#include <cstdio>

namespace parley {
namespace {

struct code_point {
  char32_t value = 0;
  std::size_t length = 0;  // in bytes; 0: not UTF-8
};

// The first code point of a text that is not empty.
code_point decode(std::string_view text) {
  const auto first = static_cast<unsigned char>(text[0]);
  if (first < 0x80) return {first, 1};
  const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < length) return {};
  char32_t value = first & (0x7fU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xc0U) != 0x80) return {};
    value = value << 6U | (next & 0x3fU);
  }
  // Overlong forms, surrogates, and what lies beyond Unicode (RFC 3629 section 3).
  constexpr std::array<char32_t, 5> smallest{0, 0, 0x80, 0x800, 0x10000};
  if (value < smallest[length] || (value >= 0xd800 && value <= 0xdfff) || value > 0x10ffff) return {};
  return {value, length};
}

bool is_visible(char32_t c) {
  const bool control = c < 0x20 || (c >= 0x7f && c <= 0x9f);
  const bool invisible =
      c == 0xad || (c >= 0x200b && c <= 0x200f) || c == 0xfeff || (c >= 0xe0000 && c <= 0xe007f);
  const bool line_or_direction = (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0x61c;
  return !control && !invisible && !line_or_direction;
}

std::string escape(char32_t c) {
  if (c == '\n') return "\\n";
  if (c == '\r') return "\\r";
  if (c == '\t') return "\\t";
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), c < 0x100 ? "\\x%02x" : "\\u%04x", static_cast<unsigned>(c));
  return text.data();
}

}  // namespace

std::string printable(std::string_view text, std::size_t max_length) {
  std::string out;
  for (std::size_t shown = 0; !text.empty(); ++shown) {
    if (shown == max_length) return out + "...";
    const code_point c = decode(text);
    if (c.length == 0) {
      out += escape(static_cast<unsigned char>(text[0]));
    } else if (!is_visible(c.value)) {
      out += escape(c.value);
    } else {
      if (c.value == '"' || c.value == '\\') out += '\\';
      out += text.substr(0, c.length);
    }
    text.remove_prefix(c.length == 0 ? 1 : c.length);
  }
  return out;
}

std::string in_quotes(std::string_view text) {
  return '"' + printable(text) + '"';
}

std::optional<std::size_t> find_invalid_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const code_point c = decode(text.substr(at));
    if (c.length == 0) return at;
    at += c.length;
  }
  return std::nullopt;
}

}  // namespace parley
