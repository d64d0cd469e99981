#pragma once
// The WebSocket protocol (RFC 6455) without a socket: messages out of bytes, frames into bytes.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>

#include <tl/expected.hpp>

namespace parley::net {

enum class opcode : std::uint8_t { text = 1, binary = 2, close = 8, ping = 9, pong = 10 };  // RFC 6455, 5.2

struct websocket_message {
  opcode type;
  std::string payload;
};

// What the peer said with its close frame; code 1005 where it gave none (RFC 6455, 7.1.5).
struct close_status {
  std::uint16_t code;
  std::string reason;
};

// Decodes one connection's incoming frames, as a server: masked, whole messages of at most `max_message`
// bytes, text in UTF-8. Small: it keeps nothing but the message under way.
class websocket_decoder {
 public:
  explicit websocket_decoder(std::size_t max_message);
  websocket_decoder(websocket_decoder&&) noexcept;
  ~websocket_decoder();

  // The next message out of the front of `input`, which is unmasked in place and loses the bytes that were
  // used. No message means that more bytes are wanted, or that the peer broke the protocol: see failure().
  std::optional<websocket_message> decode(std::span<char>& input);

  // The close code to answer with: 0 while all is well, 1002, 1007 or 1009.
  std::uint16_t failure() const { return failure_; }

 private:
  struct state;
  std::uint16_t find_failure(const std::error_code& error) const;

  std::unique_ptr<state> state_;
  std::size_t max_message_;
  std::size_t consumed_ = 0;  // bytes of the wire since the last message
  std::uint16_t failure_ = 0;
};

// Reads a close frame's payload; a malformed one is answered with 1002 (or 1007, a reason that is not UTF-8).
tl::expected<close_status, std::uint16_t> parse_close(std::string_view payload);

// Appends one unfragmented, unmasked frame: the same bytes serve every member of a room.
void append_frame(std::string& out, opcode type, std::string_view payload);

// Appends a close frame; the reason is cut to the 123 bytes that fit.
void append_close_frame(std::string& out, std::uint16_t code, std::string_view reason);

}  // namespace parley::net
