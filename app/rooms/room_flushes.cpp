#include "app/rooms/room_flushes.hpp"

#include <algorithm>

#include <spdlog/spdlog.h>

#include "net/websocket.hpp"

namespace parley {
namespace {

// A room that gathers more than this is flushed before its time.
constexpr std::size_t largest_batch = 256 * 1024;
// A room of which more than this has not come to all shards takes no more messages.
constexpr std::size_t most_under_way = 4 * largest_batch;
constexpr std::chrono::microseconds usual_commit{400};

}  // namespace

room_flushes::room_flushes(const room_context& shared, const chat::room_name& name, chat::room& room,
                           const sockets_in_room& sockets)
    : shared_(shared),
      name_(name),
      room_(room),
      sockets_(sockets),
      schedule_(shared.settings.fanout.flush_interval),
      timer_(shared.io) {}

void room_flushes::gather(std::string_view json) {
  net::append_frame(gathering_.add(), net::opcode::text, json);
  if (gathering_.size() >= largest_batch) return flush(gathering_.take_all());
  if (schedule_.where() == chat::flush_schedule::state::idle) settle();
  carry_out(schedule_.gathered(chat::clock::now()));
}

void room_flushes::carry_out(chat::flush_schedule::step step) {
  using action = chat::flush_schedule::step::action;
  switch (step.what) {
    case action::nothing:
      return;
    case action::flush:
      return flush_what_is_due();
    case action::call_at_end_of_turn:
      timer_.cancel();
      return asio::post(shared_.io, [this] {
        const auto how = circumstances();
        carry_out(schedule_.turn_ended(chat::clock::now(), how));
      });
    case action::sleep:
      timer_.expires_at(step.until);
      return timer_.async_wait([this](const std::error_code& error) {
        if (error) return;
        const auto how = circumstances();
        carry_out(schedule_.woke(chat::clock::now(), how));
      });
  }
}

chat::flush_schedule::circumstances room_flushes::circumstances() {
  settle();
  return {under_way_.count(), room_.is_storing(), gathering_.has_news()};
}

// What the shards have to say of the flushes that they were given.
void room_flushes::settle() {
  auto& pacer = schedule_.pacer();
  const bool were_turns = pacer.in_turns();
  under_way_.settle([&](const chat::flush_pacer::flush& how) { pacer.took(how); });
  if (pacer.in_turns() != were_turns)
    spdlog::debug("the room {} tells its members {}", name_.str(), were_turns ? "all at once" : "by turns");
  // With turns each of which goes on at once, the log is to be ready when one is due.
  const auto ahead = pacer.in_turns() ? usual_commit : usual_commit.zero();
  room_.next_flush(pacer.due() - ahead);
}

bool room_flushes::is_too_busy() {
  settle();
  return under_way_.bytes() >= most_under_way;
}

void room_flushes::flush_what_is_due() {
  flush(schedule_.pacer().in_turns() ? gathering_.take_turn() : gathering_.take_all());
}

void room_flushes::flush_all() {
  flush(gathering_.take_all());
}

void room_flushes::flush(chat::slice_batches::batch batch) {
  if (batch.bytes.empty()) return schedule_.was_empty();
  const auto now = chat::clock::now();
  schedule_.went(now);
  const auto& on_shards = sockets_.on_shards();
  const auto shards = on_shards.size() - static_cast<std::size_t>(std::ranges::count(on_shards, 0U));
  const auto news = std::make_shared<chat::broadcast>(std::move(batch), now, shards);
  under_way_.add(news);
  for (std::size_t shard = 0; shard < on_shards.size(); ++shard)
    if (on_shards[shard] != 0) shared_.around.deliver(shard, name_, news);
  settle();
  if (gathering_.size() != 0) carry_out(schedule_.left_over(chat::clock::now()));
}

seat room_flushes::next_seat() {
  const auto slice = chat::slice_batches::slice_of(came_++);
  return {slice, gathering_.size_for(slice)};
}

}  // namespace parley
