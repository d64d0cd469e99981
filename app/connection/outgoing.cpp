// The timer beside a session: deadlines, the warning and the kick, pings. It is lazy: activity only stores a
// time; the coroutine sleeps until what was known then is due, looks again, and sleeps on or acts.

#include <algorithm>

#include "app/connection/session.hpp"
#include "app/log.hpp"
#include "app/services.hpp"
#include "app/shard.hpp"

namespace parley {

net::awaitable<void> session::watch() {
  const auto self = shared_from_this();
  while (!finished_) {
    timer_.expires_at(look(chat::clock::now()));
    co_await timer_.async_wait(net::use_tuple);
  }
}

chat::time_point session::look(chat::time_point now) {
  if (now >= deadline_) {
    if (phase_ != phase::login) {
      abort();
      return chat::time_point::max();  // until run() has ended
    }
    end(chat::close_code::not_logged_in);
  }
  if (phase_ != phase::chat) return deadline_;
  if (now >= login_expires_) end(chat::close_code::revoked);
  const auto silence = look_at_silence(now);
  const auto connection = look_at_connection(now);
  const auto progress = look_at_outbox(now);
  return std::min({deadline_, silence, connection, progress, login_expires_});
}

// The warning and the kick.
chat::time_point session::look_at_silence(chat::time_point now) {
  const auto& idle = here_.shared().settings.idle;
  const auto last = login_->last_activity();
  const auto step = chat::idle_policy{idle.warn_after, idle.kick_after}.next(now, last, warned_);
  if (step.what == chat::idle_policy::action::warn) {
    if (!login_->mark_warned(last)) return now;  // activity on another shard, this very moment: look again
    warned_ = true;
    send(chat::warning_json(chat::until(now, last + idle.kick_after)));
  } else if (step.what == chat::idle_policy::action::kick) {
    log_out(chat::close_code::idle);
    return deadline_;
  }
  return step.look_again;
}

// Whether what waits in the outbox still moves.
chat::time_point session::look_at_outbox(chat::time_point now) {
  if (outbox_.empty()) return chat::time_point::max();
  if (now >= stalled_at_) {
    if (outbox_.sent() == sent_then_) {
      abort();
      return chat::time_point::max();
    }
    expect_progress(now);
  }
  return stalled_at_;
}

void session::expect_progress(chat::time_point now) {
  sent_then_ = outbox_.sent();
  stalled_at_ = now + here_.shared().settings.timeouts.response;
  if (stalled_at_ < timer_.expiry()) wake();
}

// Whether somebody is still there: a ping after a silence, the end after an unanswered one.
chat::time_point session::look_at_connection(chat::time_point now) {
  const auto interval = here_.shared().settings.timeouts.ping;
  if (interval == chat::milliseconds::zero()) return chat::time_point::max();
  if (stream_.waits_at_gate()) return now + interval;  // what it says is not read meanwhile
  const auto due = (ping_sent_ ? ping_sent_at_ : last_received_) + interval;
  if (now < due) return due;
  if (ping_sent_) {
    abort();
    return chat::time_point::max();
  }
  ping_sent_ = true;
  ping_sent_at_ = now;
  send_frame(net::opcode::ping, "");
  return now + interval;
}

void session::handle(login_directory::event event) {
  if (event.kind == login_directory::event::what::close) return end(event.code);
  if (!warned_) return;
  warned_ = false;
  wake();  // the next warning may be due before the kick was
  send(chat::warning_called_off_json());
}

void session::set_deadline(chat::milliseconds from_now) {
  if (place_.turned_away() && deadline_ != chat::time_point::max()) return;  // the first is for all it gets
  deadline_ = chat::clock::now() + from_now;
  if (deadline_ < timer_.expiry()) wake();
}

void session::no_deadline() {
  deadline_ = chat::time_point::max();
}

void session::wake() {
  timer_.cancel();
}

}  // namespace parley
