#include "http_client.hpp"

#include <algorithm>

#include <strings.h>

namespace parley::test {
namespace {

bool same_name(const std::string& a, const std::string& b) {
  return ::strcasecmp(a.c_str(), b.c_str()) == 0;
}

}  // namespace

std::string http_answer::header(const std::string& name) const {
  for (const auto& [key, value] : headers)
    if (same_name(key, name)) return value;
  return {};
}

bool http_answer::has_header(const std::string& name) const {
  return std::any_of(headers.begin(), headers.end(), [&](const auto& h) { return same_name(h.first, name); });
}

nlohmann::json http_answer::json() const {
  auto parsed = nlohmann::json::parse(body, nullptr, false);
  if (parsed.is_discarded())
    throw std::runtime_error("status " + std::to_string(status) + " with a body that is not JSON: " + body);
  return parsed;
}

std::string http_answer::error_code() const {
  const auto parsed = nlohmann::json::parse(body, nullptr, false);
  if (!parsed.is_object() || !parsed.contains("error")) return {};
  return parsed["error"].value("code", "");
}

http_answer parse_answer_head(const std::string& head) {
  http_answer answer;
  auto line_end = head.find("\r\n");
  if (line_end == std::string::npos || head.rfind("HTTP/1.1 ", 0) != 0 || head.size() < 13)
    throw std::runtime_error("not an HTTP answer: " + head.substr(0, 200));
  answer.status = std::stoi(head.substr(9, 3));
  for (auto start = line_end + 2; start < head.size(); start = line_end + 2) {
    line_end = head.find("\r\n", start);
    if (line_end == std::string::npos || line_end == start) break;
    const auto line = head.substr(start, line_end - start);
    const auto colon = line.find(": ");
    if (colon == std::string::npos) throw std::runtime_error("not a header line: " + line);
    answer.headers.emplace_back(line.substr(0, colon), line.substr(colon + 2));
  }
  return answer;
}

http_client::http_client(std::uint16_t port, const tls_options& options)
    : port_(port), stream_(port, options) {}

http_answer http_client::get(const std::string& target, const http_headers& headers) {
  return request("GET", target, headers);
}

http_answer http_client::post(const std::string& target, const nlohmann::json& body,
                              const http_headers& headers) {
  return request("POST", target, headers, body.is_null() ? "" : body.dump());
}

http_answer http_client::request(const std::string& method, const std::string& target,
                                 const http_headers& headers, const std::string& body) {
  send(method, target, headers, body);
  return receive(method == "HEAD");
}

void http_client::send(const std::string& method, const std::string& target, const http_headers& headers,
                       const std::string& body) {
  http_headers all = headers;
  const auto add_default = [&](const std::string& name, const std::string& value) {
    const auto given = [&](const auto& header) { return same_name(header.first, name); };
    if (!value.empty() && std::none_of(headers.begin(), headers.end(), given)) all.emplace_back(name, value);
  };
  add_default("Host", "localhost:" + std::to_string(port_));
  add_default("Cookie", cookie);
  if (method == "POST") {
    add_default("Content-Length", std::to_string(body.size()));
    if (!body.empty()) add_default("Content-Type", "application/json");
  }
  std::string text = method + ' ' + target + " HTTP/1.1\r\n";
  for (const auto& [name, value] : all)
    if (value != "-") text += name + ": " + value + "\r\n";
  stream_.write(text + "\r\n" + body);
}

http_answer http_client::receive(bool head_only) {
  const auto deadline = soon();
  const auto read_more = [&] {
    const auto more = stream_.read_some(deadline);
    if (more.empty()) throw connection_ended("the connection ended in an HTTP answer: " + input_);
    input_ += more;
  };
  std::size_t end = 0;
  while ((end = input_.find("\r\n\r\n")) == std::string::npos) read_more();
  auto answer = parse_answer_head(input_.substr(0, end + 2));
  input_.erase(0, end + 4);
  const bool bodiless = head_only || answer.status < 200 || answer.status == 204 || answer.status == 304;
  if (!bodiless) {
    if (!answer.has_header("Content-Length")) throw std::runtime_error("an answer without a Content-Length");
    const auto length = std::stoul(answer.header("Content-Length"));
    while (input_.size() < length) read_more();
    answer.body = input_.substr(0, length);
    input_.erase(0, length);
  }
  remember_cookie(answer);
  return answer;
}

void http_client::remember_cookie(const http_answer& answer) {
  const auto set = answer.header("Set-Cookie");
  if (set.empty()) return;
  const auto pair = set.substr(0, set.find(';'));
  const bool taken_back = pair.back() == '=' || set.find("Max-Age=0") != std::string::npos;
  cookie = taken_back ? "" : pair;
}

}  // namespace parley::test
