#include "net/websocket.hpp"

#include <websocketpp/close.hpp>
#include <websocketpp/frame.hpp>
#include <websocketpp/utf8_validator.hpp>

#include "net/websocketpp.hpp"

namespace parley::net {
namespace {

// What a message may take on the wire for each of its bytes, so that empty fragments do not go on for ever. A
// fragment of one byte takes seven.
constexpr std::size_t wire_bytes_per_byte = 8;
constexpr std::size_t wire_bytes_at_least = 1024;

// Of a masked control frame, whose payload is short (RFC 6455, 5.2 and 5.5).
constexpr std::size_t control_header = 6;

constexpr std::size_t close_reason_size = websocketpp::frame::limits::close_reason_size;

// The manager only makes messages and holds no state; one a thread keeps its reference count off the other
// shards.
const std::shared_ptr<websocketpp_config::con_msg_manager_type>& message_manager() {
  thread_local const auto manager = std::make_shared<websocketpp_config::con_msg_manager_type>();
  return manager;
}

// It finds out the byte order at its first call, in a variable that all threads share: that call is here,
// before there are threads.
[[maybe_unused]] const auto byte_order_is_known = websocketpp::lib::net::_htonll(1);

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

struct websocket_decoder::state {
  explicit state(std::size_t max_message) : processor(true, true, message_manager(), unused_rng) {
    processor.set_max_message_size(max_message);
  }
  websocketpp_processor processor;
};

websocket_decoder::websocket_decoder(std::size_t max_message)
    : state_(std::make_unique<state>(max_message)), max_message_(max_message) {}
websocket_decoder::websocket_decoder(websocket_decoder&&) noexcept = default;
websocket_decoder::~websocket_decoder() = default;

std::optional<websocket_message> websocket_decoder::decode(std::span<char>& input) {
  if (failure_ != 0 || input.empty()) return std::nullopt;
  auto& processor = state_->processor;
  std::error_code error;
  const auto used = processor.consume(reinterpret_cast<std::uint8_t*>(input.data()), input.size(), error);
  input = input.subspan(used);
  consumed_ += used;
  failure_ = find_failure(error);
  if (failure_ != 0 || !processor.ready()) return std::nullopt;
  const auto message = processor.get_message();
  // A control frame may stand between the fragments of a message, whose account goes on behind it.
  const bool is_control = websocketpp::frame::opcode::is_control(message->get_opcode());
  consumed_ = is_control ? consumed_ - (control_header + message->get_payload().size()) : 0;
  auto& payload = message->get_raw_payload();
  // websocketpp does not look whether a text's last fragment ends within a character.
  if (message->get_opcode() == websocketpp::frame::opcode::text &&
      !websocketpp::utf8_validator::validate(payload)) {
    failure_ = websocketpp::close::status::invalid_payload;
    return std::nullopt;
  }
  return websocket_message{static_cast<opcode>(message->get_opcode()), std::move(payload)};
}

// What websocketpp found, and what it does not look for: it adds up the lengths of fragments without minding
// that the sum can overflow.
std::uint16_t websocket_decoder::find_failure(const std::error_code& error) const {
  if (error) return to_close_code(error);
  const bool too_long = state_->processor.get_bytes_needed() > max_message_ ||
                        consumed_ > wire_bytes_per_byte * max_message_ + wire_bytes_at_least;
  return too_long ? std::uint16_t{websocketpp::close::status::message_too_big} : std::uint16_t{0};
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
