// The floor: the least a broadcast server over WSS can do. One epoll loop and OpenSSL on the descriptor; no
// users, no limits, no rooms, no history; every client's text message goes to all as it is. What a real
// server costs above it is what its features cost.
//
//   parley-floor --certificate FILE --key FILE [--flush MODE]
//
// MODE: `each` writes every message to every member by itself; `turn` gathers what one turn of the loop has
// read; a number of milliseconds gathers for so long after the last flush (a lone message waits for nothing).

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/sha.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench/clock.hpp"
#include "net/openssl.hpp"

namespace parley::bench {
namespace {

struct member {
  int descriptor = -1;
  net::ssl_ptr ssl;
  bool open = false;  // the WebSocket is
  bool gone = false;
  std::size_t place = 0;
  std::string input;   // an unfinished request or frame
  std::string output;  // what the socket would not take
};

class floor_server {
 public:
  floor_server(SSL_CTX* context, bool each, nanoseconds interval)
      : context_(context), each_(each), interval_(interval), epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        ::listen(listener_, 4096) != 0 ||
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
      throw std::runtime_error(std::string("cannot listen: ") + std::strerror(errno));
    port_ = ntohs(address.sin_port);
    watch(EPOLL_CTL_ADD, listener_, EPOLLIN, nullptr);
  }

  int port() const { return port_; }

  [[noreturn]] void run() {
    std::array<epoll_event, 512> ready;
    for (;;) {
      const int count = ::epoll_wait(epoll_, ready.data(), static_cast<int>(ready.size()), timeout());
      for (int i = 0; i < count; ++i) {
        auto* who = static_cast<member*>(ready[static_cast<std::size_t>(i)].data.ptr);
        if (!who) {
          accept_all();
        } else {
          advance(*who, ready[static_cast<std::size_t>(i)].events);
        }
      }
      if (!batch_.empty() && now() >= last_flush_ + interval_) flush();
      gone_.clear();
    }
  }

 private:
  int timeout() const {
    if (batch_.empty()) return -1;
    const auto left = last_flush_ + interval_ - now();
    return left <= 0 ? 0 : static_cast<int>((left + millisecond - 1) / millisecond);
  }

  void watch(int action, int descriptor, std::uint32_t events, member* who) {
    epoll_event wanted{};
    wanted.events = events;
    wanted.data.ptr = who;
    ::epoll_ctl(epoll_, action, descriptor, &wanted);
  }

  void accept_all() {
    for (int socket; (socket = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0;) {
      const int on = 1;
      ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      auto added = std::make_unique<member>();
      added->descriptor = socket;
      added->ssl.reset(SSL_new(context_));
      SSL_set_fd(added->ssl.get(), socket);
      SSL_set_accept_state(added->ssl.get());
      added->place = members_.size();
      watch(EPOLL_CTL_ADD, socket, EPOLLIN, added.get());
      members_.push_back(std::move(added));
    }
  }

  void advance(member& who, std::uint32_t events) {
    if (who.gone) return;
    if ((events & EPOLLOUT) != 0 && !push(who)) return;
    for (;;) {
      const int got = SSL_read(who.ssl.get(), buffer_.data(), static_cast<int>(buffer_.size()));
      if (got <= 0) {
        const int why = SSL_get_error(who.ssl.get(), got);
        ERR_clear_error();
        if (why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE) remove(who);
        return;
      }
      who.input.append(buffer_.data(), static_cast<std::size_t>(got));
      if (!who.open && !upgrade(who)) return;
      if (!take_frames(who)) return remove(who);
    }
  }

  bool upgrade(member& who) {
    const auto end = who.input.find("\r\n\r\n");
    if (end == std::string::npos) return true;
    constexpr std::string_view name = "Sec-WebSocket-Key: ";
    const auto found = who.input.find(name);
    if (found == std::string::npos || found > end) {
      remove(who);
      return false;
    }
    const auto begin = found + name.size();
    const auto challenge = who.input.substr(begin, who.input.find("\r\n", begin) - begin) +
                           "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    unsigned char digest[SHA_DIGEST_LENGTH];
    SHA1(reinterpret_cast<const unsigned char*>(challenge.data()), challenge.size(), digest);
    unsigned char text[32];
    EVP_EncodeBlock(text, digest, sizeof digest);
    who.open = true;
    who.input.erase(0, end + 4);
    return send(who,
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                "Sec-WebSocket-Accept: " +
                    std::string(reinterpret_cast<char*>(text)) + "\r\n\r\n");
  }

  // Masked frames below 64 KiB; every text message goes to all. False: the client has closed or broken the
  // protocol.
  bool take_frames(member& who) {
    if (!who.open) return true;
    std::size_t at = 0;
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(who.input[at + i]); };
    while (who.input.size() - at >= 6) {
      std::size_t size = byte(1) & 0x7fU, head = 2;
      if (size == 127 || (byte(1) & 0x80U) == 0) return false;
      if (size == 126) {
        size = byte(2) * 256U + byte(3);
        head = 4;
      }
      if (who.input.size() - at < head + 4 + size) break;
      const auto opcode = byte(0) & 0x0fU;
      const char* mask = who.input.data() + at + head;
      char* payload = who.input.data() + at + head + 4;
      for (std::size_t i = 0; i < size; ++i) payload[i] = static_cast<char>(payload[i] ^ mask[i & 3U]);
      if (opcode == 8) return false;
      if (opcode == 1) broadcast({payload, size});
      at += head + 4 + size;
    }
    who.input.erase(0, at);
    return true;
  }

