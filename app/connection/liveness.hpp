#pragma once
// Whether somebody is still there: a ping after a silence, the end after an unanswered one. A pure decision.

#include "chat/clock.hpp"

namespace parley {

class liveness {
 public:
  // Something came.
  void received(chat::time_point now) {
    last_received_ = now;
    ping_sent_ = false;
  }
  // The wait was ours: what the peer says was not read meanwhile.
  void excuse(chat::time_point now) { last_received_ = now; }
  chat::time_point last_received() const { return last_received_; }

  enum class action { none, ping, gone };
  struct step {
    action what;
    chat::time_point look_again;
  };
  // An interval of zero is for nobody to be asked.
  step next(chat::time_point now, chat::milliseconds interval) {
    if (interval == chat::milliseconds::zero()) return {action::none, chat::time_point::max()};
    const auto due = (ping_sent_ ? ping_sent_at_ : last_received_) + interval;
    if (now < due) return {action::none, due};
    if (ping_sent_) return {action::gone, chat::time_point::max()};
    ping_sent_ = true;
    ping_sent_at_ = now;
    return {action::ping, now + interval};
  }

 private:
  chat::time_point last_received_{}, ping_sent_at_{};
  bool ping_sent_ = false;
};

}  // namespace parley
