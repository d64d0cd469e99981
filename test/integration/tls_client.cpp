#include "tls_client.hpp"

#include <csignal>
#include <limits>

#include <openssl/err.h>
#include <poll.h>

namespace parley::test {
namespace {

void require(bool done, const char* what) {
  if (!done) throw std::runtime_error(std::string("the test client's own TLS settings are wrong: ") + what);
}

std::string alpn_list(const std::vector<std::string>& protocols) {
  std::string list;
  for (const auto& protocol : protocols) list += static_cast<char>(protocol.size()) + protocol;
  return list;
}

// The alert of the peer, which OpenSSL reports as a reason of 1000 and more.
tls_refused refusal() {
  const auto error = ERR_get_error();
  ERR_clear_error();
  const int reason = ERR_GET_REASON(error);
  const char* text = ERR_reason_error_string(error);
  return tls_refused(reason >= SSL_AD_REASON_OFFSET ? reason - SSL_AD_REASON_OFFSET : 0,
                     text ? text : "the connection ended in the handshake");
}

}  // namespace

tls_client::tls_client(std::uint16_t port, const tls_options& options)
    : socket_(port, options.receive_buffer, options.family), context_(SSL_CTX_new(TLS_client_method())) {
  std::signal(SIGPIPE, SIG_IGN);  // SSL_write knows no MSG_NOSIGNAL
  auto* context = context_.get();
  SSL_CTX_set_security_level(context, 0);  // so that old versions and suites are offered where a test asks
  SSL_CTX_set_options(context, SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  if (options.min_version != 0)
    require(SSL_CTX_set_min_proto_version(context, options.min_version) == 1, "min_version");
  if (options.max_version != 0)
    require(SSL_CTX_set_max_proto_version(context, options.max_version) == 1, "max_version");
  if (!options.ciphers.empty())
    require(SSL_CTX_set_cipher_list(context, options.ciphers.c_str()) == 1, "ciphers");
  if (!options.groups.empty())
    require(SSL_CTX_set1_groups_list(context, options.groups.c_str()) == 1, "groups");
  if (!options.alpn.empty()) {
    const auto list = alpn_list(options.alpn);
    const auto* bytes = reinterpret_cast<const unsigned char*>(list.data());
    require(SSL_CTX_set_alpn_protos(context, bytes, static_cast<unsigned>(list.size())) == 0, "alpn");
  }
  ssl_.reset(SSL_new(context));
  SSL_set_fd(ssl_.get(), socket_.descriptor());
  SSL_set_tlsext_host_name(ssl_.get(), "localhost");
  if (options.resume) {
    // A copy: OpenSSL marks the session of a connection that was cut as not to be resumed.
    const std::unique_ptr<SSL_SESSION, deleter<SSL_SESSION_free>> copy(SSL_SESSION_dup(options.resume.get()));
    require(SSL_set_session(ssl_.get(), copy.get()) == 1, "resume");
  }
  handshake(soon());
}

void tls_client::handshake(clock::time_point deadline) {
  for (;;) {
    ERR_clear_error();
    const int result = SSL_connect(ssl_.get());
    if (result == 1) return;
    const int error = SSL_get_error(ssl_.get(), result);
    if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) throw refusal();
    wait_for(socket_.descriptor(), error == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT, deadline);
  }
}

bool tls_client::retry(int result, clock::time_point deadline) {
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      wait_for(socket_.descriptor(), POLLIN, deadline);
      return true;
    case SSL_ERROR_WANT_WRITE:
      wait_for(socket_.descriptor(), POLLOUT, deadline);
      return true;
    case SSL_ERROR_ZERO_RETURN:
      return false;
    default:
      throw connection_ended(std::string("the TLS connection broke: ") + refusal().what());
  }
}

void tls_client::write(std::string_view bytes, clock::time_point deadline) {
  while (!bytes.empty()) {
    std::size_t sent = 0;
    ERR_clear_error();
    const int result = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &sent);
    if (result == 1)
      bytes.remove_prefix(sent);
    else if (!retry(result, deadline))
      throw connection_ended("cannot write: the peer has closed");
  }
}

std::string tls_client::read_some(clock::time_point deadline) {
  for (;;) {
    char buffer[16 * 1024];
    std::size_t got = 0;
    ERR_clear_error();
    const int result = SSL_read_ex(ssl_.get(), buffer, sizeof buffer, &got);
    if (result == 1) return std::string(buffer, got);
    if (!retry(result, deadline)) return {};
  }
}

std::string tls_client::read_to_end(clock::time_point deadline) {
  std::string all;
  try {
    for (;;) {
      const auto more = read_some(deadline);
      if (more.empty()) return all;
      all += more;
    }
  } catch (const connection_ended&) {
    return all;
  }
}

bool tls_client::ends(clock::time_point deadline) {
  try {
    read_to_end(deadline);
    return true;
  } catch (const timed_out&) {
    return false;
  }
}

int tls_client::group() const {
  return static_cast<int>(SSL_get_negotiated_group(ssl_.get()));
}

std::string tls_client::alpn() const {
  const unsigned char* name = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(ssl_.get(), &name, &size);
  return std::string(reinterpret_cast<const char*>(name), size);
}

std::shared_ptr<SSL_SESSION> tls_client::session() const {
  return {SSL_get1_session(ssl_.get()), SSL_SESSION_free};
}

X509* tls_client::certificate() const {
  return SSL_get0_peer_certificate(ssl_.get());
}

}  // namespace parley::test
