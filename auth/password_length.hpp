#pragma once
// How long a password may be.

#include <cstddef>

namespace parley::auth {

// In Unicode code points.
inline constexpr std::size_t shortest_password = 8;
inline constexpr std::size_t longest_password = 128;

}  // namespace parley::auth
