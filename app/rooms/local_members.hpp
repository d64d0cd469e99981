#pragma once
// The members of every room who live on one shard, whatever shard the room's home is on: who gets its frames.

#include <array>
#include <map>

#include "app/rooms/room_answer.hpp"
#include "chat/broadcast.hpp"
#include "chat/fanout.hpp"
#include "chat/slice_batches.hpp"

namespace parley {

// For its shard's thread.
class local_members {
 public:
  // The subscription stays where it is until it is removed.
  void add(const chat::room_name& room, chat::subscription& who, seat where);
  void remove(const chat::room_name& room, chat::subscription& who);

  // Hands every member what is new for its slice, and says in `news` that it has been done.
  void deliver(const chat::room_name& room, chat::broadcast& news);

 private:
  using slices_of_room = std::array<chat::fanout, chat::slice_batches::slices>;
  std::map<chat::room_name, slices_of_room> rooms_;  // each stays where it is while it has members
};

}  // namespace parley
