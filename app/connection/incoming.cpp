#include "app/connection/incoming.hpp"

#include <algorithm>
#include <utility>

#include "chat/client_frame.hpp"

namespace parley {
namespace {

// What decrypting, unmasking and checking take for each byte, whatever the message turns out to be.
constexpr std::chrono::nanoseconds decoding_price{5};

// How many full buffers one client may have decoded before the other sessions of the shard get their turn.
constexpr std::size_t reads_per_turn = 8;

// An input buffer that grew past this is given back when it is empty.
constexpr std::size_t input_kept = 512;

}  // namespace

incoming::incoming(net::tls_stream& stream, shard_view& here, outgoing& out, work_account& work,
                   connection_end& owner, std::string first)
    : stream_(stream),
      here_(here),
      out_(out),
      work_(work),
      owner_(owner),
      input_(std::move(first)),
      decoder_(here.shared.settings.limits.frame_size) {
  liveness_.received(chat::clock::now());
}

net::awaitable<std::optional<net::websocket_message>> incoming::receive() {
  for (;;) {
    if (!work_.has_turn(liveness_.last_received())) {
      const bool goes_on = co_await work_.next_turn(stream_, here_.io);
      if (!goes_on) co_return std::nullopt;
      liveness_.excuse(chat::clock::now());  // the wait was ours
    }
    auto message = decode();
    if (!message) {
      if (const auto failure = decoder_.failure()) {
        owner_.end(static_cast<chat::close_code>(failure));
        co_return std::nullopt;
      }
      const auto gone = co_await read();
      if (gone) co_return std::nullopt;
      continue;
    }
    if (message->type == net::opcode::close) co_return message;
    if (out_.is_closed() || !is_in_pace(*message)) continue;
    if (message->type == net::opcode::text) co_return message;
    if (message->type == net::opcode::ping) out_.send_frame(net::opcode::pong, message->payload);
    if (message->type == net::opcode::binary) owner_.end(chat::close_code::not_text);
  }
}

std::optional<net::websocket_message> incoming::decode() {
  auto rest = std::span<char>(input_).subspan(decoded_);
  const auto before = rest.size();
  auto message = decoder_.decode(rest);
  decoded_ = input_.size() - rest.size();
  on_wire_ += before - rest.size();
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

// Whether one more message is within limits.frame_rate and limits.byte_rate; else says so.
bool incoming::is_in_pace(const net::websocket_message& message) {
  const auto& limits = here_.shared.settings.limits;
  const auto now = liveness_.last_received();
  const auto bytes = std::exchange(on_wire_, 0);
  work_.charge(now, decoding_price * static_cast<chat::clock::rep>(bytes));
  const auto& frames = limits.frame_rate;
  if (!frames_.try_take(now, frames.count, frames.per)) {
    refuse(message, "Too many frames: at most " + to_text(frames) + ".",
           frames_.wait(now, frames.count, frames.per));
    return false;
  }
  const auto& most = limits.byte_rate;
  const auto counted = std::min(bytes, most.count);  // a short text in many fragments may be longer
  if (bytes_.try_take(now, most.count, most.per, counted)) return true;
  refuse(message, "Too much at once: at most " + byte_rate_to_text(most) + ".",
         bytes_.wait(now, most.count, most.per, counted));
  return false;
}

void incoming::refuse(const net::websocket_message& message, std::string why, chat::clock::duration wait) {
  const work_account::meter meter(work_);
  auto names =
      message.type == net::opcode::text ? chat::names_of_frame(message.payload) : chat::frame_names{};
  out_.refuse({chat::error_code::rate_limited, std::move(why)}, std::move(names.id), std::move(names.room),
              std::chrono::ceil<chat::milliseconds>(wait));
}

chat::time_point incoming::look(chat::time_point now) {
  const auto interval = here_.shared.settings.timeouts.ping;
  const bool asks = interval != chat::milliseconds::zero();
  if (asks && stream_.is_paused()) return now + interval;  // what it says is not read meanwhile
  const auto step = liveness_.next(now, interval);
  if (step.what == liveness::action::gone) owner_.abort();
  if (step.what == liveness::action::ping) out_.send_frame(net::opcode::ping, "");
  return step.look_again;
}

}  // namespace parley
