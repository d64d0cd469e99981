#pragma once
// What comes from a client once the connection is a WebSocket: whole messages. Control frames are dealt with
// here, and so is a client that sends too many of any kind, or nothing at all.

#include <cstdint>
#include <optional>
#include <string>

#include "app/connection/connection_end.hpp"
#include "app/connection/liveness.hpp"
#include "app/connection/outgoing.hpp"
#include "app/connection/shard_view.hpp"
#include "app/connection/work_account.hpp"
#include "net/tls_stream.hpp"
#include "net/websocket.hpp"

namespace parley {

// Belongs to a session, on its shard; so do the stream, `out`, `work` and `owner`.
class incoming {
 public:
  // `first` is what the client sent along with its request for the upgrade.
  incoming(net::tls_stream& stream, shard_view& here, outgoing& out, work_account& work,
           connection_end& owner, std::string first);

  // The next text message, or the peer's close frame; nothing when the connection is over. After out.close()
  // only the close frame is still of interest.
  net::awaitable<std::optional<net::websocket_message>> receive();

  // Whether somebody is still there; pings, or ends the connection. Gives when to look again.
  chat::time_point look(chat::time_point now);
  // The client was not read for a while.
  void excuse(chat::time_point now) { liveness_.excuse(now); }

 private:
  std::optional<net::websocket_message> decode();
  net::awaitable<std::error_code> read();
  bool is_in_pace(const net::websocket_message& message);
  void refuse(const net::websocket_message& message, std::string why, chat::clock::duration wait);

  net::tls_stream& stream_;
  shard_view& here_;
  outgoing& out_;
  work_account& work_;
  connection_end& owner_;
  std::string input_;        // what was read last
  std::size_t decoded_ = 0;  // of it
  std::size_t on_wire_ = 0;  // bytes of the message under way
  std::size_t reads_ = 0;
  net::websocket_decoder decoder_;
  liveness liveness_;
  chat::burst_limiter frames_, bytes_;
};

}  // namespace parley
