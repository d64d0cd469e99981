#pragma once
// How Parley speaks TLS: 1.2 and 1.3, forward-secret AEAD suites only, X25519 and P-256, HTTP/1.1 by ALPN.

#include <memory>
#include <string>

#include <tl/expected.hpp>

#include "net/openssl.hpp"
#include "net/session_ticket_keys.hpp"
#include "net/tls_certificate.hpp"

namespace parley::net {

// Shared by all shards and their streams, which hold references into it: it outlives them. Every thread may
// use it.
class tls_context {
 public:
  // The error is a sentence for the operator.
  static tl::expected<tls_context, std::string> create(const certificate_files& files);

  // A server-side SSL object without a descriptor; null when memory is out.
  ssl_ptr make_ssl() const { return ssl_ptr(SSL_new(context_.get())); }

  // See session_ticket_keys::drop_old().
  void drop_old_ticket_keys(session_ticket_keys::time_point now) const { tickets_->drop_old(now); }

 private:
  tls_context(std::unique_ptr<session_ticket_keys> tickets, ssl_ctx_ptr context)
      : tickets_(std::move(tickets)), context_(std::move(context)) {}

  std::unique_ptr<session_ticket_keys> tickets_;  // the context points to them
  ssl_ctx_ptr context_;
};

}  // namespace parley::net
