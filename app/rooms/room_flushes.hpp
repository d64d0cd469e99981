#pragma once
// How a room's home tells the members: frames gather here, and go to all shards together when flush_schedule
// says so.

#include <string_view>

#include "app/rooms/room_context.hpp"
#include "app/rooms/sockets_in_room.hpp"
#include "chat/broadcast.hpp"
#include "chat/flush_schedule.hpp"
#include "chat/room.hpp"
#include "chat/slice_batches.hpp"

namespace parley {

// Belongs to a room's home, and goes with it when the shard's loop has ended. `room` and `sockets` are the
// home's.
class room_flushes {
 public:
  room_flushes(const room_context& shared, const chat::room_name& name, chat::room& room,
               const sockets_in_room& sockets);

  // One more frame, in JSON, for everybody who is in.
  void gather(std::string_view json);

  // Whether it cannot tell the members as fast as people speak.
  bool is_too_busy();

  // Sends all that has been gathered, now.
  void flush_all();

  // Where the next socket goes that comes in. The frames that were gathered before it are not for it: its
  // `joined` says what they say.
  seat next_seat();

 private:
  void carry_out(chat::flush_schedule::step step);
  chat::flush_schedule::circumstances circumstances();
  void flush_what_is_due();
  void flush(chat::slice_batches::batch batch);
  void settle();

  const room_context& shared_;
  const chat::room_name& name_;
  chat::room& room_;
  const sockets_in_room& sockets_;
  chat::slice_batches gathering_;
  chat::broadcasts_under_way under_way_;
  chat::flush_schedule schedule_;
  net::timer timer_;
  std::size_t came_ = 0;  // sockets, ever
};

}  // namespace parley
