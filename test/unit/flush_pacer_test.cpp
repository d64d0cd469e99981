#include "chat/flush_pacer.hpp"

#include <boost/test/unit_test.hpp>

namespace {

using namespace std::chrono_literals;
using parley::chat::time_point;

constexpr time_point start{1000h};

// At most every 10 ms; the longest pause is 13.
struct flush_pacer_fixture {
  parley::chat::flush_pacer flushes{10ms};

  void go(time_point now, parley::chat::clock::duration time, std::size_t frames = 10) {
    const bool of_slice = flushes.in_turns();
    flushes.went(now);
    flushes.took({now, time, frames, of_slice});
  }
  // In us after the start, rounded.
  auto due() const { return (flushes.due() - start + 500ns) / 1us; }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(flush_pacer, flush_pacer_fixture)

BOOST_AUTO_TEST_CASE(the_first_goes_at_once_and_to_all) {
  BOOST_TEST(flushes.delay(start) / 1ns == 0);
  BOOST_TEST(!flushes.in_turns());
}

BOOST_AUTO_TEST_CASE(while_it_is_busy_the_next_waits_for_the_rest_of_the_interval) {
  flushes.went(start);
  BOOST_TEST(flushes.delay(start) / 1us == 10'000);
  BOOST_TEST(flushes.delay(start + 4ms) / 1us == 6'000);
  BOOST_TEST(flushes.delay(start + 10ms) / 1ns == 0);
  BOOST_TEST(flushes.delay(start + 1h) / 1ns == 0);
}

BOOST_AUTO_TEST_CASE(what_takes_long_is_followed_by_as_long_a_pause) {
  struct row {
    std::chrono::nanoseconds took, due;
  };
  for (const auto& [took, due] :
       {row{0ns, 10ms}, row{4ms, 10ms}, row{5ms, 10ms}, row{6ms, 12ms}, row{7ms, 14ms}}) {
    parley::chat::flush_pacer paced(10ms);
    paced.went(start);
    paced.took({start, took, 2, false});
    BOOST_TEST((paced.due() - start + 500ns) / 1us == due / 1us, took / 1ms << " ms");
    BOOST_TEST(!paced.in_turns());
  }
}

BOOST_AUTO_TEST_CASE(a_flush_that_takes_very_long_is_the_last_that_goes_to_all_at_once) {
  go(start, 9ms);
  BOOST_TEST(flushes.in_turns());
  BOOST_TEST(due() == 9'000 + 3'000);
  go(start + 12ms, 3ms);
  BOOST_TEST(flushes.in_turns());
  BOOST_TEST(due() == 12'000 + 3'000 + 3'000);
}

BOOST_AUTO_TEST_CASE(no_slice_goes_more_often_than_the_interval_allows) {
  flushes = parley::chat::flush_pacer(30ms);
  go(start, 9ms);
  for (int turn = 1; turn <= 3; ++turn) go(start + turn * 10ms, 2ms);
  BOOST_TEST(flushes.in_turns());
  BOOST_TEST(due() == 40'000);
}

BOOST_AUTO_TEST_CASE(a_pause_has_a_bound) {
  go(start, 100ms);
  BOOST_TEST(due() == 100'000 + 13'000 / 3);
  go(start + 110ms, 1s);
  BOOST_TEST(due() == 1'110'000 + 13'000 / 3);
}

BOOST_AUTO_TEST_CASE(turns_end_when_the_flushes_to_all_slices_have_become_short) {
  go(start, 9ms);
  for (int turn = 1; turn <= 3; ++turn) {
    BOOST_TEST(flushes.in_turns());
    go(start + turn * 10ms, 1'600us);
  }
  BOOST_TEST(!flushes.in_turns());
}

BOOST_AUTO_TEST_CASE(a_slice_of_few_members_ends_no_turns) {
  go(start, 9ms);
  go(start + 10ms, 3ms);
  go(start + 20ms, 3ms);
  go(start + 30ms, 0ms);
  BOOST_TEST(flushes.in_turns());
}

BOOST_AUTO_TEST_CASE(a_slow_shard_delays_no_flush_for_one_that_went_long_ago) {
  flushes.went(start);
  flushes.went(start + 180ms);
  flushes.took({start, 200ms, 2, false});
  BOOST_TEST(due() == 200'000 + 13'000 / 3);
}

BOOST_AUTO_TEST_CASE(a_large_room_of_rare_messages_is_told_at_once_and_does_not_pause) {
  go(start, 50ms, 1);
  BOOST_TEST(!flushes.in_turns());
  BOOST_TEST(flushes.delay(start + 10ms) / 1ns == 0);
  go(start + 60ms, 50ms, 2);
  BOOST_TEST(flushes.in_turns());
  go(start + 200ms, 12ms, 1);
  BOOST_TEST(!flushes.in_turns());
}

BOOST_AUTO_TEST_CASE(after_a_rest_the_next_goes_to_all) {
  go(start, 9ms);
  flushes.rested();
  BOOST_TEST(!flushes.in_turns());
}

BOOST_AUTO_TEST_CASE(without_an_interval_only_the_time_that_it_takes_counts) {
  parley::chat::flush_pacer eager(0ms);
  eager.went(start);
  BOOST_TEST(eager.delay(start) / 1ns == 0);
  eager.took({start, 2ms, 5, false});
  BOOST_TEST((eager.due() - start + 500ns) / 1us == 4'000);
  eager.took({start, 7ms, 5, false});
  BOOST_TEST((eager.due() - start + 500ns) / 1us == 7'000 + 3'000);
}

BOOST_AUTO_TEST_SUITE_END()
