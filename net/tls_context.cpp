#include "net/tls_context.hpp"

namespace parley::net {
namespace {

// Parley speaks HTTP/1.1 only. A client that names protocols and not ours is refused (RFC 7301, 3.2), so that
// no other protocol's client can be talked into speaking to us.
int select_alpn(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* in,
                unsigned in_size, void*) {
  static constexpr unsigned char ours[] = "\x08http/1.1";
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(&chosen, out_size, ours, sizeof ours - 1, in, in_size) != OPENSSL_NPN_NEGOTIATED)
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

bool configure(SSL_CTX* context) {
  // RELEASE_BUFFERS gives a quiet connection's buffers back; the other two let the outbox hand over what is
  // left of a write from wherever it lies now.
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                   SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA |
                                   SSL_OP_IGNORE_UNEXPECTED_EOF);
  // Resumption is by ticket. A server that asks for no client certificate needs no session id context.
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_read_ahead(context, 1);  // one read() a record instead of two
  SSL_CTX_set_alpn_select_cb(context, select_alpn, nullptr);
  return SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 &&
         SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20") == 1 &&
         // AES-128 first, as browsers have it: it is as safe for a chat, and each delivery pays for it.
         SSL_CTX_set_ciphersuites(context,
                                  "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:"
                                  "TLS_CHACHA20_POLY1305_SHA256") == 1 &&
         SSL_CTX_set1_groups_list(context, "X25519:P-256") == 1;
}

tl::expected<ssl_ctx_ptr, std::string> make_context(const certificate_files& files) {
  ssl_ctx_ptr context(SSL_CTX_new(TLS_server_method()));
  if (!context || !configure(context.get()))
    return tl::unexpected("cannot set up TLS: " + take_openssl_error());
  if (SSL_CTX_use_certificate_chain_file(context.get(), files.certificate.c_str()) != 1)
    return tl::unexpected("cannot use the certificate " + files.certificate.string() + ": " +
                          take_openssl_error());
  if (SSL_CTX_use_PrivateKey_file(context.get(), files.key.c_str(), SSL_FILETYPE_PEM) != 1)
    return tl::unexpected("cannot use the key " + files.key.string() + ": " + take_openssl_error());
  return context;
}

}  // namespace

tl::expected<tls_context, std::string> tls_context::create(const certificate_files& files) {
  tls_context made;
  if (const auto used = made.use(files); !used) return tl::unexpected(used.error());
  return made;
}

tl::expected<void, std::string> tls_context::use(const certificate_files& files) {
  auto fresh = make_context(files);
  if (!fresh) return tl::unexpected(fresh.error());
  shared_->tickets.serve(fresh->get());
  const std::lock_guard lock(shared_->mutex);
  shared_->context.swap(*fresh);  // the old one lives as long as its last stream
  return {};
}

ssl_ptr tls_context::make_ssl() const {
  const std::lock_guard lock(shared_->mutex);
  return ssl_ptr(SSL_new(shared_->context.get()));
}

}  // namespace parley::net
