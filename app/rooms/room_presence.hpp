#pragma once
// When a room tells its members who came and went: one frame an interval at most, the first at once.

#include "app/rooms/room_context.hpp"
#include "app/rooms/room_flushes.hpp"
#include "chat/pacer.hpp"
#include "chat/room.hpp"

namespace parley {

// Belongs to a room's home, and goes with it when the shard's loop has ended; so do `room` and `flushes`.
class room_presence {
 public:
  room_presence(const room_context& shared, chat::room& room, room_flushes& flushes)
      : room_(room), flushes_(flushes), pace_(shared.settings.presence.interval), timer_(shared.io) {}

  // Somebody may have come or gone.
  void changed() {
    if (scheduled_ || !room_.presence_changed()) return;
    scheduled_ = true;
    timer_.expires_after(pace_.delay(chat::clock::now()));
    timer_.async_wait([this](const std::error_code& error) {
      if (!error) tell();
    });
  }

 private:
  void tell() {
    scheduled_ = false;
    if (!room_.presence_changed()) return;  // who came has gone again
    pace_.went(chat::clock::now());
    flushes_.gather(room_.take_presence());
  }

  chat::room& room_;
  room_flushes& flushes_;
  chat::pacer pace_;
  net::timer timer_;
  bool scheduled_ = false;
};

}  // namespace parley
