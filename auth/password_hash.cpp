#include "auth/password_hash.hpp"

#include <array>
#include <cassert>
#include <charconv>
#include <cstdint>
#include <optional>
#include <vector>

#include <cryptopp/misc.h>
#include <cryptopp/pwdbased.h>
#include <cryptopp/scrypt.h>
#include <cryptopp/secblock.h>
#include <cryptopp/sha.h>

#include "auth/encoding.hpp"

namespace parley::auth {
namespace {

constexpr std::string_view scrypt_prefix = "$scrypt$";
constexpr std::string_view pbkdf2_prefix = "$pbkdf2-sha256$";
constexpr std::string_view legacy_prefix = "$sha256$";

constexpr std::size_t salt_size = 16;  // of new hashes, bytes
constexpr std::size_t hash_size = 32;
constexpr std::size_t longest_salt = 64;  // of stored hashes
constexpr std::size_t shortest_hash = 16;
constexpr std::size_t longest_hash = 64;

constexpr unsigned highest_ln = 20;
constexpr std::uint64_t most_memory = 128ULL * 1024 * 1024;  // bytes
constexpr std::uint64_t most_steps = 1ULL << 22U;            // N * r * p
constexpr unsigned most_rounds = 10'000'000;

bool within_bounds(const hash_settings& settings) {
  if (settings.algorithm == hash_algorithm::pbkdf2)
    return settings.pbkdf2_rounds >= 1 && settings.pbkdf2_rounds <= most_rounds;
  if (settings.scrypt_ln < 1 || settings.scrypt_ln > highest_ln) return false;
  const std::uint64_t cost = 1ULL << settings.scrypt_ln;
  if (settings.scrypt_r < 1 || settings.scrypt_r > most_memory / (128 * cost)) return false;
  return settings.scrypt_p >= 1 && settings.scrypt_p <= most_steps / (cost * settings.scrypt_r);
}

CryptoPP::SecByteBlock derive(std::string_view password, std::span<const std::uint8_t> salt, std::size_t size,
                              const hash_settings& settings) {
  CryptoPP::SecByteBlock hash(size);
  const auto* secret = reinterpret_cast<const CryptoPP::byte*>(password.data());
  if (settings.algorithm == hash_algorithm::pbkdf2) {
    CryptoPP::PKCS5_PBKDF2_HMAC<CryptoPP::SHA256>().DeriveKey(
        hash, hash.size(), 0, secret, password.size(), salt.data(), salt.size(), settings.pbkdf2_rounds);
  } else {
    const CryptoPP::word64 cost = 1ULL << settings.scrypt_ln;
    CryptoPP::Scrypt().DeriveKey(hash, hash.size(), secret, password.size(), salt.data(), salt.size(), cost,
                                 settings.scrypt_r, settings.scrypt_p);
  }
  return hash;
}

struct stored_hash {
  hash_settings settings;
  std::vector<std::uint8_t> salt;
  std::vector<std::uint8_t> hash;
};

// Takes `text` up to the next `end` (or all of it) out of `rest`.
std::string_view take_until(std::string_view& rest, char end) {
  const auto length = rest.find(end);
  const auto text = rest.substr(0, length);
  rest.remove_prefix(length == std::string_view::npos ? rest.size() : length + 1);
  return text;
}

// A decimal number written the only way PHC allows: digits, no sign, no leading zero.
bool take_number(std::string_view& rest, std::string_view name, char end, unsigned& number) {
  if (!rest.starts_with(name)) return false;
  rest.remove_prefix(name.size());
  const auto digits = take_until(rest, end);
  if (digits.empty() || digits.front() == '0') return false;
  const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return error == std::errc{} && stop == digits.data() + digits.size();
}

std::optional<stored_hash> parse_stored(std::string_view text) {
  stored_hash result;
  bool numbers = false;
  if (text.starts_with(scrypt_prefix)) {
    text.remove_prefix(scrypt_prefix.size());
    result.settings.algorithm = hash_algorithm::scrypt;
    numbers = take_number(text, "ln=", ',', result.settings.scrypt_ln) &&
              take_number(text, "r=", ',', result.settings.scrypt_r) &&
              take_number(text, "p=", '$', result.settings.scrypt_p);
  } else if (text.starts_with(pbkdf2_prefix)) {
    text.remove_prefix(pbkdf2_prefix.size());
    result.settings.algorithm = hash_algorithm::pbkdf2;
    numbers = take_number(text, "i=", '$', result.settings.pbkdf2_rounds);
  }
  if (!numbers || !within_bounds(result.settings)) return std::nullopt;
  auto salt = from_base64(take_until(text, '$'));
  auto hash = from_base64(text);
  if (!salt || salt->empty() || salt->size() > longest_salt) return std::nullopt;
  if (!hash || hash->size() < shortest_hash || hash->size() > longest_hash) return std::nullopt;
  result.salt = std::move(*salt);
  result.hash = std::move(*hash);
  return result;
}

// Whether a hash made now would look the same: only what belongs to the algorithm counts.
bool is_current(const stored_hash& stored, const hash_settings& current) {
  if (stored.settings.algorithm != current.algorithm) return false;
  if (stored.salt.size() != salt_size || stored.hash.size() != hash_size) return false;
  if (current.algorithm == hash_algorithm::pbkdf2)
    return stored.settings.pbkdf2_rounds == current.pbkdf2_rounds;
  return stored.settings.scrypt_ln == current.scrypt_ln && stored.settings.scrypt_r == current.scrypt_r &&
         stored.settings.scrypt_p == current.scrypt_p;
}

bool matches_legacy(std::string_view password, std::string_view stored) {
  const auto expected = from_hex(stored.substr(legacy_prefix.size()));
  const auto actual = sha256(password);
  return expected && expected->size() == actual.size() &&
         CryptoPP::VerifyBufsEqual(expected->data(), actual.data(), actual.size());
}

}  // namespace

std::string hash_password(std::string_view password, const hash_settings& settings) {
  assert(within_bounds(settings));  // verify_password would refuse what comes out
  std::array<std::uint8_t, salt_size> salt{};
  fill_random(salt);
  const auto hash = derive(password, salt, hash_size, settings);
  std::string text;
  if (settings.algorithm == hash_algorithm::pbkdf2) {
    text.append(pbkdf2_prefix).append("i=").append(std::to_string(settings.pbkdf2_rounds));
  } else {
    text.append(scrypt_prefix).append("ln=").append(std::to_string(settings.scrypt_ln));
    text.append(",r=").append(std::to_string(settings.scrypt_r));
    text.append(",p=").append(std::to_string(settings.scrypt_p));
  }
  return text + '$' + base64(salt) + '$' + base64({hash.data(), hash.size()});
}

bool is_password_hash(std::string_view stored) {
  if (!stored.starts_with(legacy_prefix)) return parse_stored(stored).has_value();
  const auto bytes = from_hex(stored.substr(legacy_prefix.size()));
  return bytes && bytes->size() == sha256({}).size();
}

verification verify_password(std::string_view password, std::string_view stored,
                             const hash_settings& current) {
  if (const auto parsed = parse_stored(stored)) {
    const auto hash = derive(password, parsed->salt, parsed->hash.size(), parsed->settings);
    const bool matches = CryptoPP::VerifyBufsEqual(hash, parsed->hash.data(), parsed->hash.size());
    return {matches, matches && !is_current(*parsed, current)};
  }
  if (stored.starts_with(legacy_prefix) && matches_legacy(password, stored)) return {true, true};
  // A refusal without the work would tell which names exist and are still as imported.
  verify_nothing(password, current);
  return {};
}

void verify_nothing(std::string_view password, const hash_settings& current) {
  const std::array<std::uint8_t, salt_size> salt{};
  derive(password, salt, hash_size, current);
}

}  // namespace parley::auth
