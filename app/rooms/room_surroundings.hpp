#pragma once
// What surrounds the rooms of one shard: the other shards, the sockets, the disk. The shard is it; rooms know
// no sessions.

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include <tl/expected.hpp>

#include "app/rooms/room_answer.hpp"
#include "app/rooms/room_request.hpp"
#include "chat/broadcast.hpp"
#include "chat/room_log.hpp"

namespace parley {

// For its own shard's thread. What is given for one shard comes there in the order in which it was given; for
// its own it comes at once, within the call.
class room_surroundings {
 public:
  virtual std::size_t shard_count() const = 0;

  // To the home's shard.
  virtual void forward(std::size_t index, room_request request) = 0;
  // Where the socket has gone and the answer is `entered`, the home gets a leave_room.
  virtual void answer(room_answer answer) = 0;
  // To the members of a room on a shard.
  virtual void deliver(std::size_t index, const chat::room_name& room,
                       std::shared_ptr<chat::broadcast> news) = 0;
  // To all sockets of a user, in whatever rooms they are.
  virtual void tell_user(const std::string& user_key, std::string json) = 0;

  // The log of a new room, which is made on the disk: `then` is called on this shard, later, with the log or
  // with why there is none. That has been logged where an operator has to know it.
  using opened_log = tl::expected<std::unique_ptr<chat::room_log>, std::string>;
  virtual void open_log(const chat::room_name& room, const chat::room_record& record,
                        std::function<void(opened_log)> then) = 0;

 protected:
  ~room_surroundings() = default;
};

}  // namespace parley
