#include "app/rooms/invite.hpp"

#include <array>
#include <cstdint>

#include "auth/encoding.hpp"

namespace parley {

std::string new_invite() {
  std::array<std::uint8_t, 12> bytes{};
  auth::fill_random(bytes);
  return auth::base64url(bytes);
}

}  // namespace parley
