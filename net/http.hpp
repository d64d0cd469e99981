#pragma once
// HTTP/1.1 (RFC 9112) as far as a small site needs it: requests with bounded head, target and body, and
// answers. The grammar is websocketpp's parser; the bounds and what a request may not do are checked here.

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tl/expected.hpp>

#include "net/authority.hpp"
#include "net/tls_stream.hpp"

namespace parley::net {

struct parsed_head;  // as websocketpp has it, which the WebSocket handshake wants to see

// One request, read whole.
class http_request {
 public:
  http_request(std::unique_ptr<parsed_head> head, authority host);
  http_request(http_request&&) noexcept;
  http_request& operator=(http_request&&) noexcept;
  ~http_request();

  const std::string& method() const;
  std::string_view path() const;                   // the target up to its '?', as it was sent
  const authority& host() const { return host_; }  // the Host header
  const std::string& header(
      const std::string& name) const;  // empty where there is none; several joined with ", "
  bool lists(const std::string& name,
             std::string_view token) const;  // in a header that is a comma-separated list
  const std::string& body() const { return body_; }
  bool keep_alive() const;

  // Whether the body comes only after a 100 (RFC 9110, 10.1.1).
  bool expects_continue() const;

  // The value of one cookie, empty where there is none (RFC 6265, 4.2).
  std::string_view cookie(std::string_view name) const;

  const parsed_head& head() const { return *head_; }
  void set_body(std::string body) { body_ = std::move(body); }

 private:
  std::unique_ptr<parsed_head> head_;
  authority host_;
  std::string body_;
};

// Why there is no request: an HTTP status to answer with before closing, or 0 where there is nobody to
// answer.
struct http_failure {
  int status = 0;
  std::string message;
};

struct http_limits {
  std::size_t target = 4 * 1024;  // bytes of the request target; more is 414
  std::size_t head = 12 * 1024;   // bytes of request line and headers; more is 431
  std::size_t body = 16 * 1024;   // bytes of the body; more is 413
};

// Reads one connection's requests one after another, pipelined or not. The stream and the buffer (the
// shard's) outlive it. Deadlines are the owner's.
class http_reader {
 public:
  http_reader(tls_stream& stream, std::span<char> buffer, http_limits limits)
      : stream_(stream), buffer_(buffer), limits_(limits) {}

  awaitable<tl::expected<http_request, http_failure>> read();

  // Waits for the first byte of the next request, where it is not there yet; false where none will come.
  awaitable<bool> wait_for_more();

  // What came behind the last request: the first bytes of a WebSocket, say.
  std::string take_rest() { return std::move(input_); }

 private:
  awaitable<std::error_code> read_more();

  tls_stream& stream_;
  std::span<char> buffer_;
  http_limits limits_;
  std::string input_;
  std::size_t reads_ = 0;
};

// An answer. The body is either owned or lies in memory that outlives the answer (a static file).
struct http_response {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::string_view static_body;

  std::string_view content() const { return static_body.empty() ? std::string_view(body) : static_body; }

  // Status line and headers, ready to send.
  std::string head(bool keep_alive) const;
};

std::string_view status_text(int status);

}  // namespace parley::net
