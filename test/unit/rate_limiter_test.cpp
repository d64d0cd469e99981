#include "chat/rate_limiter.hpp"

#include <atomic>
#include <random>
#include <thread>
#include <vector>

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(rate_limiter)

using namespace std::chrono_literals;
using parley::chat::burst_limiter;
using parley::chat::interval_limiter;
using parley::chat::milliseconds;
using parley::chat::time_point;

namespace {

constexpr time_point start{1000h};

// Milliseconds to wait; 0: the turn was taken.
long wait_of(interval_limiter& limiter, time_point now, milliseconds interval = 1s) {
  return limiter.try_take(now, interval).value_or(0ms).count();
}

// How many of `tries` at one moment get through.
int passed(burst_limiter& limiter, int tries, time_point now, std::size_t count, milliseconds window) {
  int result = 0;
  for (int i = 0; i < tries; ++i) result += limiter.try_take(now, count, window) ? 1 : 0;
  return result;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_shared_burst_is_as_any_burst) {
  parley::chat::shared_burst_limiter shared;
  burst_limiter own;
  auto now = start;
  std::minstd_rand random(17);
  for (int i = 0; i < 2000; ++i) {
    now += std::chrono::milliseconds(random() % 1200);
    BOOST_TEST((shared.wait(now, 5, 3s) == own.wait(now, 5, 3s)));
    BOOST_TEST(shared.try_take(now, 5, 3s) == own.try_take(now, 5, 3s));
  }
  BOOST_TEST(!shared.is_full(now));
  BOOST_TEST(shared.is_full(now + 3s));
}

BOOST_AUTO_TEST_CASE(a_shared_burst_lets_no_more_through_from_several_threads) {
  parley::chat::shared_burst_limiter shared;
  std::atomic<int> through{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 1000; ++i) through += shared.try_take(start, 100, 10s) ? 1 : 0;
    });
  for (auto& each : threads) each.join();
  BOOST_TEST(through == 100);
}

BOOST_AUTO_TEST_CASE(an_interval_lets_one_through_and_tells_the_next_how_long_to_wait) {
  interval_limiter messages;
  BOOST_TEST(wait_of(messages, start) == 0);
  BOOST_TEST(wait_of(messages, start) == 1000);
  BOOST_TEST(wait_of(messages, start + 300ms) == 700);
  BOOST_TEST(wait_of(messages, start + 999ms) == 1);
  BOOST_TEST(wait_of(messages, start + 1000ms) == 0);
  BOOST_TEST(wait_of(messages, start + 1000ms) == 1000);
}

BOOST_AUTO_TEST_CASE(an_interval_rounds_the_wait_up_so_that_who_waits_it_gets_through) {
  interval_limiter messages;
  wait_of(messages, start);
  const auto now = start + 300ms + 1ns;
  BOOST_TEST(wait_of(messages, now) == 700);
  BOOST_TEST(wait_of(messages, start + 1s - 1ns) == 1);
  BOOST_TEST(wait_of(messages, now + 700ms) == 0);
}

BOOST_AUTO_TEST_CASE(an_interval_counts_from_what_was_let_through_and_not_from_what_was_refused) {
  interval_limiter messages;
  wait_of(messages, start);
  for (int i = 1; i < 10; ++i) BOOST_TEST(wait_of(messages, start + i * 100ms) == 1000 - i * 100);
  BOOST_TEST(wait_of(messages, start + 1s) == 0);
}

BOOST_AUTO_TEST_CASE(a_long_silence_saves_nothing_up) {
  interval_limiter messages;
  wait_of(messages, start);
  BOOST_TEST(wait_of(messages, start + 1h) == 0);
  BOOST_TEST(wait_of(messages, start + 1h) == 1000);
}

BOOST_AUTO_TEST_CASE(an_interval_of_zero_is_no_limit) {
  interval_limiter messages;
  for (int i = 0; i < 100; ++i) BOOST_TEST(!messages.try_take(start, 0ms).has_value());
}

BOOST_AUTO_TEST_CASE(an_interval_is_due_exactly_when_a_turn_could_be_taken) {
  interval_limiter messages;
  BOOST_TEST(messages.is_due(start));
  wait_of(messages, start);
  BOOST_TEST(!messages.is_due(start));
  BOOST_TEST(!messages.is_due(start + 1s - 1ns));
  BOOST_TEST(messages.is_due(start + 1s));
  BOOST_TEST(wait_of(messages, start + 1s) == 0);
}

