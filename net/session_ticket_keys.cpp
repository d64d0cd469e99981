#include "net/session_ticket_keys.hpp"

#include <algorithm>

#include <openssl/core_names.h>
#include <openssl/params.h>
#include <openssl/rand.h>

namespace parley::net {
namespace {

void forget(std::optional<session_ticket_keys::key>& secret) {
  if (secret) OPENSSL_cleanse(&*secret, sizeof *secret);
  secret.reset();
}

// Readies OpenSSL's contexts for one ticket.
bool use(const session_ticket_keys::key& secret, const unsigned char* iv, EVP_CIPHER_CTX* cipher,
         EVP_MAC_CTX* mac, bool sealing) {
  char digest[] = "SHA256";
  const OSSL_PARAM settings[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                                 OSSL_PARAM_construct_end()};
  return EVP_CipherInit_ex(cipher, EVP_aes_256_cbc(), nullptr, secret.cipher.data(), iv, sealing ? 1 : 0) ==
             1 &&
         EVP_MAC_init(mac, secret.mac.data(), secret.mac.size(), settings) == 1;
}

// OpenSSL's callback, see SSL_CTX_set_tlsext_ticket_key_evp_cb(3): 1 went well, 2 the same and wants a new
// ticket, 0 there is no ticket, negative it failed.
int on_ticket(SSL* ssl, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher, EVP_MAC_CTX* mac,
              int sealing) {
  auto& keys = *static_cast<session_ticket_keys*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
  const auto now = std::chrono::steady_clock::now();
  if (sealing != 0) {
    auto secret = keys.sealing(now);
    if (!secret || RAND_bytes(iv, EVP_CIPHER_get_iv_length(EVP_aes_256_cbc())) != 1) return 0;
    std::copy(secret->name.begin(), secret->name.end(), name);
    const bool ready = use(*secret, iv, cipher, mac, true);
    forget(secret);
    return ready ? 1 : -1;
  }
  auto found = keys.opening({name, session_ticket_keys::name_size}, now);
  if (!found) return 0;
  const bool ready = use(found->used, iv, cipher, mac, false);
  OPENSSL_cleanse(&found->used, sizeof found->used);
  return !ready ? -1 : found->renew ? 2 : 1;
}

}  // namespace

session_ticket_keys::~session_ticket_keys() {
  forget(current_);
  forget(previous_);
}

bool session_ticket_keys::rotate(time_point now) {
  if (previous_ && now - previous_->since >= 2 * period) forget(previous_);
  if (current_ && now - current_->since < period) return true;
  forget(previous_);
  if (current_ && now - current_->since < 2 * period) previous_ = current_;
  forget(current_);
  std::optional<key> made(std::in_place);
  if (RAND_bytes(made->name.data(), made->name.size()) == 1 &&
      RAND_bytes(made->cipher.data(), made->cipher.size()) == 1 &&
      RAND_bytes(made->mac.data(), made->mac.size()) == 1) {
    made->since = now;
    current_ = made;
  }
  forget(made);
  return current_.has_value();
}

void session_ticket_keys::drop_old(time_point now) {
  const std::lock_guard lock(mutex_);
  rotate(now);
}

std::optional<session_ticket_keys::key> session_ticket_keys::sealing(time_point now) {
  const std::lock_guard lock(mutex_);
  if (!rotate(now)) return std::nullopt;
  return current_;
}

std::optional<session_ticket_keys::opened> session_ticket_keys::opening(std::span<const unsigned char> name,
                                                                        time_point now) {
  const std::lock_guard lock(mutex_);
  if (!rotate(now)) return std::nullopt;
  const auto is = [&](const std::optional<key>& candidate) {
    return candidate && std::equal(name.begin(), name.end(), candidate->name.begin(), candidate->name.end());
  };
  if (is(current_)) return opened{*current_, false};
  if (is(previous_)) return opened{*previous_, true};
  return std::nullopt;
}

void session_ticket_keys::serve(SSL_CTX* context) {
  SSL_CTX_set_app_data(context, this);
  SSL_CTX_set_tlsext_ticket_key_evp_cb(context, on_ticket);
  SSL_CTX_set_timeout(context, std::chrono::seconds(2 * period).count());
}

}  // namespace parley::net
