#pragma once
// What goes to a client once the connection is a WebSocket: frames for it alone, and those of the rooms that
// it is in. What the socket would not take waits in the outbox, within its bound, for as long as the peer
// still takes something.

#include <optional>
#include <string>
#include <string_view>

#include "app/config/config.hpp"
#include "app/connection/connection_end.hpp"
#include "app/connection/outbox.hpp"
#include "chat/fanout.hpp"
#include "chat/rate_limiter.hpp"
#include "chat/server_frame.hpp"
#include "net/websocket.hpp"

namespace parley {

// Belongs to a session, on its shard; so does the stream.
class outgoing final : public chat::subscriber {
 public:
  outgoing(net::tls_stream& stream, asio::io_context& io, const config& settings, connection_end& owner);

  // One frame, now or as soon as the socket takes it; nothing after close().
  void send(std::string_view json) { send_frame(net::opcode::text, json); }
  void send_frame(net::opcode type, std::string_view payload);
  void deliver(std::span<const char> frames) noexcept override;

  // An error frame, which counts: see limits.flood.
  void refused(std::string_view json, chat::error_code why);
  void refuse(chat::refusal why, std::string id = {}, std::string room = {},
              std::optional<chat::milliseconds> retry_after = {});

  // The last frame that goes out, whatever waits before it.
  void close(std::uint16_t code, std::string_view reason);
  // From now on nothing is sent but what waits already.
  void stop() { closed_ = true; }
  bool is_closed() const { return closed_; }

  // Sends what waits; ends when nothing waits any more, or with the connection.
  net::awaitable<std::error_code> drain() { return outbox_.drain(); }

  // Whether the peer takes what is sent to it, or ends the connection: what waits in the kernel counts too.
  // Gives when to look again.
  chat::time_point look(chat::time_point now);

 private:
  void settle(outbox::result result);
  void spawn_drain();
  void expect_progress(chat::time_point now, const net::tls_stream::delivery& kernel);

  net::tls_stream& stream_;
  asio::io_context& io_;
  const limits_config& limits_;
  const chat::milliseconds patience_;
  connection_end& owner_;
  outbox outbox_;
  bool closed_ = false;
  bool draining_ = false;
  // What the peer had taken, and what was still to be taken, when that was last looked at.
  std::uint64_t taken_then_ = 0;
  std::size_t waited_then_ = 0;
  chat::time_point look_at_{};
  chat::burst_limiter refusals_;
};

}  // namespace parley
