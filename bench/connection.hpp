#pragma once
// One client's WebSocket over TLS: non-blocking OpenSSL on a descriptor, frames masked as clients must. It is
// driven by whoever waits for its descriptor, and costs the generator as little as can be: reads go into a
// buffer that all connections share, and only a frame that is not whole yet is kept.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "bench/clock.hpp"
#include "net/openssl.hpp"

namespace parley::bench {

// TLS 1.3 with AES-128-GCM and X25519, for every server alike; certificates are not looked at. Throws
// std::runtime_error.
net::ssl_ctx_ptr client_context();

using tls_session = std::shared_ptr<SSL_SESSION>;

enum class frame_type : std::uint8_t {
  continuation = 0,
  text = 1,
  binary = 2,
  close = 8,
  ping = 9,
  pong = 10
};

class connection {
 public:
  connection() = default;
  ~connection();
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;

  enum class phase : std::uint8_t { idle, connecting, handshaking, upgrading, open, closed };

  // Begins to connect to 127.0.0.1:port, from an address of 127.0.0.0/8 that depends on `index`, since one
  // address has no more than 28,000 ports to connect from.
  // `resume` is the TLS session of an earlier connection, or null.
  void start(SSL_CTX* context, std::uint16_t port, std::uint32_t index, std::string request,
             SSL_SESSION* resume);

  // To be called when the descriptor is ready. Calls on_frame(type, payload) for every frame, whose payload
  // is gone afterwards. Opening is finished when state() becomes open; where it became closed, why() says
  // why.
  template <class OnFrame>
  void advance(std::span<char> buffer, OnFrame&& on_frame) {
    if (phase_ != phase::open) {
      if (!opened(buffer)) return;
      const auto rest = std::exchange(partial_, {});
      decode(rest, on_frame);
    } else if (!waiting_.empty()) {
      flush();
    }
    while (phase_ == phase::open) {
      const auto got = read(buffer.subspan(partial_.size()));
      if (got == 0) return;
      const std::string_view bytes = with_partial(buffer, got);
      decode(bytes, on_frame);
      if (!more_is_buffered()) return;
    }
  }

  void send(frame_type type, std::string_view payload);
  void close(std::string_view why);

  // To resume with later; null where the connection is gone. A copy, because OpenSSL marks the session of a
  // connection that is cut as not to be resumed.
  tls_session session() const {
    return {ssl_ ? SSL_SESSION_dup(SSL_get0_session(ssl_.get())) : nullptr, SSL_SESSION_free};
  }
  bool resumed() const { return ssl_ && SSL_session_reused(ssl_.get()) == 1; }

  int descriptor() const { return descriptor_; }
  phase state() const { return phase_; }
  const std::string& why() const { return why_; }
  std::uint32_t wanted_events() const;  // of epoll

 private:
  bool opened(std::span<char> buffer);
  bool read_answer(std::span<char> buffer);
  void flush();
  std::size_t read(std::span<char> room);
  bool more_is_buffered() const { return ssl_ && SSL_has_pending(ssl_.get()) != 0; }
  std::string_view with_partial(std::span<char> buffer, std::size_t got);
  void fail(int result, const char* doing);

  template <class OnFrame>
  void decode(std::string_view bytes, OnFrame& on_frame);

  net::ssl_ptr ssl_;
  int descriptor_ = -1;
  phase phase_ = phase::idle;
  bool wants_write_ = false;
  std::string partial_;  // the beginning of the answer or of a frame
  std::string waiting_;  // the request, then frames the socket would not take
  std::string why_;
};

// Server frames are not masked (RFC 6455, 5.1).
template <class OnFrame>
void connection::decode(std::string_view bytes, OnFrame& on_frame) {
  const auto byte = [&bytes](std::size_t at) { return static_cast<std::uint8_t>(bytes[at]); };
  while (bytes.size() >= 2 && phase_ == phase::open) {
    std::size_t head = 2;
    std::uint64_t size = byte(1) & 0x7fU;
    if (size >= 126) {
      const std::size_t extra = size == 126 ? 2 : 8;
      if (bytes.size() < head + extra) break;
      size = 0;
      for (std::size_t i = 0; i < extra; ++i) size = (size << 8U) | byte(head + i);
      head += extra;
    }
    constexpr std::uint64_t longest = 1U << 20U;
    if ((byte(1) & 0x80U) != 0 || size > longest) return close("sent a frame that is masked or above 1 MiB");
    if (bytes.size() < head + size) break;
    on_frame(static_cast<frame_type>(byte(0) & 0x0fU), bytes.substr(head, size));
    bytes.remove_prefix(head + size);
  }
  if (!bytes.empty()) partial_.assign(bytes);
}

}  // namespace parley::bench
