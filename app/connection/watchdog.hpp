#pragma once
// The timer beside a connection. It is lazy: activity only stores a time; the coroutine sleeps until what was
// known then is due, looks again, and sleeps on or acts.

#include "chat/clock.hpp"
#include "net/asio.hpp"

namespace parley {

// Belongs to a session, on its shard.
class watchdog {
 public:
  // With `one_for_all` the first deadline is for all that follows.
  watchdog(asio::io_context& io, bool one_for_all) : timer_(io), one_for_all_(one_for_all) {}

  // Each phase of a connection but the chat has a deadline.
  void set_deadline(chat::milliseconds from_now) {
    if (one_for_all_ && deadline_ != chat::time_point::max()) return;
    deadline_ = chat::clock::now() + from_now;
    wake_by(deadline_);
  }
  void no_deadline() { deadline_ = chat::time_point::max(); }
  chat::time_point deadline() const { return deadline_; }

  // Sleeps until then, or until it is woken.
  net::awaitable<void> sleep(chat::time_point until) {
    timer_.expires_at(until);
    co_await timer_.async_wait(net::use_tuple);
  }
  void wake() { timer_.cancel(); }
  void wake_by(chat::time_point when) {
    if (when < timer_.expiry()) wake();
  }

  void finish() {
    finished_ = true;
    wake();
  }
  bool is_finished() const { return finished_; }

 private:
  net::timer timer_;
  chat::time_point deadline_ = chat::time_point::max();
  const bool one_for_all_;
  bool finished_ = false;
};

}  // namespace parley
