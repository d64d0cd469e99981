#pragma once
// A blocking TCP connection to this machine, in which every wait has a deadline. Not over Asio, so that a
// fault in the server's use of Asio cannot hide behind the same fault here.

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

#include "deadline.hpp"

namespace parley::test {

// Thrown when nothing came before the deadline.
struct timed_out : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Thrown when the peer ended or reset the connection while more was expected.
struct connection_ended : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class tcp_client {
 public:
  enum class family { ipv4, ipv6 };

  // Connects to 127.0.0.1 or ::1. `receive_buffer` > 0 fixes SO_RCVBUF, for a client that is to be slow.
  explicit tcp_client(std::uint16_t port, int receive_buffer = 0, family over = family::ipv4);
  ~tcp_client();
  tcp_client(tcp_client&& other) noexcept;
  tcp_client& operator=(tcp_client&&) = delete;

  void write(std::string_view bytes, clock::time_point deadline = soon());

  // What is there, waiting for at least a byte; empty when the peer has ended the connection.
  std::string read_some(clock::time_point deadline = soon());

  // All that comes until the peer ends the connection, by FIN or by RST.
  std::string read_to_end(clock::time_point deadline = soon());

  // Whether the peer ends the connection before the deadline; what it says first is dropped.
  bool ends(clock::time_point deadline = soon());

  // Closes with RST, as a machine that lost power and came back does.
  void reset();

  int descriptor() const { return descriptor_; }

 private:
  int descriptor_ = -1;
};

// Waits for poll() events on a descriptor; throws timed_out.
void wait_for(int descriptor, short events, clock::time_point deadline);

}  // namespace parley::test
