#include "chat/commit_pacer.hpp"

#include <boost/test/unit_test.hpp>

namespace {

using namespace std::chrono_literals;
using parley::chat::time_point;

constexpr time_point start{1000h};
constexpr time_point long_ago{};

// Commits at most every 20 ms, or 5 for flushes, and waits for a flush for at most 50.
struct commit_pacer_fixture {
  parley::chat::commit_pacer commits{20ms, 5ms, 50ms};

  // In ms after the start.
  auto next() const { return (commits.next() - start) / 1ms; }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(commit_pacer, commit_pacer_fixture)

BOOST_AUTO_TEST_CASE(where_nothing_waits_nothing_is_committed) {
  BOOST_TEST((commits.next() == time_point::max()));
  commits.went(start);
  BOOST_TEST((commits.next() == time_point::max()));
}

BOOST_AUTO_TEST_CASE(the_first_is_committed_at_once) {
  commits.add(long_ago, start);
  BOOST_TEST((commits.next() <= start));
}

BOOST_AUTO_TEST_CASE(what_comes_within_the_interval_gathers) {
  commits.went(start);
  commits.add(long_ago, start + 1ms);
  BOOST_TEST(next() == 20);
  commits.add(long_ago, start + 15ms);
  BOOST_TEST(next() == 20);
}

BOOST_AUTO_TEST_CASE(what_was_taken_waits_no_more) {
  commits.add(long_ago, start);
  commits.add(start + 5ms, start);
  commits.taken();
  BOOST_TEST((commits.next() == time_point::max()));
}

BOOST_AUTO_TEST_CASE(what_is_shown_with_a_flush_is_committed_when_that_is_due) {
  commits.add(start + 30ms, start);
  BOOST_TEST(next() == 30);
  commits.add(start + 12ms, start);  // in another room
  BOOST_TEST(next() == 12);
  commits.add(start + 40ms, start);
  BOOST_TEST(next() == 12);
}

BOOST_AUTO_TEST_CASE(a_flush_need_not_wait_for_the_end_of_the_interval) {
  commits.went(start);
  commits.add(start + 12ms, start + 1ms);
  BOOST_TEST(next() == 12);
}

BOOST_AUTO_TEST_CASE(many_rooms_that_flush_one_after_another_share_commits_all_the_same) {
  commits.went(start);
  commits.add(start + 2ms, start + 1ms);
  BOOST_TEST(next() == 5);
}

BOOST_AUTO_TEST_CASE(what_is_due_does_not_wait_for_another_room_s_flush) {
  commits.add(start + 30ms, start);
  commits.add(long_ago, start);
  BOOST_TEST((commits.next() <= start));
}

BOOST_AUTO_TEST_CASE(no_flush_makes_a_message_wait_for_ever) {
  commits.add(start + 1h, start);
  BOOST_TEST(next() == 50);
}

BOOST_AUTO_TEST_SUITE_END()
