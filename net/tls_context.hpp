#pragma once
// How Parley speaks TLS: 1.2 and 1.3, forward-secret AEAD suites only, X25519 and P-256, HTTP/1.1 by ALPN.

#include <memory>
#include <mutex>
#include <string>

#include <tl/expected.hpp>

#include "net/openssl.hpp"
#include "net/session_ticket_keys.hpp"
#include "net/tls_certificate.hpp"

namespace parley::net {

// Shared by all shards: every thread may use it. Their streams hold references into it, so it outlives them.
class tls_context {
 public:
  // The error is a sentence for the operator.
  static tl::expected<tls_context, std::string> create(const certificate_files& files);

  // Handshakes that begin from now on are done with these files; what is connected stays so, and tickets that
  // are out stay good. Where the files are no good, all stays as it was.
  tl::expected<void, std::string> use(const certificate_files& files);

  // A server-side SSL object without a descriptor; null when memory is out.
  ssl_ptr make_ssl() const;

  // See session_ticket_keys::drop_old().
  void drop_old_ticket_keys(session_ticket_keys::time_point now) const { shared_->tickets.drop_old(now); }

 private:
  struct shared {
    session_ticket_keys tickets;  // the contexts point to them
    std::mutex mutex;             // guards what follows; held for as long as a reference is counted
    ssl_ctx_ptr context;
  };

  tls_context() : shared_(std::make_unique<shared>()) {}

  std::unique_ptr<shared> shared_;
};

}  // namespace parley::net
