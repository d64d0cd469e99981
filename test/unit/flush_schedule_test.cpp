#include "chat/flush_schedule.hpp"

#include <boost/test/unit_test.hpp>

namespace flush_schedule {

namespace {

using namespace std::chrono_literals;
using parley::chat::time_point;
using schedule = parley::chat::flush_schedule;
using state = schedule::state;
using step = schedule::step;
using action = step::action;

constexpr time_point start{1000h};

struct flush_schedule_fixture {
  schedule flushes{10ms};
  const schedule::circumstances calm{};
  const schedule::circumstances storing{.is_storing = true};
  const schedule::circumstances behind{.under_way = 1};

  // A flush goes at this time, takes so long, and leaves nothing.
  void go(time_point now, parley::chat::clock::duration time = 0ms, std::size_t frames = 10) {
    const bool of_slice = flushes.pacer().in_turns();
    flushes.went(now);
    flushes.pacer().took({now, time, frames, of_slice});
  }
  // As after a flush at the start, and a frame gathered after it.
  void wait_for_the_next() {
    go(start);
    flushes.gathered(start + 1ms);
  }
};

bool is(const step& what, action wanted) {
  return what.what == wanted;
}

bool sleeps_until(const step& what, time_point until) {
  return what == step{action::sleep, until};
}

}  // namespace
}  // namespace flush_schedule

BOOST_FIXTURE_TEST_SUITE(flush_schedule, flush_schedule_fixture)

BOOST_AUTO_TEST_CASE(a_frame_into_a_quiet_room_goes_at_the_end_of_the_turn) {
  BOOST_TEST(is(flushes.gathered(start), action::call_at_end_of_turn));
  BOOST_TEST(is(flushes.gathered(start), action::nothing));  // shares it
  BOOST_TEST(is(flushes.turn_ended(start, calm), action::flush));
}

BOOST_AUTO_TEST_CASE(at_the_end_of_the_turn_it_does_not_wait_for_the_log) {
  flushes.gathered(start);
  BOOST_TEST(is(flushes.turn_ended(start, storing), action::flush));
}

BOOST_AUTO_TEST_CASE(in_a_busy_room_a_frame_waits_for_the_rest_of_the_interval) {
  go(start);
  BOOST_TEST(sleeps_until(flushes.gathered(start + 1ms), start + 10ms));
  BOOST_TEST(is(flushes.gathered(start + 2ms), action::nothing));
  BOOST_TEST(is(flushes.woke(start + 10ms, calm), action::flush));
}

BOOST_AUTO_TEST_CASE(what_is_left_over_waits_for_the_next_flush) {
  go(start);
  BOOST_TEST(sleeps_until(flushes.left_over(start), start + 10ms));
}

BOOST_AUTO_TEST_CASE(without_an_interval_what_is_left_over_goes_at_the_end_of_the_turn) {
  flushes = schedule(0ms);
  flushes.went(start);
  BOOST_TEST(is(flushes.left_over(start), action::call_at_end_of_turn));
}

BOOST_AUTO_TEST_CASE(it_sleeps_on_where_the_time_has_moved_meanwhile) {
  wait_for_the_next();
  flushes.pacer().took({start, 12ms, 10, false});  // the flush before took long, as is known only now
  const auto due = flushes.pacer().due();
  BOOST_TEST((due > start + 12ms));
  BOOST_TEST(sleeps_until(flushes.woke(start + 10ms, calm), due));
}

BOOST_AUTO_TEST_CASE(a_commit_under_way_is_waited_for_but_not_for_long) {
  wait_for_the_next();
  BOOST_TEST(sleeps_until(flushes.woke(start + 10ms, storing), start + 12ms));
  BOOST_TEST((flushes.where() == state::waits_for_log));
  BOOST_TEST(is(flushes.woke(start + 12ms, storing), action::flush));
}

BOOST_AUTO_TEST_CASE(what_the_commit_brings_goes_at_the_end_of_the_turn) {
  wait_for_the_next();
  flushes.woke(start + 10ms, storing);
  BOOST_TEST(is(flushes.gathered(start + 11ms), action::call_at_end_of_turn));
  BOOST_TEST(is(flushes.turn_ended(start + 11ms, storing), action::flush));
}

