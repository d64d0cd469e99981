#include "net/http.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cstring>
#include <ctime>

#include "net/websocketpp.hpp"

namespace parley::net {
namespace {

constexpr std::string_view end_of_line = "\r\n", end_of_head = "\r\n\r\n";
constexpr std::string_view secure_scheme = "https://";
constexpr std::size_t reads_per_turn = 8;

bool is_token(std::string_view text, std::string_view token) {
  return std::equal(text.begin(), text.end(), token.begin(), token.end(), [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
  });
}

// Without the optional white space around a value (RFC 9110, 5.6.3).
std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

bool is_number(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Whether a comma-separated header names the token, without regard to case.
bool has_token(std::string_view list, std::string_view token) {
  while (!list.empty()) {
    const auto comma = std::min(list.find(','), list.size());
    const auto item = trimmed(list.substr(0, comma));
    list.remove_prefix(std::min(comma + 1, list.size()));
    if (is_token(item, token)) return true;
  }
  return false;
}

tl::unexpected<http_failure> fail(int status, std::string message) {
  return tl::unexpected(http_failure{status, std::move(message)});
}

// Printable ASCII, spaces included.
bool is_printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](unsigned char c) { return c >= 0x20 && c < 0x7f; });
}

// The characters of methods and header names (RFC 9110, 5.6.2).
bool is_token_character(unsigned char c) {
  return std::isalnum(c) != 0 || (c != 0 && std::strchr("!#$%&'*+-.^_`|~", c) != nullptr);
}

// One header line, without its line end: a name, right behind it a colon, and a value without control
// characters.
bool is_header_line(std::string_view line) {
  const auto colon = line.find(':');
  if (colon == 0 || colon == std::string_view::npos) return false;
  const auto name = line.substr(0, colon);
  const auto value = line.substr(colon + 1);
  return std::all_of(name.begin(), name.end(), is_token_character) &&
         std::all_of(value.begin(), value.end(),
                     [](unsigned char c) { return c == '\t' || (c >= 0x20 && c != 0x7f); });
}

// What websocketpp's parser is lenient about and RFC 9112 is not (5.1, 5.2, 2.2): spaces before a colon,
// folded lines, bare line ends, and headers that frame the request and come twice. Who reads them differently
// can be made to see other requests.
bool is_well_formed(std::string_view head) {
  constexpr std::array<std::string_view, 3> only_once{"host", "content-length", "transfer-encoding"};
  std::array<bool, only_once.size()> seen{};
  head.remove_suffix(end_of_line.size());  // the empty line
  for (bool is_request_line = true; !head.empty(); is_request_line = false) {
    const auto line = head.substr(0, head.find(end_of_line));
    head.remove_prefix(line.size() + end_of_line.size());
    if (is_request_line) {
      if (!is_printable(line)) return false;
      continue;
    }
    if (!is_header_line(line)) return false;
    const auto name = line.substr(0, line.find(':'));
    for (std::size_t i = 0; i < only_once.size(); ++i)
      if (is_token(name, only_once[i]) && std::exchange(seen[i], true)) return false;
    const auto value = trimmed(line.substr(name.size() + 1));
    if (is_token(name, "content-length") && !is_number(value)) return false;
    if (is_token(name, "transfer-encoding") && value.empty()) return false;  // is it there, or is it not?
  }
  return true;
}

// Where the first `delimiter` ends that begins not before `from` less what of it may stand there; 0: nowhere.
std::size_t end_in(std::string_view text, std::string_view delimiter, std::size_t from) {
  const auto found = text.find(delimiter, from - std::min(from, delimiter.size() - 1));
  return found == std::string_view::npos ? 0 : found + delimiter.size();
}

// Scheme and authority of a target in absolute form, which a server has to take too (RFC 9112, 3.2.2).
std::string_view authority_of(std::string_view target) {
  if (!target.starts_with(secure_scheme)) return {};
  return target.substr(0, target.find_first_of("/?#", secure_scheme.size()));
}

// HTTP/1.0 knows no Host, and websocketpp takes no request without one.
std::string with_host(std::string_view head) {
  std::string result(head);
  const auto line = result.find("\r\n");
  constexpr std::string_view old_version = " HTTP/1.0";
  if (line < old_version.size() ||
      result.compare(line - old_version.size(), old_version.size(), old_version) != 0)
    return result;
  auto lower = result;
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (lower.find("\r\nhost:") == std::string::npos) result.insert(line + 2, "Host: localhost\r\n");
  return result;
}

// The head as websocketpp reads it, and what RFC 9112 forbids and websocketpp lets pass.
tl::expected<http_request, http_failure> parse_head(std::string_view head) {
  if (!is_well_formed(head)) return fail(400, "The request is malformed.");
  auto parsed = std::make_unique<parsed_head>();
  auto& request = parsed->request;
  try {
    const auto text = with_host(head);
    request.consume(text.data(), text.size());
  } catch (const websocketpp::http::exception& error) {
    const auto status = static_cast<int>(error.m_error_code);
    return fail(status, status == 413 ? "The body is too large." : "The request is malformed.");
  }
  if (request.get_version() != "HTTP/1.1" && request.get_version() != "HTTP/1.0")
    return fail(request.get_version().rfind("HTTP/", 0) == 0 ? 505 : 400, "Only HTTP/1.1 is spoken here.");
  const std::string_view target = request.get_uri(), authority = authority_of(target);
  if (!target.substr(authority.size()).starts_with('/'))
    return fail(400, "The request target is not a path.");
  if (!authority.empty() && authority.substr(secure_scheme.size()) != request.get_header("Host"))
    return fail(400, "The request target and the Host header name two places.");
  auto host = parse_authority(request.get_header("Host"));
  if (!host) return fail(400, "The Host header is malformed.");
  return http_request(std::move(parsed), std::move(*host));
}

