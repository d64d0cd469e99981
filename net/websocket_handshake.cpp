#include "net/websocket_handshake.hpp"

#include <algorithm>
#include <cctype>

#include "net/websocketpp.hpp"

namespace parley::net {
namespace {

// For the handshake alone: it makes no messages.
websocketpp_processor make_processor() {
  return websocketpp_processor(true, true, nullptr, unused_rng);
}

// 16 bytes in base64 (RFC 6455, 4.1).
bool is_key(std::string_view text) {
  constexpr std::size_t digits = 22;
  return text.size() == digits + 2 && text.ends_with("==") &&
         std::all_of(text.begin(), text.begin() + digits,
                     [](unsigned char c) { return std::isalnum(c) != 0 || c == '+' || c == '/'; });
}

tl::unexpected<http_failure> refuse(int status, std::string message) {
  return tl::unexpected(http_failure{status, std::move(message)});
}

bool offers(const http_request& request, const std::string& subprotocol) {
  std::vector<std::string> offered;
  if (make_processor().extract_subprotocols(request.head().request, offered)) return false;
  return std::find(offered.begin(), offered.end(), subprotocol) != offered.end();
}

}  // namespace

tl::expected<std::string, http_failure> accept_websocket(const http_request& request,
                                                         const std::string& subprotocol) {
  const auto& head = request.head().request;
  if (!request.lists("Upgrade", "websocket") || !request.lists("Connection", "upgrade"))
    return refuse(426, "This address speaks WebSocket only.");
  if (request.header("Sec-WebSocket-Version") != "13") return refuse(426, "Speak WebSocket version 13.");
  auto processor = make_processor();
  if (processor.validate_handshake(head) || !is_key(request.header("Sec-WebSocket-Key")))
    return refuse(400, "The WebSocket handshake is malformed.");
  if (!offers(request, subprotocol)) return refuse(400, "Ask for the subprotocol " + subprotocol + ".");

  websocketpp_config::response_type response;
  response.set_version("HTTP/1.1");
  response.set_status(websocketpp::http::status_code::switching_protocols);
  if (processor.process_handshake(head, subprotocol, response))
    return refuse(400, "The WebSocket handshake is malformed.");
  return processor.get_raw(response);
}

}  // namespace parley::net