  void broadcast(std::string_view payload) {
    batch_ += static_cast<char>(0x81);
    if (payload.size() < 126) {
      batch_ += static_cast<char>(payload.size());
    } else {
      batch_ += static_cast<char>(126);
      batch_ += static_cast<char>(payload.size() >> 8U);
      batch_ += static_cast<char>(payload.size() & 0xffU);
    }
    batch_ += payload;
    if (each_) flush();
  }

  void flush() {
    last_flush_ = now();
    for (std::size_t i = members_.size(); i-- > 0;)
      if (members_[i]->open) send(*members_[i], batch_);
    batch_.clear();
  }

  bool send(member& who, std::string_view bytes) {
    if (who.output.empty()) {
      const int sent = SSL_write(who.ssl.get(), bytes.data(), static_cast<int>(bytes.size()));
      if (sent > 0) bytes.remove_prefix(static_cast<std::size_t>(sent));
      if (bytes.empty()) return true;
      watch(EPOLL_CTL_MOD, who.descriptor, EPOLLIN | EPOLLOUT, &who);
      ERR_clear_error();
    }
    who.output += bytes;
    return true;
  }

  bool push(member& who) {
    while (!who.output.empty()) {
      const int sent = SSL_write(who.ssl.get(), who.output.data(), static_cast<int>(who.output.size()));
      if (sent <= 0) {
        const int why = SSL_get_error(who.ssl.get(), sent);
        ERR_clear_error();
        if (why == SSL_ERROR_WANT_WRITE || why == SSL_ERROR_WANT_READ) return true;
        remove(who);
        return false;
      }
      who.output.erase(0, static_cast<std::size_t>(sent));
    }
    watch(EPOLL_CTL_MOD, who.descriptor, EPOLLIN, &who);
    return true;
  }

  // Kept until the end of the turn: other events of this turn may still point to it.
  void remove(member& who) {
    ::close(who.descriptor);
    who.open = false;
    who.gone = true;
    auto& last = members_.back();
    last->place = who.place;
    std::swap(members_[who.place], last);
    gone_.push_back(std::move(members_.back()));
    members_.pop_back();
  }

  SSL_CTX* context_;
  const bool each_;
  const nanoseconds interval_;
  int epoll_, listener_ = -1, port_ = 0;
  std::vector<std::unique_ptr<member>> members_, gone_;
  std::string batch_;
  nanoseconds last_flush_ = 0;
  std::array<char, 16 * 1024> buffer_;
};

int serve(const std::string& certificate, const std::string& key, const std::string& flush) {
  std::signal(SIGPIPE, SIG_IGN);
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  const net::ssl_ctx_ptr context(SSL_CTX_new(TLS_server_method()));
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                      SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_read_ahead(context.get(), 1);
  if (SSL_CTX_use_certificate_chain_file(context.get(), certificate.c_str()) != 1 ||
      SSL_CTX_use_PrivateKey_file(context.get(), key.c_str(), SSL_FILETYPE_PEM) != 1)
    throw std::runtime_error("cannot use " + certificate + " and " + key + ": " + net::take_openssl_error());
  const bool each = flush == "each";
  floor_server server(context.get(), each,
                      each || flush == "turn" ? 0 : std::strtoll(flush.c_str(), nullptr, 10) * millisecond);
  std::printf("listening on https://localhost:%d\n", server.port());
  std::fflush(stdout);
  server.run();
}

}  // namespace
}  // namespace parley::bench

int main(int argc, char** argv) {
  CLI::App app("The least a broadcast server over WSS can do, to measure others against.", "parley-floor");
  std::string certificate, key, flush = "each";
  app.add_option("--certificate", certificate, "PEM file")->required();
  app.add_option("--key", key, "PEM file")->required();
  app.add_option("--flush", flush, "each, turn, or milliseconds to gather for")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  try {
    return parley::bench::serve(certificate, key, flush);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "parley-floor: %s\n", error.what());
    return 1;
  }
}
