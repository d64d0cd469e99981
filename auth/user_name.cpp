#include "auth/user_name.hpp"

#include "auth/encoding.hpp"

namespace parley::auth {
namespace {

constexpr std::size_t shortest_name = 3;
constexpr std::size_t longest_name = 32;
constexpr std::string_view allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-";

}  // namespace

tl::expected<user_name, std::string> user_name::parse(std::string_view text) {
  // The characters first: "é" is two bytes, and its writer should not be told about a length.
  if (text.find_first_not_of(allowed) != std::string_view::npos)
    return tl::unexpected<std::string>("A user name may hold the letters A to Z, digits, and _ . - only.");
  if (text.size() < shortest_name)
    return tl::unexpected<std::string>("A user name has at least 3 characters.");
  if (text.size() > longest_name)
    return tl::unexpected<std::string>("A user name has at most 32 characters.");
  return user_name(text);
}

user_name::user_name(std::string_view text) : display_(text), key_(ascii_lower(text)) {}

}  // namespace parley::auth
