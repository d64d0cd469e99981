#pragma once
// How long one may be silent. A pure decision: the session's timer coroutine carries it out.

#include "chat/clock.hpp"

namespace parley::chat {

struct idle_policy {
  milliseconds warn_after{0};  // of silence; 0: no warning
  milliseconds kick_after{0};  // of silence; 0: nobody is kicked

  enum class action { none, warn, kick };
  struct step {
    action what;
    time_point
        look_again;  // the next moment at which something could be due, unless there is activity before
  };

  // `warned` says that the warning for this silence has been given already.
  step next(time_point now, time_point last_activity, bool warned) const {
    if (kick_after == milliseconds::zero()) return {action::none, time_point::max()};
    const auto kick_at = last_activity + kick_after;
    if (now >= kick_at) return {action::kick, now};
    if (warn_after == milliseconds::zero()) return {action::none, kick_at};
    const auto warn_at = last_activity + warn_after;
    if (now < warn_at) return {action::none, warn_at};
    return {warned ? action::none : action::warn, kick_at};
  }

  // The last activity to count from when somebody comes back: time away is not silence, and ends none.
  static time_point on_return(time_point now, time_point last_activity, time_point gone_since) {
    return last_activity + (now - gone_since);
  }
};

}  // namespace parley::chat
