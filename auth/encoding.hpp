#pragma once
// Bytes as text and back, random bytes, and SHA-256: what passwords and tokens are written with. Stateless;
// every thread may call it.

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace parley::auth {

// RFC 4648 base64 without padding: `base64` with + and / (section 4), as the PHC form of password hashes
// wants it, `base64url` with - and _ (section 5), as cookies want it.
std::string base64(std::span<const std::uint8_t> bytes);
std::string base64url(std::span<const std::uint8_t> bytes);

// The bytes of base64 without padding; none where it holds anything else, or is not how base64() writes them.
std::optional<std::vector<std::uint8_t>> from_base64(std::string_view text);

// The bytes of upper or lower case hexadecimal digits; none where it is not an even number of them.
std::optional<std::vector<std::uint8_t>> from_hex(std::string_view text);

std::array<std::uint8_t, 32> sha256(std::string_view text);

// Fills `bytes` from a generator seeded by the operating system, fit for secrets. Throws CryptoPP::OS_RNG_Err
// where the system has no randomness to give, at a thread's first call.
void fill_random(std::span<std::uint8_t> bytes);

// The letters A to Z in lower case, every other byte as it is.
std::string ascii_lower(std::string_view text);

}  // namespace parley::auth
