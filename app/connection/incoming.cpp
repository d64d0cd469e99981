#include "app/connection/incoming.hpp"

namespace parley {
namespace {

// How many full buffers one client may have decoded before the other sessions of the shard get their turn.
constexpr std::size_t reads_per_turn = 8;

// An input buffer that grew past this is given back when it is empty.
constexpr std::size_t input_kept = 512;

}  // namespace

incoming::incoming(net::tls_stream& stream, shard_view& here, outgoing& out, connection_end& owner,
                   std::string first)
    : stream_(stream),
      here_(here),
      out_(out),
      owner_(owner),
      input_(std::move(first)),
      decoder_(here.shared.settings.limits.frame_size) {
  liveness_.received(chat::clock::now());
}

net::awaitable<std::optional<net::websocket_message>> incoming::receive() {
  for (;;) {
    while (auto message = decode()) {
      if (message->type == net::opcode::close) co_return message;
      if (out_.is_closed() || !is_in_pace()) continue;
      if (message->type == net::opcode::text) co_return message;
      if (message->type == net::opcode::ping) out_.send_frame(net::opcode::pong, message->payload);
      if (message->type == net::opcode::binary) owner_.end(chat::close_code::not_text);
    }
    if (const auto failure = decoder_.failure()) {
      owner_.end(static_cast<chat::close_code>(failure));
      co_return std::nullopt;
    }
    const auto gone = co_await read();
    if (gone) co_return std::nullopt;
  }
}

std::optional<net::websocket_message> incoming::decode() {
  auto rest = std::span<char>(input_).subspan(decoded_);
  auto message = decoder_.decode(rest);
  decoded_ = input_.size() - rest.size();
  return message;
}

net::awaitable<std::error_code> incoming::read() {
  input_.clear();  // the decoder has taken all of it
  if (input_.capacity() > input_kept) input_.shrink_to_fit();
  decoded_ = 0;
  if (++reads_ % reads_per_turn == 0) co_await asio::post(here_.io, net::use_tuple);
  const auto got = co_await stream_.read_some(here_.read_buffer);
  if (got.error) co_return got.error;
  input_.assign(here_.read_buffer.data(), got.bytes);
  liveness_.received(chat::clock::now());
  co_return std::error_code{};
}

// Whether one more frame is within limits.frame_rate; else says so.
bool incoming::is_in_pace() {
  const auto& most = here_.shared.settings.limits.frame_rate;
  const auto now = liveness_.last_received();
  if (frames_.try_take(now, most.count, most.per)) return true;
  const auto wait = frames_.wait(now, most.count, most.per);
  out_.refuse({chat::error_code::rate_limited, "Too many frames: at most " + to_text(most) + "."}, {}, {},
              std::chrono::ceil<chat::milliseconds>(wait));
  return false;
}

chat::time_point incoming::look(chat::time_point now) {
  const auto interval = here_.shared.settings.timeouts.ping;
  const bool asks = interval != chat::milliseconds::zero();
  if (asks && stream_.waits_at_gate()) return now + interval;  // what it says is not read meanwhile
  const auto step = liveness_.next(now, interval);
  if (step.what == liveness::action::gone) owner_.abort();
  if (step.what == liveness::action::ping) out_.send_frame(net::opcode::ping, "");
  return step.look_again;
}

}  // namespace parley
