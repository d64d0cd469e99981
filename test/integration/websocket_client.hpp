#pragma once
// The client side of RFC 6455, written out by hand: it can send every frame the protocol forbids, and checks
// what the server sends.

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http_client.hpp"

namespace parley::test {

// How a socket is asked for.
struct upgrade {
  std::string cookie;
  std::string subprotocol = "parley.v1";
  std::string origin;
  std::string host;  // empty: the usual one
  std::string version = "13";
  std::string target = "/ws";
  tls_options tls;
};

// Asks, and gives the answer whatever it is.
http_answer ask_for_upgrade(http_client& connection, const upgrade& how);

namespace opcode {
inline constexpr int continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10;
}

struct frame {
  int opcode = opcode::text;
  std::string payload;
  bool final = true;
  bool masked = true;
  int reserved = 0;  // the three bits, 0 to 7
};

std::string encode(const frame& frame);

// How a socket came to its end: 0 where the connection ended without a close frame, 1005 where the frame held
// no code.
struct ending {
  int code = 0;
  std::string reason;
};

// Thrown where a frame was expected and the socket closed.
struct socket_closed : connection_ended {
  explicit socket_closed(const ending& end, const std::string& expected);
  ending how;
};

class websocket_client {
 public:
  // Throws where the answer is not 101.
  explicit websocket_client(std::uint16_t port, const upgrade& how = {});

  void send(const json& message) { send_text(message.dump()); }
  void send_text(std::string_view text) { send_frame({opcode::text, std::string(text)}); }
  void send_frame(const frame& frame) { send_raw(encode(frame)); }
  void send_raw(std::string_view bytes) { http_.stream().write(bytes); }

  // The next frame, of whatever type.
  json next(clock::time_point deadline = soon());

  // The next frame of this type, waiting for it; frames of other types are kept for later.
  json expect(const std::string& type, clock::time_point deadline = soon());

  // The next frame of any of these types.
  json expect_one_of(const std::vector<std::string>& types, clock::time_point deadline = soon());

  // Whether no frame of this type comes until then.
  bool silent(const std::string& type, clock::time_point deadline);

  // Whether one of this type has come and was not yet asked for; after the end, too.
  bool has(const std::string& type) const;

  // The `error` that comes next; throws where its code is another one.
  json expect_error(const std::string& code);

  // The payload of the next pong.
  std::string expect_pong(clock::time_point deadline = soon());

  // Reads until the server's close frame and the end of the connection.
  ending expect_close(clock::time_point deadline = soon());

  // Sends a close frame, as a browser does that leaves the page.
  void close(int code = 1000, std::string_view reason = {});

  // Whether pings are answered, as a living client does.
  bool answers_pings = true;

  void reset() { http_.stream().reset(); }
  http_client& http() { return http_; }
  const http_answer& accepted() const { return accepted_; }

 private:
  frame receive(clock::time_point deadline);
  void take(clock::time_point deadline);  // one frame into where it belongs
  std::optional<json> take_kept(const std::vector<std::string>& types);
  std::string kept_types() const;

  http_client http_;
  http_answer accepted_;
  std::string input_;
  std::deque<json> kept_;
  std::deque<std::string> pongs_;
  std::optional<ending> ending_;
};

}  // namespace parley::test
