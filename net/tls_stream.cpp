#include "net/tls_stream.hpp"

#include <algorithm>
#include <cerrno>
#include <climits>

#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

namespace parley::net {
namespace {

constexpr unsigned char tls_handshake_record = 0x16;  // RFC 8446, 5.1: the first byte of every TLS connection

// Throws away what has arrived; false when nothing more will come. (Not in the coroutine: its locals live in
// its frame.)
bool discard(int descriptor) {
  char scratch[4096];
  const auto size = ::recv(descriptor, scratch, sizeof scratch, MSG_DONTWAIT);
  return size > 0 || (size < 0 && (errno == EAGAIN || errno == EINTR));
}

// SSL_get_error() takes whatever is in the thread's queue for the error of the call before it, so the queue
// has to be empty then. It nearly always is: a look is cheaper than clearing it.
void empty_error_queue() {
  if (ERR_peek_error() != 0) ERR_clear_error();
}

}  // namespace

tls_stream::tls_stream(tcp_socket socket, ssl_ptr ssl) : socket_(std::move(socket)), ssl_(std::move(ssl)) {
  std::error_code ignored;  // a socket that is gone already shows at the first read
  socket_.non_blocking(true, ignored);
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  SSL_set_fd(ssl_.get(), socket_.native_handle());
  SSL_set_accept_state(ssl_.get());
}

awaitable<std::error_code> tls_stream::wait(tcp_socket::wait_type what) {
  if (aborted_) co_return asio::error::operation_aborted;
  auto [error] = co_await socket_.async_wait(what, use_tuple);
  if (aborted_) co_return asio::error::operation_aborted;
  co_return error;
}

awaitable<tls_stream::first_byte> tls_stream::peek() {
  for (;;) {
    unsigned char byte = 0;
    const auto size = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (size == 1) co_return first_byte{{}, byte == tls_handshake_record};
    if (size == 0) co_return first_byte{asio::error::eof};
    if (errno != EAGAIN && errno != EINTR) co_return first_byte{{errno, std::system_category()}};
    const auto error = co_await wait(tcp_socket::wait_read);
    if (error) co_return first_byte{error};
  }
}

void tls_stream::refuse_in_clear(std::string_view bytes) noexcept {
  [[maybe_unused]] const auto sent =
      ::send(socket_.native_handle(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  broken_ = true;
  ::shutdown(socket_.native_handle(), SHUT_WR);
}

// While it lives, abort() cancels the timer.
struct tls_stream::pausing {
  pausing(tls_stream& stream, timer& wait) : stream_(stream) { stream_.pause_ = &wait; }
  pausing(const pausing&) = delete;
  pausing& operator=(const pausing&) = delete;
  ~pausing() { stream_.pause_ = nullptr; }

 private:
  tls_stream& stream_;
};

awaitable<bool> tls_stream::pass(turn_gate& gate, turn_gate::step which) {
  timer wait(gate.io());
  const pausing here(*this, wait);
  const bool granted = co_await gate.turn(which, wait);
  co_return granted && !aborted_;
}

awaitable<bool> tls_stream::pause(timer::duration time) {
  if (aborted_) co_return false;
  timer wait(socket_.get_executor(), time);
  const pausing here(*this, wait);
  co_await wait.async_wait(use_tuple);
  co_return !aborted_;
}

awaitable<std::error_code> tls_stream::handshake(turn_gate& gate) {
  for (;;) {
    empty_error_queue();
    const int result = SSL_do_handshake(ssl_.get());
    if (result == 1) co_return std::error_code{};
    const auto next = judge(result);
    if (next.error) co_return next.error;
    const auto error = co_await wait(next.wait_for);
    if (error) co_return error;
    const bool granted = co_await pass(gate, turn_gate::step::next);
    if (!granted) co_return asio::error::operation_aborted;
  }
}

awaitable<io_result> tls_stream::read_some(std::span<char> buffer) {
  for (;;) {
    if (aborted_) co_return io_result{asio::error::operation_aborted};
    if (broken_) co_return io_result{asio::error::connection_reset};
    empty_error_queue();
    const int size =
        SSL_read(ssl_.get(), buffer.data(), static_cast<int>(std::min<std::size_t>(buffer.size(), INT_MAX)));
    if (size > 0) co_return io_result{{}, static_cast<std::size_t>(size)};
    const auto next = judge(size);
    if (next.error) co_return io_result{next.error};
    const auto error = co_await wait(next.wait_for);
    if (error) co_return io_result{error};
  }
}

io_result tls_stream::try_write(std::span<const char> bytes) noexcept {
  std::size_t written = 0;
  if (aborted_) return {asio::error::operation_aborted};
  if (broken_) return {asio::error::connection_reset};
  // A record holds 16 KiB, so a partial write of more than that is not yet a full socket.
  while (written < bytes.size()) {
    const auto left = std::min<std::size_t>(bytes.size() - written, INT_MAX);
    empty_error_queue();
    const int size = SSL_write(ssl_.get(), bytes.data() + written, static_cast<int>(left));
    if (size > 0) {
      written += static_cast<std::size_t>(size);
      continue;
    }
    const auto next = judge(size);
    return {next.error ? next.error : std::error_code(asio::error::would_block), written};
  }
  return {{}, written};
}

awaitable<std::error_code> tls_stream::write(std::span<const char> bytes) {
  while (!bytes.empty()) {
    const auto result = try_write(bytes);
    bytes = bytes.subspan(result.bytes);
    if (result.error == asio::error::would_block) {
      const auto error = co_await wait(tcp_socket::wait_write);
      if (error) co_return error;
    } else if (result.error) {
      co_return result.error;
    }
  }
  co_return std::error_code{};
}

tls_stream::delivery tls_stream::delivered() const noexcept {
  int under_way = 0;
  if (::ioctl(SSL_get_wfd(ssl_.get()), SIOCOUTQ, &under_way) != 0) return {};
  const auto waiting = static_cast<std::size_t>(under_way);
  const auto written = BIO_number_written(SSL_get_wbio(ssl_.get()));
  return {written - std::min<std::uint64_t>(written, waiting), waiting};
}

void tls_stream::close_sending() noexcept {
  if (!broken_ && SSL_is_init_finished(ssl_.get())) {
    SSL_shutdown(ssl_.get());
    ERR_clear_error();
  }
  broken_ = true;
  ::shutdown(socket_.native_handle(), SHUT_WR);
}

awaitable<void> tls_stream::linger() {
  for (;;) {
    const auto error = co_await wait(tcp_socket::wait_read);
    if (error || !discard(socket_.native_handle())) co_return;
  }
}

void tls_stream::abort() noexcept {
  aborted_ = true;
  std::error_code ignored;
  socket_.set_option(asio::socket_base::linger(true, 0), ignored);
  socket_.cancel(ignored);
  if (pause_) pause_->cancel();
}

tls_stream::verdict tls_stream::judge(int result) noexcept {
  const int saved_errno = errno;
  const int error = SSL_get_error(ssl_.get(), result);
  ERR_clear_error();  // the queue is per thread: what is left there would be taken for the next stream's
                      // error
  switch (error) {
    case SSL_ERROR_WANT_READ:
      return {{}, tcp_socket::wait_read};
    case SSL_ERROR_WANT_WRITE:
      return {{}, tcp_socket::wait_write};
    case SSL_ERROR_ZERO_RETURN:
      return {asio::error::eof};
    case SSL_ERROR_SYSCALL:
      broken_ = true;
      return {saved_errno == 0 ? std::error_code(asio::error::eof)
                               : std::error_code(saved_errno, std::system_category())};
    default:
      broken_ = true;
      return {std::make_error_code(std::errc::protocol_error)};
  }
}

}  // namespace parley::net
