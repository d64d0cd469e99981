#include "bench/connection.hpp"

#include <cerrno>
#include <cstring>
#include <stdexcept>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace parley::bench {
namespace {

constexpr std::uint32_t clients_per_address = 8192;

sockaddr_in loopback(std::uint32_t host, std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl((127U << 24U) | host);
  return address;
}

// A mask has to differ from frame to frame; from whom it has to be kept (RFC 6455, 10.3) is not here.
std::uint32_t next_mask() {
  thread_local std::uint32_t state = 0x9e3779b9;
  state ^= state << 13U;
  state ^= state >> 17U;
  state ^= state << 5U;
  return state;
}

void append_masked(std::string& out, frame_type type, std::string_view payload) {
  out += static_cast<char>(0x80U | static_cast<std::uint8_t>(type));
  if (payload.size() < 126) {
    out += static_cast<char>(0x80U | payload.size());
  } else {
    out += static_cast<char>(0x80U | 126U);
    out += static_cast<char>(payload.size() >> 8U);
    out += static_cast<char>(payload.size() & 0xffU);
  }
  const auto mask = next_mask();
  char key[4];
  std::memcpy(key, &mask, sizeof key);
  out.append(key, sizeof key);
  for (std::size_t i = 0; i < payload.size(); ++i) out += static_cast<char>(payload[i] ^ key[i & 3U]);
}

}  // namespace

net::ssl_ctx_ptr client_context() {
  net::ssl_ctx_ptr context(SSL_CTX_new(TLS_client_method()));
  if (!context || SSL_CTX_set_min_proto_version(context.get(), TLS1_3_VERSION) != 1 ||
      SSL_CTX_set_ciphersuites(context.get(), "TLS_AES_128_GCM_SHA256") != 1 ||
      SSL_CTX_set1_groups_list(context.get(), "X25519") != 1)
    throw std::runtime_error("cannot set up TLS: " + net::take_openssl_error());
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                      SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_NONE, nullptr);
  SSL_CTX_set_read_ahead(context.get(), 1);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  return context;
}

connection::~connection() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void connection::start(SSL_CTX* context, std::uint16_t port, std::uint32_t index, std::string request,
                       SSL_SESSION* resume) {
  phase_ = phase::connecting;
  waiting_ = std::move(request);
  descriptor_ = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor_ < 0) return close(std::string("no socket: ") + std::strerror(errno));
  const int on = 1;
  ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::setsockopt(descriptor_, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  // An end is a reset: no port waits a minute for the next run.
  const linger at_once{1, 0};
  ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  const auto from = loopback(1 + index / clients_per_address, 0);
  const auto to = loopback(1, port);
  if (::bind(descriptor_, reinterpret_cast<const sockaddr*>(&from), sizeof from) != 0 ||
      (::connect(descriptor_, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0 &&
       errno != EINPROGRESS))
    return close(std::string("cannot connect: ") + std::strerror(errno));
  ssl_.reset(SSL_new(context));
  if (!ssl_ || SSL_set_fd(ssl_.get(), descriptor_) != 1) return close("out of memory");
  SSL_set_tlsext_host_name(ssl_.get(), "localhost");
  if (resume) {
    SSL_SESSION* copy = SSL_SESSION_dup(resume);
    SSL_set_session(ssl_.get(), copy);
    SSL_SESSION_free(copy);
  }
  SSL_set_connect_state(ssl_.get());
}

// True once the WebSocket is open, and what came after the answer is in partial_.
bool connection::opened(std::span<char> buffer) {
  if (phase_ == phase::connecting) {
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(descriptor_, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) {
      close(std::string("cannot connect: ") + std::strerror(error));
      return false;
    }
    phase_ = phase::handshaking;
  }
  if (phase_ == phase::handshaking) {
    const int done = SSL_do_handshake(ssl_.get());
    wants_write_ = false;
    if (done != 1) {
      fail(done, "TLS handshake");
      return false;
    }
    phase_ = phase::upgrading;
  }
  if (phase_ == phase::upgrading) flush();
  return phase_ == phase::upgrading && read_answer(buffer);
}

bool connection::read_answer(std::span<char> buffer) {
  const auto got = read(buffer);
  partial_.append(buffer.data(), got);
  const auto end = partial_.find("\r\n\r\n");
  if (end == std::string::npos) {
    constexpr std::size_t longest_head = 8192;
    if (partial_.size() > longest_head) close("answered the upgrade with a head above 8 KiB");
    return false;
  }
  if (!partial_.starts_with("HTTP/1.1 101")) {
    close("refused the upgrade: " + partial_.substr(0, partial_.find("\r\n")));
    return false;
  }
  partial_.erase(0, end + 4);
  phase_ = phase::open;
  return true;
}

std::size_t connection::read(std::span<char> room) {
  const int got = SSL_read(ssl_.get(), room.data(), static_cast<int>(room.size()));
  if (got > 0) return static_cast<std::size_t>(got);
  fail(got, "read");
  return 0;
}

// The kept beginning and what came now, in one piece: read() left room for it at the front of the buffer.
std::string_view connection::with_partial(std::span<char> buffer, std::size_t got) {
  const auto kept = partial_.size();
  std::memcpy(buffer.data(), partial_.data(), kept);
  partial_.clear();
  return {buffer.data(), kept + got};
}

void connection::send(frame_type type, std::string_view payload) {
  if (phase_ != phase::open) return;
  const bool was_waiting = !waiting_.empty();
  append_masked(waiting_, type, payload);
  if (!was_waiting) flush();
}

void connection::flush() {
  if (phase_ != phase::open && phase_ != phase::upgrading) return;
  wants_write_ = false;
  while (!waiting_.empty()) {
    const int written = SSL_write(ssl_.get(), waiting_.data(), static_cast<int>(waiting_.size()));
    if (written <= 0) return fail(written, "write");
    waiting_.erase(0, static_cast<std::size_t>(written));
  }
}

std::uint32_t connection::wanted_events() const {
  if (phase_ == phase::connecting) return EPOLLOUT;
  return wants_write_ ? EPOLLIN | EPOLLOUT : EPOLLIN;
}

void connection::close(std::string_view why) {
  if (phase_ == phase::closed) return;
  phase_ = phase::closed;
  why_ = why;
  ssl_.reset();
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

void connection::fail(int result, const char* doing) {
  const int saved = errno;
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      return;
    case SSL_ERROR_WANT_WRITE:
      wants_write_ = true;
      return;
    case SSL_ERROR_ZERO_RETURN:
      return close("closed the connection");
    case SSL_ERROR_SYSCALL:
      ERR_clear_error();
      return close(std::string(doing) + ": " + (saved == 0 ? "the connection ended" : std::strerror(saved)));
    default:
      return close(std::string(doing) + ": " + net::take_openssl_error());
  }
}

}  // namespace parley::bench
