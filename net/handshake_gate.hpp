#pragma once
// Lets TLS handshakes of one shard through a step at a time, one for each turn of its event loop. A step is a
// burst of public-key cryptography, a hundred times what a delivery costs: when everybody comes back at once,
// those who are in are served between any two steps.

#include "net/asio.hpp"

namespace parley::net {

// Belongs to a shard, and outlives the streams that wait at it.
class handshake_gate {
 public:
  explicit handshake_gate(asio::io_context& io) : io_(io), queue_(io, timer::time_point::max()) {}

  // Waits for one's turn, first come, first served.
  awaitable<void> turn() {
    if (busy_) {
      ++waiting_;
      co_await queue_.async_wait(use_tuple);  // cancel_one() wakes the one who has waited longest
    } else {
      busy_ = true;
      next_turn();
    }
  }

 private:
  void next_turn() {
    asio::post(io_, [this] {
      busy_ = waiting_ != 0;
      if (!busy_) return;
      --waiting_;
      queue_.cancel_one();
      next_turn();
    });
  }

  asio::io_context& io_;
  timer queue_;
  std::size_t waiting_ = 0;
  bool busy_ = false;  // a step is being taken in this turn of the loop
};

}  // namespace parley::net
