#pragma once
// HTTP/1.1 over one kept connection, as a browser speaks it: it remembers the server's cookie and sends it
// back.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "tls_client.hpp"

namespace parley::test {

using nlohmann::json;
using http_headers = std::vector<std::pair<std::string, std::string>>;

struct http_answer {
  int status = 0;
  http_headers headers;
  std::string body;

  // Empty where there is none; names without regard to case.
  std::string header(const std::string& name) const;
  bool has_header(const std::string& name) const;
  nlohmann::json json() const;     // throws with the body where it is none
  std::string error_code() const;  // of an API failure; empty where it is none
};

// Reads a status line and headers; throws where they are not well formed.
http_answer parse_answer_head(const std::string& head);

class http_client {
 public:
  explicit http_client(std::uint16_t port, const tls_options& options = {});

  http_answer get(const std::string& target, const http_headers& headers = {});
  http_answer post(const std::string& target, const nlohmann::json& body, const http_headers& headers = {});
  http_answer request(const std::string& method, const std::string& target, const http_headers& headers = {},
                      const std::string& body = {});

  // The two halves of request(), for several requests under way at once. A header given replaces the default
  // (Host, Content-Length, Content-Type, Cookie); one given with the value "-" leaves it out.
  void send(const std::string& method, const std::string& target, const http_headers& headers = {},
            const std::string& body = {});
  http_answer receive(bool head_only = false);

  // Bytes as they are, and whether the server ends the connection.
  void send_raw(std::string_view bytes) { stream_.write(bytes); }
  bool ends(clock::time_point deadline = soon()) { return stream_.ends(deadline); }

  // `__Host-parley=TOKEN` as the server last set it; empty where it has not or has taken it back.
  std::string cookie;

  tls_client& stream() { return stream_; }
  std::string take_input() { return std::exchange(input_, {}); }

 private:
  void remember_cookie(const http_answer& answer);

  std::uint16_t port_;
  tls_client stream_;
  std::string input_;  // what came behind the last answer
};

}  // namespace parley::test
