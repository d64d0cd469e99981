#pragma once
// What a room's home keeps for it; for the files of `rooms` alone.

#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "app/rooms/room_home.hpp"
#include "chat/flush_pacer.hpp"
#include "chat/pacer.hpp"
#include "chat/slice_batches.hpp"

namespace parley {

// A room at its home, and what it takes to tell the shards: the frames that became due and have not gone
// yet, and when the next flush and the next presence frame may go.
struct rooms::hosted_room {
  hosted_room(chat::room_name room_name, chat::room_record record, std::unique_ptr<chat::room_log> log,
              chat::room_settings settings, chat::milliseconds flush_interval,
              chat::milliseconds presence_interval, asio::io_context& io, std::size_t shards)
      : name(room_name),
        room(std::move(room_name), std::move(settings), std::move(record), std::move(log)),
        flushes(flush_interval),
        presences(presence_interval),
        flush_timer(io),
        presence_timer(io),
        retry_timer(io),
        sockets_on(shards) {}

  const chat::room_name name;
  chat::room room;
  chat::slice_batches gathering;
  std::size_t came = 0;  // sockets, ever
  // after_commit: it is due, and goes with what the log is committing for it.
  enum class plan : std::uint8_t { none, when_due, after_commit } next_flush = plan::none;
  chat::broadcasts_under_way under_way;
  chat::flush_pacer flushes;
  chat::pacer presences;
  net::timer flush_timer, presence_timer, retry_timer;
  bool presence_scheduled = false, retry_scheduled = false;
  std::vector<std::size_t> sockets_on;  // by shard: who gets batches

  // What is due when a change of the record is stored, or is not; in the order in which the log was given
  // them.
  std::deque<std::function<void(bool stored)>> changes_under_way;
};

}  // namespace parley
