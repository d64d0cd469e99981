#pragma once
// Invitations to private rooms.

#include <string>

namespace parley {

// A code that nobody can guess: 96 random bits in base64url.
std::string new_invite();

}  // namespace parley
