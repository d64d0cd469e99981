#pragma once
// The passwords that people choose most, and guessers try first.

#include <cstddef>
#include <string_view>

namespace parley::auth {

// Without regard to the case of A to Z. Knows passwords of 8 or more characters only: shorter ones are
// refused anyway. The table is built at the first call; every thread may call.
bool is_common_password(std::string_view password);

// How many the table holds; at least 1,000.
std::size_t common_password_count();

}  // namespace parley::auth
