#include "tcp_client.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace parley::test {

void wait_for(int descriptor, short events, clock::time_point deadline) {
  for (;;) {
    const auto left = std::chrono::ceil<milliseconds>(deadline - clock::now()).count();
    pollfd entry{descriptor, events, 0};
    const int ready = ::poll(&entry, 1, static_cast<int>(std::max<std::int64_t>(left, 0)));
    if (ready > 0) return;
    if (ready == 0) throw timed_out("nothing came before the deadline");
    if (errno != EINTR) throw std::runtime_error(std::string("poll: ") + std::strerror(errno));
  }
}

tcp_client::tcp_client(std::uint16_t port, int receive_buffer, family over)
    : descriptor_(::socket(over == family::ipv4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  if (descriptor_ < 0) throw std::runtime_error(std::string("socket: ") + std::strerror(errno));
  if (receive_buffer > 0)
    ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
  const int on = 1;
  ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);

  sockaddr_in ipv4{};
  ipv4.sin_family = AF_INET;
  ipv4.sin_port = htons(port);
  ipv4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  sockaddr_in6 ipv6{};
  ipv6.sin6_family = AF_INET6;
  ipv6.sin6_port = htons(port);
  ipv6.sin6_addr = in6addr_loopback;
  const auto* address = over == family::ipv4 ? reinterpret_cast<const sockaddr*>(&ipv4)
                                             : reinterpret_cast<const sockaddr*>(&ipv6);
  if (::connect(descriptor_, address, over == family::ipv4 ? sizeof ipv4 : sizeof ipv6) != 0) {
    const int error = errno;
    ::close(descriptor_);
    throw connection_ended(std::string("cannot connect: ") + std::strerror(error));
  }
  ::fcntl(descriptor_, F_SETFL, ::fcntl(descriptor_, F_GETFL) | O_NONBLOCK);
}

tcp_client::~tcp_client() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

tcp_client::tcp_client(tcp_client&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

void tcp_client::write(std::string_view bytes, clock::time_point deadline) {
  while (!bytes.empty()) {
    const auto sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    } else if (errno == EAGAIN) {
      wait_for(descriptor_, POLLOUT, deadline);
    } else {
      throw connection_ended(std::string("cannot write: ") + std::strerror(errno));
    }
  }
}

std::string tcp_client::read_some(clock::time_point deadline) {
  for (;;) {
    char buffer[16 * 1024];
    const auto got = ::recv(descriptor_, buffer, sizeof buffer, 0);
    if (got >= 0) return std::string(buffer, static_cast<std::size_t>(got));
    if (errno != EAGAIN) throw connection_ended(std::string("cannot read: ") + std::strerror(errno));
    wait_for(descriptor_, POLLIN, deadline);
  }
}

std::string tcp_client::read_to_end(clock::time_point deadline) {
  std::string all;
  try {
    for (;;) {
      const auto more = read_some(deadline);
      if (more.empty()) return all;
      all += more;
    }
  } catch (const connection_ended&) {
    return all;
  }
}

bool tcp_client::ends(clock::time_point deadline) {
  try {
    read_to_end(deadline);
    return true;
  } catch (const timed_out&) {
    return false;
  }
}

void tcp_client::reset() {
  const linger at_once{1, 0};
  ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  ::close(std::exchange(descriptor_, -1));
}

}  // namespace parley::test
