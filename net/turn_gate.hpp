#pragma once
// Lets those who come in through one costly step at a time, one for each turn of a shard's event loop. A step
// of a TLS handshake is a burst of public-key cryptography, a hundred times what a delivery costs, and coming
// into a room ten times: when everybody comes back at once, those who are in are served between any two
// steps.

#include <array>
#include <list>
#include <utility>

#include "net/asio.hpp"

namespace parley::net {

// Belongs to a shard, and outlives its io_context, with which those go who still wait.
class turn_gate {
 public:
  // A handshake's next step, into a room, or a handshake's first step. Work that was begun is not to be in
  // vain: a handshake that is under way has a deadline, and goes before the others. Of those, who come in and
  // who come anew take turns, since neither has an end: who is in may come in again.
  enum class step : std::uint8_t { next, enter, first };

  explicit turn_gate(asio::io_context& io) : io_(io) {}

  // Waits for one's turn, among equals first come, first served. False where the wait was cancelled through
  // its timer, which is free again when this returns.
  awaitable<bool> turn(step which, timer& wait) {
    if (!busy_) {
      end_turn_later();
      co_return true;
    }
    auto& queue = queues_[static_cast<std::size_t>(which)];
    waiter self{wait};
    const auto place = queue.insert(queue.end(), &self);
    const leaver goes{queue, place, self};
    wait.expires_at(timer::time_point::max());
    co_await wait.async_wait(use_tuple);
    co_return self.granted;
  }

  asio::io_context& io() { return io_; }

 private:
  struct waiter {
    timer& wait;
    bool granted = false;
  };

  // Who goes without a turn, or with an exception, stands in the queue no more.
  struct leaver {
    std::list<waiter*>& queue;
    std::list<waiter*>::iterator place;
    const waiter& self;
    ~leaver() {
      if (!self.granted) queue.erase(place);  // else end_turn() has taken it out
    }
  };

  void end_turn_later() {
    asio::post(io_, [this] { end_turn(); });
    busy_ = true;
  }

  void end_turn() {
    busy_ = false;
    const auto others =
        first_is_due_ ? std::pair(step::first, step::enter) : std::pair(step::enter, step::first);
    for (const auto which : {step::next, others.first, others.second}) {
      auto& queue = queues_[static_cast<std::size_t>(which)];
      if (queue.empty()) continue;
      if (which != step::next) first_is_due_ = which == step::enter;
      end_turn_later();
      waiter& next = *queue.front();
      queue.pop_front();
      next.granted = true;
      next.wait.cancel();
      return;
    }
  }

  asio::io_context& io_;
  std::array<std::list<waiter*>, 3> queues_;  // by step
  bool busy_ = false;                         // a step is being taken in this turn of the loop
  bool first_is_due_ = false;                 // of `enter` and `first`, whose turn it is
};

}  // namespace parley::net
