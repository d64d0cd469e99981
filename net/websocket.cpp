#include "net/websocket.hpp"

#include <algorithm>
#include <cctype>

#include <websocketpp/close.hpp>
#include <websocketpp/frame.hpp>
#include <websocketpp/utf8_validator.hpp>

#include "net/websocketpp.hpp"

namespace parley::net {
namespace {

constexpr std::size_t key_size = 24;  // 16 bytes in base64 (RFC 6455, 4.1)
constexpr std::size_t close_reason_size = websocketpp::frame::limits::close_reason_size;

websocketpp_config::rng_type unused_rng;

// The manager only makes messages and holds no state; one a thread keeps its reference count off the other
// shards.
const std::shared_ptr<websocketpp_config::con_msg_manager_type>& message_manager() {
  thread_local const auto manager = std::make_shared<websocketpp_config::con_msg_manager_type>();
  return manager;
}

websocketpp_processor make_processor() {
  return websocketpp_processor(true, true, message_manager(), unused_rng);
}

tl::unexpected<http_failure> refuse(int status, std::string message) {
  return tl::unexpected(http_failure{status, std::move(message)});
}

bool offers(const http_request& request, const std::string& subprotocol) {
  std::vector<std::string> offered;
  if (make_processor().extract_subprotocols(request.head().request, offered)) return false;
  return std::find(offered.begin(), offered.end(), subprotocol) != offered.end();
}

std::uint16_t to_close_code(const std::error_code& error) {
  using namespace websocketpp::processor::error;
  if (error == make_error_code(invalid_utf8)) return websocketpp::close::status::invalid_payload;
  if (error == make_error_code(message_too_big)) return websocketpp::close::status::message_too_big;
  return websocketpp::close::status::protocol_error;
}

bool may_be_sent(std::uint16_t code) {
  return !websocketpp::close::status::invalid(code) && !websocketpp::close::status::reserved(code);
}

}  // namespace

bool is_websocket_upgrade(const http_request& request) {
  auto upgrade = request.header("Upgrade");
  std::transform(upgrade.begin(), upgrade.end(), upgrade.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return upgrade.find("websocket") != std::string::npos;
}

tl::expected<std::string, http_failure> accept_websocket(const http_request& request,
                                                         const std::string& subprotocol) {
  const auto& head = request.head().request;
  if (request.header("Sec-WebSocket-Version") != "13") return refuse(426, "Speak WebSocket version 13.");
  auto processor = make_processor();
  if (processor.validate_handshake(head) || request.header("Sec-WebSocket-Key").size() != key_size)
    return refuse(400, "The WebSocket handshake is malformed.");
  if (!offers(request, subprotocol)) return refuse(400, "Ask for the subprotocol " + subprotocol + ".");

  websocketpp_config::response_type response;
  response.set_version("HTTP/1.1");
  response.set_status(websocketpp::http::status_code::switching_protocols);
  if (processor.process_handshake(head, subprotocol, response))
    return refuse(400, "The WebSocket handshake is malformed.");
  return processor.get_raw(response);
}

struct websocket_decoder::state {
  explicit state(std::size_t max_message) : processor(true, true, message_manager(), unused_rng) {
    processor.set_max_message_size(max_message);
  }
  websocketpp_processor processor;
};

websocket_decoder::websocket_decoder(std::size_t max_message)
    : state_(std::make_unique<state>(max_message)) {}
websocket_decoder::websocket_decoder(websocket_decoder&&) noexcept = default;
websocket_decoder::~websocket_decoder() = default;

std::optional<websocket_message> websocket_decoder::decode(std::span<char>& input) {
  if (failure_ != 0 || input.empty()) return std::nullopt;
  auto& processor = state_->processor;
  std::error_code error;
  const auto used = processor.consume(reinterpret_cast<std::uint8_t*>(input.data()), input.size(), error);
  input = input.subspan(used);
  if (error) {
    failure_ = to_close_code(error);
    return std::nullopt;
  }
  if (!processor.ready()) return std::nullopt;
  const auto message = processor.get_message();
  return websocket_message{static_cast<opcode>(message->get_opcode()), std::move(message->get_raw_payload())};
}

tl::expected<close_status, std::uint16_t> parse_close(std::string_view payload) {
  if (payload.empty()) return close_status{websocketpp::close::status::no_status, {}};
  if (payload.size() == 1) return tl::unexpected(std::uint16_t{websocketpp::close::status::protocol_error});
  const auto code = static_cast<std::uint16_t>(static_cast<unsigned char>(payload[0]) << 8 |
                                               static_cast<unsigned char>(payload[1]));
  if (!may_be_sent(code)) return tl::unexpected(std::uint16_t{websocketpp::close::status::protocol_error});
  std::string reason(payload.substr(2));
  if (!websocketpp::utf8_validator::validate(reason))
    return tl::unexpected(std::uint16_t{websocketpp::close::status::invalid_payload});
  return close_status{code, std::move(reason)};
}

void append_frame(std::string& out, opcode type, std::string_view payload) {
  namespace frame = websocketpp::frame;
  const frame::basic_header basic(static_cast<frame::opcode::value>(type), payload.size(), true, false);
  const frame::extended_header extended(payload.size());
  out += frame::prepare_header(basic, extended);
  out += payload;
}

void append_close_frame(std::string& out, std::uint16_t code, std::string_view reason) {
  std::string payload{static_cast<char>(code >> 8), static_cast<char>(code & 0xff)};
  payload += reason.substr(0, close_reason_size);
  append_frame(out, opcode::close, payload);
}

}  // namespace parley::net
