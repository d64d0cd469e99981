#pragma once
// A request as net/http.cpp makes it, without a connection.

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "net/http.hpp"
#include "net/websocketpp.hpp"

namespace parley::test {

using header_list = std::vector<std::pair<std::string, std::string>>;

// `line` is method and target; of HTTP/1.1 unless it says so itself. There is a Host unless `headers` name
// another.
inline net::http_request http_request_from(const std::string& line, const header_list& headers = {}) {
  const bool has_host =
      std::any_of(headers.begin(), headers.end(), [](const auto& header) { return header.first == "Host"; });
  auto text = line + (line.find(" HTTP/") == std::string::npos ? " HTTP/1.1\r\n" : "\r\n");
  if (!has_host) text += "Host: localhost:5000\r\n";
  for (const auto& [name, value] : headers) text += name + ": " + value + "\r\n";
  text += "\r\n";
  auto parsed = std::make_unique<net::http_request::parsed>();
  parsed->request.consume(text.data(), text.size());
  return net::http_request(std::move(parsed));
}

}  // namespace parley::test
