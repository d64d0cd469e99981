#include "app/config/host_name.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include <arpa/inet.h>

namespace parley {
namespace {

constexpr std::size_t longest_name = 253;
constexpr std::size_t longest_label = 63;

bool is_label_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
}

bool is_label(std::string_view text) {
  if (text.empty() || text.size() > longest_label || text.front() == '-' || text.back() == '-') return false;
  return std::all_of(text.begin(), text.end(), is_label_character);
}

}  // namespace

std::optional<std::string> ip_literal(std::string_view text) {
  const std::string copy(text);
  if (copy.find('\0') != std::string::npos) return std::nullopt;
  for (const int family : {AF_INET, AF_INET6}) {
    std::array<unsigned char, sizeof(in6_addr)> address{};
    std::array<char, INET6_ADDRSTRLEN> spelling{};
    if (inet_pton(family, copy.c_str(), address.data()) != 1) continue;
    inet_ntop(family, address.data(), spelling.data(), spelling.size());
    return spelling.data();
  }
  return std::nullopt;
}

bool is_host_name(std::string_view text) {
  if (text.size() > longest_name) return false;
  for (std::size_t dot = text.find('.'); dot != std::string_view::npos; dot = text.find('.')) {
    if (!is_label(text.substr(0, dot))) return false;
    text.remove_prefix(dot + 1);
  }
  // A last label of digits makes an IPv4 address of the whole (WHATWG URL, "ends in a number").
  return is_label(text) && text.find_first_not_of("0123456789") != std::string_view::npos;
}

}  // namespace parley