// The announced length of the body. Transfer codings are not taken: 411 asks for a length (RFC
// 9110, 15.5.12).
tl::expected<std::size_t, http_failure> body_length(const http_request& request, std::size_t limit) {
  if (!request.header("Transfer-Encoding").empty()) return fail(411, "Send a Content-Length.");
  const auto& text = request.header("Content-Length");
  if (text.empty()) return std::size_t{0};
  std::size_t length = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
  if (error == std::errc::result_out_of_range) return fail(413, "The body is too large.");
  if (error != std::errc{} || end != text.data() + text.size())
    return fail(400, "The Content-Length is malformed.");
  if (length > limit) return fail(413, "The body is too large: at most " + std::to_string(limit) + " bytes.");
  return length;
}

std::string http_date() {
  char text[40];
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return text;
}

}  // namespace

http_request::http_request(std::unique_ptr<parsed_head> head, authority host)
    : head_(std::move(head)), host_(std::move(host)) {}
http_request::http_request(http_request&&) noexcept = default;
http_request& http_request::operator=(http_request&&) noexcept = default;
http_request::~http_request() = default;

const std::string& http_request::method() const {
  return head_->request.get_method();
}

std::string_view http_request::path() const {
  std::string_view target = head_->request.get_uri();
  target.remove_prefix(authority_of(target).size());
  return target.substr(0, target.find('?'));
}

const std::string& http_request::header(const std::string& name) const {
  return head_->request.get_header(name);
}

bool http_request::lists(const std::string& name, std::string_view token) const {
  return has_token(header(name), token);
}

bool http_request::keep_alive() const {
  return head_->request.get_version() != "HTTP/1.0" && !lists("Connection", "close");
}

bool http_request::expects_continue() const {
  return lists("Expect", "100-continue") && head_->request.get_version() != "HTTP/1.0";
}

std::string_view http_request::cookie(std::string_view name) const {
  std::string_view cookies = header("Cookie");
  while (!cookies.empty()) {
    const auto end = std::min(cookies.find(';'), cookies.size());
    auto pair = cookies.substr(0, end);
    cookies.remove_prefix(std::min(end + 1, cookies.size()));
    while (!pair.empty() && pair.front() == ' ') pair.remove_prefix(1);
    const auto equals = pair.find('=');
    if (equals != std::string_view::npos && pair.substr(0, equals) == name) return pair.substr(equals + 1);
  }
  return {};
}

awaitable<std::error_code> http_reader::read_more() {
  // Who sends without a pause shares the shard with the others.
  if (++reads_ % reads_per_turn == 0) co_await asio::post(co_await asio::this_coro::executor, use_tuple);
  const auto got = co_await stream_.read_some(buffer_);
  if (!got.error) input_.append(buffer_.data(), got.bytes);
  co_return got.error;
}

awaitable<bool> http_reader::wait_for_more() {
  if (!input_.empty()) co_return true;
  const auto gone = co_await read_more();
  co_return !gone;
}

awaitable<tl::expected<http_request, http_failure>> http_reader::read() {
  std::size_t line = 0, end = 0, from = 0;  // nothing is looked at again when the next byte has come
  for (;;) {
    if (line == 0) line = end_in(input_, end_of_line, from);
    if ((line == 0 ? input_.size() : line - end_of_line.size()) > limits_.target)
      co_return fail(414, "The request target is too long.");
    end = end_in(input_, end_of_head, from);
    if ((end == 0 ? input_.size() : end) > limits_.head)
      co_return fail(431, "The request's headers are too long.");
    if (end != 0) break;
    from = input_.size();
    const auto gone = co_await read_more();
    if (gone) co_return fail(0, gone.message());
  }

  auto request = parse_head(std::string_view(input_).substr(0, end));
  input_.erase(0, end);
  if (!request) co_return tl::unexpected(request.error());
  const auto length = body_length(*request, limits_.body);
  if (!length) co_return tl::unexpected(length.error());
  if (input_.size() < *length && request->expects_continue()) {
    const auto gone = co_await stream_.write(std::string_view("HTTP/1.1 100 Continue\r\n\r\n"));
    if (gone) co_return fail(0, gone.message());
  }
  while (input_.size() < *length) {
    const auto gone = co_await read_more();
    if (gone) co_return fail(0, gone.message());
  }
  request->set_body(input_.substr(0, *length));
  input_.erase(0, *length);
  co_return std::move(*request);
}

std::string http_response::head(bool keep_alive) const {
  std::string text = "HTTP/1.1 " + std::to_string(status) + ' ' + std::string(status_text(status)) + "\r\n";
  text += "Date: " + http_date() + "\r\n";
  for (const auto& [name, value] : headers) text.append(name).append(": ").append(value).append("\r\n");
  if (status != 204 && status != 304) text += "Content-Length: " + std::to_string(content().size()) + "\r\n";
  // That it stays open goes without saying (RFC 9112, 9.3). An answer with Upgrade lists it (RFC 9110, 7.8).
  if (!keep_alive) text += status == 426 ? "Connection: close, upgrade\r\n" : "Connection: close\r\n";
  if (keep_alive && status == 426) text += "Connection: upgrade\r\n";
  return text + "\r\n";
}

std::string_view status_text(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 204:
      return "No Content";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 411:
      return "Length Required";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 421:
      return "Misdirected Request";
    case 422:
      return "Unprocessable Content";
    case 426:
      return "Upgrade Required";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 503:
      return "Service Unavailable";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Unknown";
  }
}

}  // namespace parley::net
