// How a room tells its members: frames gather at its home, and go to all shards together.

#include "app/rooms/room_flushes.hpp"

#include <algorithm>

#include "app/log.hpp"
#include "app/shard.hpp"
#include "net/websocket.hpp"

namespace parley {
namespace {

// A room that gathers more than this is flushed before its time.
constexpr std::size_t largest_batch = 256 * 1024;
// A room of which more than this has not come to all shards takes no more messages.
constexpr std::size_t most_under_way = 4 * largest_batch;
constexpr chat::milliseconds look_again{1};      // whether a flush is over that another shard still delivers
constexpr chat::milliseconds longest_commit{2};  // that a flush waits for
constexpr std::chrono::microseconds usual_commit{400};

}  // namespace

void rooms::gather(hosted_room& home, std::string_view frame) {
  net::append_frame(home.gathering.add(), net::opcode::text, frame);
  if (home.gathering.size() >= largest_batch) return flush(home, home.gathering.take_all());
  if (home.next_flush == hosted_room::plan::none) {
    settle(home);
    const auto delay = home.flushes.delay(chat::clock::now());
    if (delay == chat::clock::duration::zero()) home.flushes.rested();
    plan_flush(home, delay);
  } else if (home.next_flush == hosted_room::plan::after_commit) {
    home.flush_timer.cancel();
    plan_flush(home, chat::clock::duration::zero());
  }
}

// It cannot tell its members as fast as people speak.
bool rooms::is_too_busy(hosted_room& home) {
  settle(home);
  return home.under_way.bytes() >= most_under_way;
}

void rooms::plan_flush(hosted_room& home, chat::clock::duration delay) {
  home.next_flush = hosted_room::plan::when_due;
  if (delay == chat::clock::duration::zero()) {
    // At the end of this turn of the loop: what else arrived in it shares the flush.
    asio::post(here_.io(), [this, &home] {
      if (may_flush(home))
        flush_what_is_due(home);
      else
        plan_flush(home, look_again);
    });
  } else {
    home.flush_timer.expires_after(delay);
    home.flush_timer.async_wait([this, &home](const std::error_code& error) {
      if (!error) flush_is_due(home);
    });
  }
}

// What the shards have to say of the flushes that they were given.
void rooms::settle(hosted_room& home) {
  const bool were_turns = home.flushes.in_turns();
  home.under_way.settle([&](const chat::flush_pacer::flush& how) { home.flushes.took(how); });
  if (home.flushes.in_turns() != were_turns)
    spdlog::debug("the room {} tells its members {}", home.name.str(),
                  were_turns ? "all at once" : "by turns");
  // With turns each of which goes on at once, the log is to be ready when one is due.
  const auto ahead = home.flushes.in_turns() ? usual_commit : usual_commit.zero();
  home.room.next_flush(home.flushes.due() - ahead);
}

// Not before the last flush has come to all, since what another shard has not delivered yet would only queue
// there; but a shard that is busy with others does not hold this room's other members up for long, unless it
// falls behind.
bool rooms::may_flush(hosted_room& home) {
  settle(home);
  const auto behind = static_cast<int>(home.under_way.count());
  return behind == 0 || chat::clock::now() >= home.flushes.due() + behind * home.flushes.longest_pause();
}

void rooms::flush_is_due(hosted_room& home) {
  if (!may_flush(home)) return plan_flush(home, look_again);
  const auto delay = home.flushes.delay(chat::clock::now());
  if (delay > chat::clock::duration::zero()) return plan_flush(home, delay);
  const bool waited = home.next_flush == hosted_room::plan::after_commit;
  const bool is_ready = home.flushes.in_turns() && home.gathering.has_news();
  if (waited || is_ready || !home.room.is_storing()) return flush_what_is_due(home);
  // The log commits for this flush at this very moment.
  plan_flush(home, longest_commit);
  home.next_flush = hosted_room::plan::after_commit;
}

void rooms::flush_what_is_due(hosted_room& home) {
  flush(home, home.flushes.in_turns() ? home.gathering.take_turn() : home.gathering.take_all());
}

void rooms::flush(hosted_room& home, chat::slice_batches::batch batch) {
  home.next_flush = hosted_room::plan::none;
  if (batch.bytes.empty()) return;  // a full batch went out before its time
  const auto now = chat::clock::now();
  home.flushes.went(now);
  const auto has_members = [](std::size_t sockets) { return sockets != 0; };
  const auto& sockets = home.sockets_on;
  const auto shards = std::count_if(sockets.begin(), sockets.end(), has_members);
  const auto news =
      std::make_shared<chat::broadcast>(std::move(batch), now, static_cast<std::size_t>(shards));
  home.under_way.add(news);
  for (std::size_t index = 0; index < sockets.size(); ++index)
    if (has_members(sockets[index]))
      here_.run_on(index,
                   [name = home.name, news](shard& there) { there.local_rooms().deliver_here(name, *news); });
  settle(home);
  if (home.gathering.size() != 0) plan_flush(home, home.flushes.delay(chat::clock::now()));
}

void rooms::flush_all() {
  for (const auto& [name, home] : homes_) flush(*home, home->gathering.take_all());
}

void rooms::schedule_presence(hosted_room& home) {
  if (home.presence_scheduled || !home.room.presence_changed()) return;
  home.presence_scheduled = true;
  home.presence_timer.expires_after(home.presences.delay(chat::clock::now()));
  home.presence_timer.async_wait([this, &home](const std::error_code& error) {
    if (!error) send_presence(home);
  });
}

void rooms::send_presence(hosted_room& home) {
  home.presence_scheduled = false;
  if (!home.room.presence_changed()) return;  // who came has gone again
  home.presences.went(chat::clock::now());
  gather(home, home.room.take_presence());
}

void rooms::deliver_here(const chat::room_name& name, chat::broadcast& news) {
  const auto began = chat::clock::now();
  if (const auto found = local_.find(name); found != local_.end()) {
    auto& slices = found->second;
    for (std::size_t i = 0; i < slices.size(); ++i)
      if (const auto frames = news.bytes_of(i); !frames.empty()) slices[i].deliver(frames);
  }
  news.delivered(chat::clock::now() - began);
}

}  // namespace parley
