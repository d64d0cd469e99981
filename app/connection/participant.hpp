#pragma once
// Somebody who is logged in, at one socket: what the parts of a conversation have in common.

#include <memory>
#include <string>
#include <utility>

#include "app/accounts/login_directory.hpp"
#include "app/accounts/socket_id.hpp"
#include "app/connection/outgoing.hpp"
#include "app/connection/shard_view.hpp"
#include "chat/room_record.hpp"

namespace parley {

// The conversation's; `here` and `out` outlive it.
struct participant {
  shard_view& here;
  const socket_id socket;
  const chat::actor me;
  outgoing& out;
  const std::shared_ptr<live_login> login;

  // Asks a room for something.
  template <class Request>
  void ask(const chat::room_name& room, Request what) const {
    here.rooms.send({room, socket, me, std::move(what)});
  }

  // Whether one more is within a pace; else says when to ask again.
  bool in_pace(chat::shared_burst_limiter& pace, const rate& most, const std::string& room) const {
    const auto now = chat::clock::now();
    if (pace.try_take(now, most.count, most.per)) return true;
    out.refuse(
        {chat::error_code::rate_limited, "So much so fast is too much: at most " + to_text(most) + "."}, {},
        room, chat::until(now, now + pace.wait(now, most.count, most.per)));
    return false;
  }
};

}  // namespace parley
