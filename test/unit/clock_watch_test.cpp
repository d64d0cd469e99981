// The wall clock and the steady one, as long as they agree and when they part.

#include "chat/clock_watch.hpp"

#include <boost/test/unit_test.hpp>

namespace clock_watch {

using namespace std::chrono_literals;

namespace {

constexpr parley::chat::unix_ms start = 1'790'000'000'000;
constexpr parley::chat::unix_ms day = 86'400'000;

struct look {
  std::chrono::milliseconds steady;  // since the start
  parley::chat::unix_ms wall;        // beyond the start
  bool agrees;
  parley::chat::unix_ms now;  // beyond the start
};

void expect(std::initializer_list<look> looks) {
  const parley::chat::time_point began{1h};
  parley::chat::clock_watch watch(start, began);
  for (const auto& each : looks) {
    const auto reading = watch.look(start + each.wall, began + each.steady);
    BOOST_TEST_CONTEXT("after " << each.steady.count() << " ms at " << each.wall) {
      BOOST_TEST(reading.agrees == each.agrees);
      BOOST_TEST(reading.now - start == each.now);
    }
  }
}

}  // namespace

}  // namespace clock_watch

BOOST_AUTO_TEST_SUITE(clock_watch)

BOOST_AUTO_TEST_CASE(clocks_that_go_alike_agree_for_ever) {
  expect({{0ms, 0, true, 0}, {5s, 5'000, true, 5'000}, {24h * 365, 365 * day, true, 365 * day}});
}

BOOST_AUTO_TEST_CASE(a_small_step_is_followed_also_many_times) {
  expect({{1s, 61'000, true, 61'000},
          {2s, 122'000, true, 122'000},
          {3s, 63'000, true, 63'000},
          {4s, 4'000, true, 4'000}});
}

BOOST_AUTO_TEST_CASE(a_jump_parts_them_until_the_clock_comes_back) {
  expect({{5s, 5'000, true, 5'000},
          {10s, 40 * day, false, 10'000},
          {30s, 40 * day + 20'000, false, 30'000},
          {35s, 35'000, true, 35'000},
          {40s, 40'000, true, 40'000}});
}

BOOST_AUTO_TEST_CASE(a_jump_back_parts_them_too) {
  expect({{5s, -40 * day, false, 5'000}, {2h, -40 * day + 7'200'000, false, 7'200'000}});
  expect({{1s, 1'000, true, 1'000}, {2s, -58'001, false, 2'000}, {2s, -58'000, true, -58'000}});
}

BOOST_AUTO_TEST_CASE(a_clock_that_stands_still_is_not_believed) {
  expect({{59s, 0, true, 0}, {2min, 0, false, 120'000 - 59'000}});
}

BOOST_AUTO_TEST_SUITE_END()
