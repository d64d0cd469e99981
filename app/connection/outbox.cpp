#include "app/connection/outbox.hpp"

namespace parley {

outbox::result outbox::write(std::span<const char> frames) {
  if (!waiting_.empty()) return waiting_.size() + frames.size() > limit_ ? result::full : keep(frames);
  const auto written = stream_.try_write(frames);
  if (!written.error) return result::sent;
  if (written.error != asio::error::would_block) return result::broken;
  // TLS has taken a part of what is left into its current record, so the rest is kept even where it is over
  // the limit.
  const auto kept = keep(frames.subspan(written.bytes));
  return waiting_.size() > limit_ ? result::full : kept;
}

outbox::result outbox::write_last(std::span<const char> frames) {
  keep(frames);
  return push();
}

net::awaitable<std::error_code> outbox::drain() {
  while (!waiting_.empty()) {
    const auto error = co_await stream_.wait(net::tcp_socket::wait_write);
    if (error) co_return error;
    if (push() == result::broken) co_return asio::error::broken_pipe;
  }
  co_return std::error_code{};
}

outbox::result outbox::push() {
  const auto written = stream_.try_write(waiting_);
  if (written.error && written.error != asio::error::would_block) {
    waiting_.clear();
    return result::broken;
  }
  waiting_.erase(0, written.bytes);
  if (!waiting_.empty()) return result::waiting;
  waiting_.shrink_to_fit();  // a quiet session holds no memory for the time it was slow
  return result::sent;
}

outbox::result outbox::keep(std::span<const char> frames) {
  waiting_.append(frames.data(), frames.size());
  return result::waiting;
}

}  // namespace parley
