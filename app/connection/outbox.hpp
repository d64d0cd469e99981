#pragma once
// What a session has to send. Mostly nothing: frames go straight from the shared batch into the socket, and
// only what the socket would not take is copied here, up to a bound.

#include <cstddef>
#include <span>
#include <string>

#include "net/tls_stream.hpp"

namespace parley {

// Belongs to a session, on its shard; the stream outlives it.
class outbox {
 public:
  outbox(net::tls_stream& stream, std::size_t limit) : stream_(stream), limit_(limit) {}

  enum class result {
    sent,     // all of it is with the kernel
    waiting,  // some of it waits here for drain()
    full,     // refused: with it, more than the limit would wait
    broken,   // the connection is gone
  };
  result write(std::span<const char> frames);

  // The same without the bound, for the close frame that says that the bound was reached.
  result write_last(std::span<const char> frames);

  // Bytes that wait.
  std::size_t size() const { return waiting_.size(); }

  // Sends what waits, as the socket takes it; ends when nothing waits any more, with the connection, or with
  // an abort of the stream; then with an error. Several may run at once.
  net::awaitable<std::error_code> drain();

 private:
  result push();
  result keep(std::span<const char> frames);

  net::tls_stream& stream_;
  std::size_t limit_;
  std::string waiting_;
};

}  // namespace parley