BOOST_AUTO_TEST_CASE(threads_that_come_at_the_same_moment_share_one_turn) {
  interval_limiter messages;
  constexpr int moments = 2000;
  std::atomic<int> taken = 0;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&] {
      for (int moment = 0; moment < moments; ++moment)
        if (!messages.try_take(start + moment * 1s, 1s)) ++taken;
    });
  }
  for (auto& thread : threads) thread.join();
  // A thread that runs ahead takes the turns of those behind: never two turns for one moment.
  BOOST_TEST(taken <= moments);
  BOOST_TEST(taken >= 1);
  BOOST_TEST(wait_of(messages, start + (moments - 1) * 1s) == 1000);
}

BOOST_AUTO_TEST_CASE(a_burst_is_let_through_at_once_and_no_more) {
  burst_limiter refusals;
  BOOST_TEST(passed(refusals, 100, start, 20, 10s) == 20);
}

BOOST_AUTO_TEST_CASE(a_burst_comes_back_evenly_over_its_window) {
  burst_limiter refusals;
  passed(refusals, 20, start, 20, 10s);
  BOOST_TEST(passed(refusals, 5, start + 499ms, 20, 10s) == 0);
  BOOST_TEST(passed(refusals, 5, start + 500ms, 20, 10s) == 1);
  BOOST_TEST(passed(refusals, 5, start + 2s, 20, 10s) == 3);
  BOOST_TEST(passed(refusals, 100, start + 2s + 10s, 20, 10s) == 20);
}

BOOST_AUTO_TEST_CASE(a_burst_is_never_larger_however_long_the_silence_before_it) {
  burst_limiter refusals;
  passed(refusals, 3, start, 20, 10s);
  BOOST_TEST(passed(refusals, 100, start + 1h, 20, 10s) == 20);
}

BOOST_AUTO_TEST_CASE(what_a_burst_refuses_is_not_counted) {
  burst_limiter refusals;
  passed(refusals, 1000, start, 20, 10s);
  BOOST_TEST(passed(refusals, 5, start + 500ms, 20, 10s) == 1);
}

BOOST_AUTO_TEST_CASE(a_burst_says_how_long_to_wait_for_the_next) {
  burst_limiter refusals;
  BOOST_CHECK(refusals.wait(start, 4, 8s) == 0s);
  for (int i = 0; i < 4; ++i) BOOST_TEST(refusals.try_take(start, 4, 8s));
  BOOST_CHECK(refusals.wait(start, 4, 8s) == 2s);
  BOOST_CHECK(refusals.wait(start + 1s, 4, 8s) == 1s);
  BOOST_TEST(!refusals.try_take(start + 2s - 1ns, 4, 8s));
  BOOST_TEST(refusals.try_take(start + 2s, 4, 8s));
}

BOOST_AUTO_TEST_CASE(a_burst_of_zero_is_no_limit) {
  burst_limiter refusals;
  BOOST_TEST(passed(refusals, 1000, start, 0, 10s) == 1000);
}

BOOST_AUTO_TEST_CASE(a_window_that_the_count_does_not_divide_lets_the_whole_burst_through) {
  struct row {
    std::size_t count;
    milliseconds window;
  };
  for (const auto& [count, window] : {row{1, 1s}, row{1, 1ms}, row{3, 10s}, row{7, 1s}, row{999, 1s}}) {
    burst_limiter refusals;
    BOOST_TEST(passed(refusals, 2000, start, count, window) == static_cast<int>(count),
               count << " in " << window.count() << " ms");
    BOOST_TEST(passed(refusals, 2000, start + window, count, window) == static_cast<int>(count),
               count << " in " << window.count() << " ms, again");
  }
}

BOOST_AUTO_TEST_CASE(at_random_moments_a_burst_never_exceeds_what_came_back_since) {
  constexpr std::size_t count = 5;
  constexpr milliseconds window = 1s, share = window / 5;
  std::mt19937 random(1);
  std::vector<time_point> let_through;
  burst_limiter refusals;
  auto now = start;
  for (int i = 0; i < 5000; ++i) {
    now += milliseconds(random() % 150);
    if (refusals.try_take(now, count, window)) let_through.push_back(now);
  }
  BOOST_REQUIRE(let_through.size() > 1000U);
  std::size_t broken = 0;
  for (std::size_t first = 0; first < let_through.size(); ++first)
    for (auto last = first; last < std::min(first + 50, let_through.size()); ++last)
      if (last - first + 1 >
          count + static_cast<std::size_t>((let_through[last] - let_through[first]) / share))
        ++broken;
  BOOST_TEST(broken == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
