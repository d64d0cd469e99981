#pragma once
// Which passwords a person may choose.

#include <optional>
#include <string>
#include <string_view>

#include "auth/password_length.hpp"
#include "auth/user_name.hpp"

namespace parley::auth {

// None where the password will do, else the reason as a sentence for the person who chose it. A password has
// shortest_password to longest_password code points of valid UTF-8, is not one of the most common and not the
// user's name (both without regard to case).
std::optional<std::string> refuse_password(std::string_view password, const user_name& name);

}  // namespace parley::auth
