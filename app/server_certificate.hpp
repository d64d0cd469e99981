#pragma once
// The certificate that the server presents: made or read at the start, read again when the operator says so,
// and watched until its end. Of the main thread; only what context() gives belongs to all.

#include <chrono>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "app/config/config.hpp"
#include "net/tls_certificate.hpp"
#include "net/tls_context.hpp"

namespace parley {

class server_certificate {
 public:
  using time_point = std::chrono::system_clock::time_point;

  // The faults (see net::certificate_facts) of a certificate that the operator brings, or as the error why it
  // cannot be served. Loads nothing.
  static tl::expected<std::vector<std::string>, std::string> look(const config& settings, time_point now);

  // The error is a sentence for the operator. The settings outlive this.
  static tl::expected<server_certificate, std::string> load(const config& settings, time_point now);

  net::tls_context& context() { return context_; }

  // What an operator should know of it, into the log.
  void tell() const;

  // Has what begins from now on use what the files hold now. Where that is worse than what is served, that
  // goes on being served; the log says which.
  void reload(time_point now);

  // Once a day, when it has a week left or less: browsers turn everybody away at its end.
  void warn_of_end(time_point now);

 private:
  server_certificate(const config& settings, net::certificate_files files, net::certificate_facts facts,
                     net::tls_context context);

  const config* settings_;
  net::certificate_files files_;
  net::certificate_facts facts_;
  net::tls_context context_;
  time_point next_warning_;
};

}  // namespace parley
