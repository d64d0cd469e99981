#include "app/connection/outgoing.hpp"

#include <algorithm>

namespace parley {
namespace {

// Of what waits, so many bytes have to be taken within timeouts.response, or all of it.
constexpr std::size_t least_progress = 1024;

}  // namespace

outgoing::outgoing(net::tls_stream& stream, asio::io_context& io, const config& settings,
                   connection_end& owner)
    : stream_(stream),
      io_(io),
      limits_(settings.limits),
      patience_(settings.timeouts.response),
      owner_(owner),
      outbox_(stream, settings.fanout.outbox_limit) {}

void outgoing::send_frame(net::opcode type, std::string_view payload) {
  std::string frame;
  net::append_frame(frame, type, payload);
  deliver(frame);
}

void outgoing::deliver(std::span<const char> frames) noexcept {
  if (closed_) return;
  try {
    settle(outbox_.write(frames));
  } catch (const std::bad_alloc&) {
    // A part of the frames may be lost, so this connection is over; the others may fare better.
    owner_.abort();
  }
}

void outgoing::refuse(chat::refusal why, std::string id, std::string room,
                      std::optional<chat::milliseconds> retry_after) {
  const auto code = why.code;
  refused(chat::to_json(chat::error_frame{std::move(why), std::move(id), std::move(room), retry_after}),
          code);
}

void outgoing::refused(std::string_view json, chat::error_code why) {
  send(json);
  if (why == chat::error_code::unavailable) return;  // nobody floods with what the server could not do
  if (refusals_.try_take(chat::clock::now(), limits_.flood.count, limits_.flood.per)) return;
  owner_.end(chat::close_code::flood);
}

void outgoing::close(std::uint16_t code, std::string_view reason) {
  closed_ = true;
  std::string frame;
  net::append_close_frame(frame, code, reason);
  settle(outbox_.write_last(frame));
}

void outgoing::settle(outbox::result result) {
  switch (result) {
    case outbox::result::sent:
      return;
    case outbox::result::waiting:
      return spawn_drain();
    case outbox::result::full:
      return owner_.end(chat::close_code::too_slow);
    case outbox::result::broken:
      return owner_.abort();
  }
}

void outgoing::spawn_drain() {
  if (draining_) return;
  draining_ = true;
  expect_progress(chat::clock::now(), stream_.delivered());
  asio::co_spawn(
      io_, outbox_.drain(),
      [this, alive = owner_.keep_alive()](const std::exception_ptr& failure, std::error_code broken) {
        draining_ = false;
        if (failure || broken) owner_.abort();
      });
}

chat::time_point outgoing::look(chat::time_point now) {
  if (now < look_at_) return look_at_;
  const auto kernel = stream_.delivered();
  if (kernel.taken - taken_then_ < std::min<std::uint64_t>(waited_then_, least_progress)) {
    owner_.abort();
    return chat::time_point::max();
  }
  expect_progress(now, kernel);
  return look_at_;
}

void outgoing::expect_progress(chat::time_point now, const net::tls_stream::delivery& kernel) {
  taken_then_ = kernel.taken;
  waited_then_ = kernel.under_way + outbox_.size();
  look_at_ = now + patience_;
  owner_.wake_by(look_at_);
}

}  // namespace parley
