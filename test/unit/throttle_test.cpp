#include "auth/throttle.hpp"

#include <atomic>
#include <thread>
#include <vector>

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(throttle)

using namespace std::chrono_literals;
using parley::auth::throttle_policy;
using counter = parley::auth::throttle;

namespace {

constexpr counter::time_point start{1000h};
constexpr throttle_policy ten_a_minute = {10, 1min};

void fail(counter& failures, std::string_view key, int times, counter::time_point now) {
  for (int i = 0; i < times; ++i) failures.record_failure(key, now);
}

}  // namespace

BOOST_AUTO_TEST_CASE(lets_as_many_failures_pass_as_the_policy_says_and_then_makes_wait) {
  counter failures(ten_a_minute);
  for (int i = 0; i < 10; ++i) {
    BOOST_TEST(!failures.check("ada", start).has_value(), "failure " << i);
    failures.record_failure("ada", start);
  }
  const auto wait = failures.check("ada", start);
  BOOST_REQUIRE(wait);
  BOOST_TEST(wait->count() == 6000);
}

BOOST_AUTO_TEST_CASE(gives_one_more_try_each_time_its_share_of_the_window_has_passed) {
  struct row {
    std::chrono::milliseconds after;
    long wait;  // 0: may try
  };
  counter failures(ten_a_minute);
  fail(failures, "ada", 10, start);
  for (const auto& [after, wait] :
       {row{0ms, 6000}, row{1ms, 5999}, row{5999ms, 1}, row{6000ms, 0}, row{60s, 0}})
    BOOST_TEST(failures.check("ada", start + after).value_or(0ms).count() == wait, after.count() << " ms");
  failures.record_failure("ada", start + 6s);
  BOOST_TEST(failures.check("ada", start + 6s).value_or(0ms).count() == 6000);
}

BOOST_AUTO_TEST_CASE(rounds_the_wait_up) {
  counter failures({3, 100ms});
  fail(failures, "ada", 3, start);
  const auto wait = failures.check("ada", start);
  BOOST_REQUIRE(wait);
  BOOST_TEST(wait->count() == 34);
  BOOST_TEST(!failures.check("ada", start + *wait).has_value());
}

BOOST_AUTO_TEST_CASE(all_is_forgiven_after_a_window) {
  counter failures(ten_a_minute);
  fail(failures, "ada", 10, start);
  for (int i = 0; i < 10; ++i) {
    BOOST_TEST(!failures.check("ada", start + 1min).has_value(), "failure " << i);
    failures.record_failure("ada", start + 1min);
  }
  BOOST_TEST(failures.check("ada", start + 1min).has_value());
}

BOOST_AUTO_TEST_CASE(failures_past_the_limit_do_not_lengthen_the_wait) {
  counter failures(ten_a_minute);
  fail(failures, "ada", 500, start);
  BOOST_TEST(failures.check("ada", start).value_or(0ms).count() == 6000);
}

BOOST_AUTO_TEST_CASE(keys_do_not_know_each_other) {
  counter failures(ten_a_minute);
  fail(failures, "ada", 10, start);
  BOOST_TEST(!failures.check("bob", start).has_value());
  BOOST_TEST(!failures.check("", start).has_value());
}

BOOST_AUTO_TEST_CASE(a_success_forgets_the_key) {
  counter failures(ten_a_minute);
  fail(failures, "ada", 10, start);
  fail(failures, "bob", 10, start);
  failures.record_success("ada");
  failures.record_success("nobody");
  BOOST_TEST(!failures.check("ada", start).has_value());
  BOOST_TEST(failures.check("bob", start).has_value());
  BOOST_TEST(failures.size() == 1U);
}

BOOST_AUTO_TEST_CASE(an_attempt_counts_at_once_and_can_be_taken_back) {
  counter tries({2, 1min});
  BOOST_TEST(!tries.attempt("::1", start).has_value());
  BOOST_TEST(!tries.attempt("::1", start).has_value());
  BOOST_TEST(tries.attempt("::1", start).value_or(0ms).count() == 30'000);
  BOOST_TEST(tries.attempt("::1", start).value_or(0ms).count() == 30'000);  // a refused one does not count
  tries.take_back("::1", start);
  BOOST_TEST(!tries.attempt("::1", start).has_value());
  BOOST_TEST(tries.attempt("::1", start).has_value());
  tries.take_back("::1", start);
  tries.take_back("::1", start);
  BOOST_TEST(tries.size() == 0U);
  tries.take_back("::1", start);
  BOOST_TEST(tries.size() == 0U);
}

BOOST_AUTO_TEST_CASE(zero_switches_it_off) {
  for (const auto policy : {throttle_policy{0, 1min}, throttle_policy{10, 0ms}}) {
    counter failures(policy);
    fail(failures, "ada", 1000, start);
    BOOST_TEST(!failures.check("ada", start).has_value());
    BOOST_TEST(!failures.attempt("ada", start).has_value());
    BOOST_TEST(failures.size() == 0U);
  }
}

BOOST_AUTO_TEST_CASE(a_flood_of_names_neither_grows_it_nor_frees_who_is_slowed_down) {
  counter failures(ten_a_minute, 100);
  fail(failures, "ada", 10, start);
  for (int i = 0; i < 10'000; ++i) failures.record_failure("made-up-" + std::to_string(i), start + 1s);
  BOOST_TEST(failures.size() <= 100U);
  BOOST_TEST(failures.check("ada", start + 1s).has_value());
}

BOOST_AUTO_TEST_CASE(a_flood_of_names_that_fail_twice_leaves_room_to_slow_down_others) {
  counter failures({3, 1min}, 100);
  for (int i = 0; i < 10'000; ++i) fail(failures, "made-up-" + std::to_string(i), 2, start);
  BOOST_TEST(failures.size() <= 100U);
  for (int i = 0; i < 3; ++i) {
    BOOST_TEST(!failures.attempt("ada", start).has_value());
    for (int other = 0; other < 20; ++other)
      fail(failures, "more-" + std::to_string(i * 20 + other), 1, start);
  }
  BOOST_TEST(failures.check("ada", start).has_value());
}

BOOST_AUTO_TEST_CASE(what_is_forgiven_makes_room_by_itself) {
  counter failures(ten_a_minute);
  for (int i = 0; i < 1000; ++i) fail(failures, "early-" + std::to_string(i), 1 + i % 2, start);
  for (int i = 0; i < 1000; ++i) failures.record_failure("late-" + std::to_string(i), start + 1min);
  BOOST_TEST(failures.size() == 1000U);
}

BOOST_AUTO_TEST_CASE(threads_share_one_count) {
  counter failures({100, 1min});
  std::vector<std::thread> threads;
  std::atomic<int> passed = 0;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < 100; ++i) {
        if (!failures.attempt("shared", start)) ++passed;
        failures.record_failure("own-" + std::to_string(thread), start);
        failures.record_success("own-" + std::to_string((thread + 1) % 4));
      }
    });
  }
  for (auto& thread : threads) thread.join();
  BOOST_TEST(passed == 100);
}

BOOST_AUTO_TEST_SUITE_END()
