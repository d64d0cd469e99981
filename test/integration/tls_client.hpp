#pragma once
// A blocking TLS connection to this machine, straight over OpenSSL. It takes any certificate and lets a test
// choose what it offers in the handshake.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <openssl/ssl.h>

#include "tcp_client.hpp"

namespace parley::test {

struct tls_options {
  int min_version = 0;                        // 0: what OpenSSL does by itself
  int max_version = 0;                        // TLS1_2_VERSION, say
  std::string ciphers;                        // up to TLS 1.2; empty: OpenSSL's choice
  std::string groups;                         // "X25519:P-256"; empty: OpenSSL's choice
  std::vector<std::string> alpn{"http/1.1"};  // empty: no ALPN
  int receive_buffer = 0;                     // bytes of SO_RCVBUF; 0: the system's choice
  tcp_client::family family = tcp_client::family::ipv4;
  std::shared_ptr<SSL_SESSION> resume;  // of an earlier connection: tls_client::session()
};

// Thrown when the server refuses the handshake with an alert (RFC 8446, 6.2).
struct tls_refused : std::runtime_error {
  tls_refused(int alert_number, const std::string& what) : std::runtime_error(what), alert(alert_number) {}
  int alert;  // 0 where the connection ended without one
};

namespace alert {
inline constexpr int handshake_failure = 40;
inline constexpr int protocol_version = 70;
inline constexpr int no_application_protocol = 120;
}  // namespace alert

class tls_client {
 public:
  explicit tls_client(std::uint16_t port, const tls_options& options = {});

  void write(std::string_view bytes, clock::time_point deadline = soon());

  // As in tcp_client; a close_notify is an end.
  std::string read_some(clock::time_point deadline = soon());
  std::string read_to_end(clock::time_point deadline = soon());
  bool ends(clock::time_point deadline = soon());

  void reset() { socket_.reset(); }
  bool has_pending() const { return SSL_pending(ssl_.get()) > 0; }

  int version() const { return SSL_version(ssl_.get()); }
  std::string cipher() const { return SSL_get_cipher_name(ssl_.get()); }
  int group() const;  // a NID: NID_X25519, say
  std::string alpn() const;
  X509* certificate() const;  // belongs to this connection

  // What a later connection may resume with. In TLS 1.3 there only once something has been read.
  std::shared_ptr<SSL_SESSION> session() const;
  bool resumed() const { return SSL_session_reused(ssl_.get()) == 1; }

 private:
  void handshake(clock::time_point deadline);
  // Waits for what OpenSSL wants; false where the connection has ended in order; throws where it broke.
  bool retry(int result, clock::time_point deadline);

  template <auto Free>
  struct deleter {
    template <class T>
    void operator()(T* object) const noexcept {
      Free(object);
    }
  };
  tcp_client socket_;
  std::unique_ptr<SSL_CTX, deleter<SSL_CTX_free>> context_;
  std::unique_ptr<SSL, deleter<SSL_free>> ssl_;
};

}  // namespace parley::test
