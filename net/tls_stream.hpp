#pragma once
// TLS on a non-blocking socket, for coroutines: SSL_read and SSL_write straight on the descriptor, and a wait
// for the socket where they want one. It has no buffers of its own (asio::ssl::stream keeps 34 KiB a stream,
// chriskohlhoff/asio issue 453), and a write costs one system call.
//
// A stream belongs to one session and is used on that session's shard only. Deadlines are the owner's:
// abort() makes every wait under way end with asio::error::operation_aborted.

#include <cstddef>
#include <cstdint>
#include <span>

#include "net/asio.hpp"
#include "net/openssl.hpp"
#include "net/turn_gate.hpp"

namespace parley::net {

class tls_stream {
 public:
  // Takes the socket over, makes it non-blocking and switches Nagle's algorithm off.
  tls_stream(tcp_socket socket, ssl_ptr ssl);

  tls_stream(const tls_stream&) = delete;
  tls_stream& operator=(const tls_stream&) = delete;

  // Whether the client's first byte starts a TLS record; waits for that byte and leaves it unread. On a
  // closed or broken connection the error is set.
  struct first_byte {
    std::error_code error;
    bool is_tls = false;
  };
  awaitable<first_byte> peek();

  // Sends bytes in the clear (the refusal of plain http), as far as the socket takes them at once, and ends
  // the connection's sending side.
  void refuse_in_clear(std::string_view bytes) noexcept;

  // Waits until the gate lets the peer take this step, or for so long; false where the stream was aborted
  // before.
  awaitable<bool> pass(turn_gate& gate, turn_gate::step which);
  awaitable<bool> pause(timer::duration time);
  bool is_paused() const { return pause_ != nullptr; }

  // Begins at once (after pass()), and takes each further step when the gate lets it.
  awaitable<std::error_code> handshake(turn_gate& gate);

  // At least one byte, or an error: asio::error::eof when the peer has closed. `buffer` is only written to
  // after the last suspension, so it may be shared by all streams of a shard.
  awaitable<io_result> read_some(std::span<char> buffer);

  // Writes what the socket takes now, in one call. Less than all comes with asio::error::would_block; then
  // the next write has to begin with the same bytes that were left over, and at least as many.
  io_result try_write(std::span<const char> bytes) noexcept;

  // Writes all, however often it has to wait.
  awaitable<std::error_code> write(std::span<const char> bytes);

  awaitable<std::error_code> wait(tcp_socket::wait_type what);

  // What the peer's side of the connection has said of what was written: bytes that it has taken, since the
  // connection began, and those that it has not yet. Zeros where the kernel does not know.
  struct delivery {
    std::uint64_t taken = 0;
    std::size_t under_way = 0;
  };
  delivery delivered() const noexcept;

  // Sends close_notify, as far as the socket takes it now, and ends the sending side. The peer may go on
  // sending.
  void close_sending() noexcept;

  // After the sending side was ended: reads and throws away what the peer still sends, undecrypted, until it
  // closes too. Otherwise the kernel would answer that with a reset, which could overtake our last words.
  awaitable<void> linger();

  // Ends every wait, now and later; the connection itself ends with the stream, and the kernel forgets what
  // it could not deliver.
  void abort() noexcept;

 private:
  // What an SSL call that returned `result` <= 0 wants: a direction to wait for, or the error that ended the
  // stream.
  struct verdict {
    std::error_code error;
    tcp_socket::wait_type wait_for = tcp_socket::wait_read;
  };
  verdict judge(int result) noexcept;
  struct pausing;

  tcp_socket socket_;
  ssl_ptr ssl_;
  timer* pause_ = nullptr;  // while it waits, and is not read meanwhile
  bool aborted_ = false;
  bool broken_ = false;  // after a fatal error OpenSSL forbids another call, SSL_shutdown included
};

}  // namespace parley::net
