#pragma once
// Passwords as they are stored: slow, salted hashes in the PHC string form. Every thread may call this; each
// call takes as long as its settings say, so it belongs in the hashing pool, never on a shard.

#include <string>
#include <string_view>

namespace parley::auth {

enum class hash_algorithm { scrypt, pbkdf2 };

// What a new hash costs. The defaults: scrypt with 16 MiB and about 0.3 s, PBKDF2 with about 0.1 s. The
// bounds are those of verify_password.
struct hash_settings {
  hash_algorithm algorithm = hash_algorithm::scrypt;
  unsigned scrypt_ln = 14;  // log2 of the cost N
  unsigned scrypt_r = 8;    // block size; memory is 128 * r * N bytes
  unsigned scrypt_p = 5;    // how often one after another
  unsigned pbkdf2_rounds = 600'000;

  bool operator==(const hash_settings&) const = default;
};

// `$scrypt$ln=14,r=8,p=5$SALT$HASH` or `$pbkdf2-sha256$i=600000$SALT$HASH`, base64 without padding, a fresh
// salt of 16 bytes and a hash of 32.
std::string hash_password(std::string_view password, const hash_settings& settings);

struct verification {
  bool matches = false;
  bool outdated = false;  // it matches, but was stored with other settings or as plain SHA-256: hash it again
};

// Whether verify_password can compare with what is stored: it is well-formed and within the bounds.
bool is_password_hash(std::string_view stored);

// Compares in constant time. `stored` is what hash_password gave, with whatever settings, or `$sha256$HEX`,
// the plain SHA-256 of an imported user. A stored string that is malformed, or would take more than 128 MiB,
// 2^22 = N*r*p steps of scrypt or 10,000,000 rounds of PBKDF2, matches nothing. A mismatch costs about the
// same for all of them.
verification verify_password(std::string_view password, std::string_view stored,
                             const hash_settings& current);

// Costs what a wrong password costs: for a name that does not exist, so that the time does not tell.
void verify_nothing(std::string_view password, const hash_settings& current);

}  // namespace parley::auth
