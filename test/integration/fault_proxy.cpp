#include "fault_proxy.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace parley::test {
namespace {

constexpr std::size_t lane_limit = 64 * 1024;

// How often in a thousand reads: a cut, a stall, a delay, a split.
constexpr std::array<int, 4> per_thousand{6, 6, 100, 100};

constexpr int shortest_stall_ms = 100, longest_stall_ms = 2'000, longest_delay_ms = 50;
constexpr int largest_piece = 50;    // bytes
constexpr int most_pieces = 20;      // the rest goes as it came: a long page would take seconds
constexpr int longest_gap_ms = 2;    // between pieces, so that they are not read as one
constexpr int longest_wait_ms = 50;  // until stopping_ is looked at

sockaddr_in this_machine(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

void must(bool done, const char* what) {
  if (!done) throw std::runtime_error(std::string("fault_proxy: ") + what + ": " + std::strerror(errno));
}

int make_socket() {
  const int made = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  must(made >= 0, "socket");
  return made;
}

void send_at_once(int socket) {
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

// The close() that follows sends a RST.
void prepare_reset(int socket) {
  const linger at_once{1, 0};
  ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

// The close() that follows sends a FIN, which it does only where nothing is left unread.
void prepare_end(int socket) {
  for (char buffer[4096]; ::recv(socket, buffer, sizeof buffer, 0) > 0;) {
  }
}

}  // namespace

bool fault_proxy::lane::wants_to_read() const {
  return !ended && waiting.size() < lane_limit;
}

bool fault_proxy::lane::wants_to_write(clock::time_point now) const {
  return !waiting.empty() && now >= held_until;
}

fault_proxy::connection::~connection() {
  ::close(up.from);
  ::close(up.to);
}

fault_proxy::fault_proxy(std::uint16_t server_port, std::uint32_t seed)
    : server_port_(server_port), random_(seed), listening_(make_socket()) {
  auto address = this_machine(0);
  auto* const where = reinterpret_cast<sockaddr*>(&address);
  socklen_t size = sizeof address;
  must(::bind(listening_, where, size) == 0, "bind");
  must(::listen(listening_, SOMAXCONN) == 0, "listen");
  must(::getsockname(listening_, where, &size) == 0, "getsockname");
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { run(); });
}

fault_proxy::~fault_proxy() {
  stopping_ = true;
  thread_.join();
  ::close(listening_);
}

void fault_proxy::run() {
  std::vector<pollfd> watched;
  while (!stopping_) {
    auto now = clock::now();
    watched.assign(1, {listening_, POLLIN, 0});
    // Of a socket that nothing is wanted of an end would be reported again and again: poll() skips it.
    const auto watch = [&](int socket, bool to_read, bool to_write) {
      const int events = (to_read ? POLLIN : 0) | (to_write ? POLLOUT : 0);
      watched.push_back({events == 0 ? -1 : socket, static_cast<short>(events), 0});
    };
    for (const auto& each : connections_) {
      watch(each->up.from, each->up.wants_to_read(), each->down.wants_to_write(now));
      watch(each->down.from, each->down.wants_to_read(), each->up.wants_to_write(now));
    }
    ::poll(watched.data(), watched.size(), milliseconds_to_wait(now));
    now = clock::now();
    auto next = watched.begin() + 1;
    std::erase_if(connections_, [&](const auto& each) {
      const auto client = *next++, server = *next++;
      return !carry(*each, client.revents, server.revents, now);
    });
    if (watched.front().revents != 0) accept();
  }
  connections_.clear();
}

// Until the first of what is held back may go.
int fault_proxy::milliseconds_to_wait(clock::time_point now) const {
  auto until = now + milliseconds(longest_wait_ms);
  for (const auto& each : connections_)
    for (const auto* way : {&each->up, &each->down})
      if (!way->waiting.empty() && way->held_until > now) until = std::min(until, way->held_until);
  return static_cast<int>(std::chrono::ceil<milliseconds>(until - now).count());
}

void fault_proxy::accept() {
  const int client = ::accept4(listening_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (client < 0) return;
  const int server = make_socket();
  send_at_once(client);
  send_at_once(server);
  const auto address = this_machine(server_port_);
  // Still under way, or refused: the first read or write will tell.
  (void)::connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  connections_.push_back(std::make_unique<connection>(client, server));
}

bool fault_proxy::carry(connection& between, short client_events, short server_events,
                        clock::time_point now) {
  auto& [up, down] = between;
  const auto can_read = [](short events) { return (events & (POLLIN | POLLHUP | POLLERR)) != 0; };
  const auto can_write = [](short events) { return (events & (POLLOUT | POLLHUP | POLLERR)) != 0; };
  bool goes_on = true;
  if (can_read(client_events) && up.wants_to_read()) goes_on = read(up, now);
  if (goes_on && can_read(server_events) && down.wants_to_read()) goes_on = read(down, now);
  if (goes_on && can_write(server_events) && up.wants_to_write(now)) goes_on = write(up, now);
  if (goes_on && can_write(client_events) && down.wants_to_write(now)) goes_on = write(down, now);
  if (!goes_on) {
    cut(between);
    return false;
  }
  for (auto* way : {&up, &down})
    if (way->has_end_to_pass_on()) {
      ::shutdown(way->to, SHUT_WR);
      way->passed_on = true;
    }
  return !(up.passed_on && down.passed_on);
}

bool fault_proxy::read(lane& way, clock::time_point now) {
  char buffer[16 * 1024];
  const auto room = std::min(sizeof buffer, lane_limit - way.waiting.size());
  const auto got = ::recv(way.from, buffer, room, 0);
  if (got < 0) return errno == EAGAIN;
  if (got == 0) way.ended = true;
  way.waiting.append(buffer, static_cast<std::size_t>(got));
  return !faulty_ || disturb(way, now);
}

bool fault_proxy::write(lane& way, clock::time_point now) {
  auto size = way.waiting.size();
  if (way.pieces > 0) {
    --way.pieces;
    size = std::min(size, static_cast<std::size_t>(pick(1, largest_piece)));
    way.held_until = now + milliseconds(pick(0, longest_gap_ms));
  }
  const auto sent = ::send(way.to, way.waiting.data(), size, MSG_NOSIGNAL);
  if (sent < 0) return errno == EAGAIN;
  way.waiting.erase(0, static_cast<std::size_t>(sent));
  return true;
}

// What becomes of what has been read: mostly nothing. False is a cut.
bool fault_proxy::disturb(lane& way, clock::time_point now) {
  int dice = pick(0, 999);
  std::size_t which = 0;
  while (which < per_thousand.size() && dice >= per_thousand[which]) dice -= per_thousand[which++];
  if (which == per_thousand.size()) return true;
  ++counts_[which];
  const auto hold_for = [&](int ms) { way.held_until = std::max(way.held_until, now + milliseconds(ms)); };
  switch (static_cast<fault>(which)) {
    case fault::cut:
      return false;
    case fault::stall:
      hold_for(pick(shortest_stall_ms, longest_stall_ms));
      return true;
    case fault::delay:
      hold_for(pick(0, longest_delay_ms));
      return true;
    case fault::split:
      way.pieces = pick(1, most_pieces);
      return true;
  }
  return true;
}

// What is under way is lost. Both sides find the connection reset, or ended.
void fault_proxy::cut(connection& between) {
  const bool resets = pick(0, 1) == 1;
  for (const int socket : {between.up.from, between.up.to})
    resets ? prepare_reset(socket) : prepare_end(socket);
}

}  // namespace parley::test