BOOST_AUTO_TEST_CASE(a_flush_that_a_shard_has_not_delivered_is_waited_for) {
  wait_for_the_next();
  BOOST_TEST(sleeps_until(flushes.woke(start + 10ms, behind), start + 11ms));
  BOOST_TEST(sleeps_until(flushes.woke(start + 11ms, behind), start + 12ms));
  BOOST_TEST(is(flushes.woke(start + 12ms, calm), action::flush));
}

BOOST_AUTO_TEST_CASE(the_end_of_the_turn_waits_for_such_a_flush_as_well) {
  go(start);
  flushes.gathered(start + 11ms);
  BOOST_TEST(sleeps_until(flushes.turn_ended(start + 11ms, behind), start + 12ms));
}

BOOST_AUTO_TEST_CASE(a_shard_that_falls_behind_is_not_waited_for_longer_than_a_pause) {
  wait_for_the_next();
  const auto longest = flushes.pacer().longest_pause();
  BOOST_TEST(is(flushes.woke(start + 10ms + longest, behind), action::flush));
}

BOOST_AUTO_TEST_CASE(by_turns_news_go_without_waiting_for_the_log) {
  go(start, 12ms);  // from here on by turns
  BOOST_TEST(flushes.pacer().in_turns());
  flushes.gathered(start + 13ms);
  const auto due = flushes.pacer().due();
  BOOST_TEST(is(flushes.woke(due, {.is_storing = true, .has_news = true}), action::flush));
}

BOOST_AUTO_TEST_CASE(by_turns_it_waits_for_the_log_where_there_are_no_news) {
  go(start, 12ms);
  flushes.gathered(start + 13ms);
  const auto due = flushes.pacer().due();
  BOOST_TEST(sleeps_until(flushes.woke(due, storing), due + 2ms));
}

BOOST_AUTO_TEST_CASE(a_flush_before_its_time_takes_the_place_of_the_planned_one) {
  flushes.gathered(start);
  go(start);
  BOOST_TEST(is(flushes.turn_ended(start, calm), action::nothing));
  flushes.gathered(start + 1ms);
  go(start + 2ms);
  BOOST_TEST(is(flushes.woke(start + 10ms, calm), action::nothing));
  BOOST_TEST((flushes.where() == state::idle));
}

BOOST_AUTO_TEST_CASE(a_shard_that_is_behind_is_waited_for_after_a_commit_too) {
  wait_for_the_next();
  flushes.woke(start + 10ms, storing);
  BOOST_TEST(sleeps_until(flushes.woke(start + 12ms, behind), start + 13ms));
  BOOST_TEST((flushes.where() == state::waits));
}

BOOST_AUTO_TEST_CASE(the_more_flushes_a_shard_is_behind_the_longer_it_is_waited_for) {
  wait_for_the_next();
  const auto longest = flushes.pacer().longest_pause();
  const schedule::circumstances two_behind{.under_way = 2};
  const auto once = start + 10ms + longest;
  BOOST_TEST(sleeps_until(flushes.woke(once, two_behind), once + 1ms));
  BOOST_TEST(is(flushes.woke(start + 10ms + 2 * longest, two_behind), action::flush));
}

BOOST_AUTO_TEST_CASE(a_room_that_has_rested_tells_all_at_once_again) {
  go(start, 12ms);
  BOOST_TEST(flushes.pacer().in_turns());
  flushes.gathered(start + 1h);
  BOOST_TEST(!flushes.pacer().in_turns());
}

BOOST_AUTO_TEST_CASE(a_flush_of_nothing_leaves_it_idle) {
  flushes.gathered(start);
  flushes.was_empty();
  BOOST_TEST((flushes.where() == state::idle));
  BOOST_TEST(is(flushes.turn_ended(start, calm), action::nothing));
}

BOOST_AUTO_TEST_CASE(what_is_left_over_changes_no_plan_that_stands) {
  flushes.gathered(start);
  BOOST_TEST(is(flushes.left_over(start), action::nothing));
  BOOST_TEST((flushes.where() == state::ends_turn));
}

BOOST_AUTO_TEST_SUITE_END()
