#pragma once
// When a room's next flush goes: a machine of four states, told of what happens and of the time, that says
// what to do about it. How long a flush waits is flush_pacer's to say. A pure decision: the room's home has
// the timer, and carries it out.
//
//   state          what ends it                          what comes of it
//   idle           a frame is gathered, or is left over  ends_turn, where one is due now; else waits
//   ends_turn      the end of this turn of the loop      flush: what else arrived in the turn shares it
//   waits          its time                              waits on, where the time has moved; waits_for_log,
//                                                        where the log commits for this flush at this very
//                                                        moment; else flush
//   waits_for_log  a frame is gathered                   ends_turn
//                  its time                              flush
//
// From each of the last three it comes to `waits` where a shard has not delivered the flush before yet, and
// to `idle` with a flush that goes, or finds nothing to be sent.

#include <cstddef>
#include <cstdint>

#include "chat/clock.hpp"
#include "chat/flush_pacer.hpp"

namespace parley::chat {

class flush_schedule {
 public:
  enum class state : std::uint8_t { idle, ends_turn, waits, waits_for_log };

  static constexpr milliseconds look_again{1};  // whether a flush is over that another shard still delivers
  static constexpr milliseconds longest_commit{2};  // that a flush waits for

  explicit flush_schedule(milliseconds interval) : pacer_(interval) {}

  // What to do now. An earlier `sleep` is over with each of them but `nothing`.
  struct step {
    enum class action : std::uint8_t { nothing, call_at_end_of_turn, sleep, flush } what = action::nothing;
    time_point until{};  // of a sleep
    bool operator==(const step&) const = default;
  };

  // How things stand when a flush is due.
  struct circumstances {
    std::size_t under_way = 0;  // flushes that have not come to all yet
    bool is_storing = false;    // the log has something that is shown only when it is stored
    bool has_news = false;      // since the last batch
  };

  // There is one frame more to be told.
  step gathered(time_point now) {
    if (state_ == state::waits_for_log) return at_end_of_turn();
    if (state_ != state::idle) return {};
    if (pacer_.delay(now) == clock::duration::zero()) pacer_.rested();
    return plan(now);
  }

  step turn_ended(time_point now, const circumstances& how) {
    if (state_ != state::ends_turn) return {};  // went out before its time
    return may_flush(now, how) ? flush_now() : sleep(now + look_again);
  }

  step woke(time_point now, const circumstances& how) {
    if (state_ != state::waits && state_ != state::waits_for_log) return {};
    if (!may_flush(now, how)) return sleep(now + look_again);
    if (pacer_.delay(now) > clock::duration::zero()) return sleep(pacer_.due());  // it has moved
    const bool is_ready = pacer_.in_turns() && how.has_news;
    if (state_ == state::waits_for_log || is_ready || !how.is_storing) return flush_now();
    state_ = state::waits_for_log;
    return {step::action::sleep, now + longest_commit};
  }

  // A flush goes, whether it was due or so much had gathered that it cannot wait.
  void went(time_point now) {
    state_ = state::idle;
    pacer_.went(now);
  }
  // What was known of it has been told to the pacer, and there is more for the next one.
  step left_over(time_point now) { return state_ == state::idle ? plan(now) : step{}; }
  // There was nothing to flush: it went before its time.
  void was_empty() { state_ = state::idle; }

  state where() const { return state_; }
  flush_pacer& pacer() { return pacer_; }

 private:
  step plan(time_point now) {
    return pacer_.delay(now) == clock::duration::zero() ? at_end_of_turn() : sleep(pacer_.due());
  }
  step at_end_of_turn() {
    state_ = state::ends_turn;
    return {step::action::call_at_end_of_turn, {}};
  }
  step sleep(time_point until) {
    state_ = state::waits;
    return {step::action::sleep, until};
  }
  step flush_now() {
    state_ = state::idle;
    return {step::action::flush, {}};
  }

  // Not before the last flush has come to all, since what another shard has not delivered yet would only
  // queue there; but a shard that is busy with others does not hold this room's other members up for long,
  // unless it falls behind.
  bool may_flush(time_point now, const circumstances& how) const {
    const auto behind = static_cast<int>(how.under_way);
    return behind == 0 || now >= pacer_.due() + behind * pacer_.longest_pause();
  }

  flush_pacer pacer_;
  state state_ = state::idle;
};

}  // namespace parley::chat
