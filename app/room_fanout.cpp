// How a room tells its members: frames gather at its home, and go to all shards together.

#include <algorithm>

#include "app/hosted_room.hpp"
#include "app/shard.hpp"
#include "net/websocket.hpp"

namespace parley {
namespace {

// A room that gathers more than this between two flushes is flushed before its time, or takes no more
// messages while the last flush has not come to all.
constexpr std::size_t largest_batch = 256 * 1024;
constexpr chat::milliseconds look_again{1};      // whether a flush is over that another shard still delivers
constexpr chat::milliseconds longest_commit{2};  // that a flush waits for

}  // namespace

void rooms::gather(hosted_room& home, std::string_view frame) {
  net::append_frame(home.gathering, net::opcode::text, frame);
  ++home.frames_gathered;
  if (home.gathering.size() >= largest_batch && may_flush(home)) return flush(home);
  if (home.next_flush == hosted_room::plan::none) {
    (void)may_flush(home);  // how long the last one took counts
    plan_flush(home, home.flushes.delay(chat::clock::now()));
  } else if (home.next_flush == hosted_room::plan::after_commit) {
    home.flush_timer.cancel();
    plan_flush(home, chat::clock::duration::zero());
  }
}

// It cannot tell its members as fast as people speak.
bool rooms::is_too_busy(hosted_room& home) {
  return home.gathering.size() >= largest_batch && !may_flush(home);
}

void rooms::plan_flush(hosted_room& home, chat::clock::duration delay) {
  home.next_flush = hosted_room::plan::when_due;
  if (delay == chat::clock::duration::zero()) {
    // At the end of this turn of the loop: what else arrived in it shares the flush.
    asio::post(here_.io(), [this, &home] {
      if (may_flush(home))
        flush(home);
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

// Not before the last flush has come to all: what another shard has not delivered yet would only queue there.
bool rooms::may_flush(hosted_room& home) {
  if (!home.under_way) return true;
  if (!home.under_way->is_over()) return false;
  // A pause saves something only where frames gather in it.
  if (home.under_way->frame_count() > 1) home.flushes.took(home.under_way->took());
  home.under_way = nullptr;
  home.room.next_flush(home.flushes.due());
  return true;
}

void rooms::flush_is_due(hosted_room& home) {
  if (!may_flush(home)) return plan_flush(home, look_again);
  const auto delay = home.flushes.delay(chat::clock::now());
  if (delay > chat::clock::duration::zero()) return plan_flush(home, delay);
  const bool waited = home.next_flush == hosted_room::plan::after_commit;
  if (waited || !home.room.is_storing()) return flush(home);
  // The log commits for this flush at this very moment.
  plan_flush(home, longest_commit);
  home.next_flush = hosted_room::plan::after_commit;
}

void rooms::flush(hosted_room& home) {
  home.next_flush = hosted_room::plan::none;
  if (home.gathering.empty()) return;  // a full batch went out before its time
  home.flushes.went(chat::clock::now());
  const auto frames = std::exchange(home.frames_gathered, 0);
  const auto has_members = [](std::size_t sockets) { return sockets != 0; };
  const auto& sockets = home.sockets_on;
  const auto shards = std::count_if(sockets.begin(), sockets.end(), has_members);
  home.under_way = std::make_shared<broadcast>(std::exchange(home.gathering, {}), frames,
                                               static_cast<std::size_t>(shards));
  for (std::size_t index = 0; index < sockets.size(); ++index)
    if (has_members(sockets[index]))
      here_.run_on(index, [name = home.name, news = home.under_way](shard& there) {
        there.local_rooms().deliver_here(name, *news);
      });
  (void)may_flush(home);
}

void rooms::flush_all() {
  for (const auto& [name, home] : homes_) flush(*home);
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

void rooms::deliver_here(const chat::room_name& name, broadcast& news) {
  const auto began = chat::clock::now();
  const auto found = local_.find(name);
  if (found != local_.end()) found->second.deliver(news.bytes());
  news.delivered(chat::clock::now() - began);
}

}  // namespace parley
