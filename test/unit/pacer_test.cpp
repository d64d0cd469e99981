#include "chat/pacer.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(pacer)

using namespace std::chrono_literals;
using parley::chat::time_point;
using pace = parley::chat::pacer;

namespace {

constexpr time_point start{1000h};

}  // namespace

BOOST_AUTO_TEST_CASE(the_first_goes_at_once) {
  const pace flushes(10ms);
  BOOST_TEST(flushes.delay(start) / 1ns == 0);
}

BOOST_AUTO_TEST_CASE(while_it_is_busy_the_next_waits_for_the_rest_of_the_interval) {
  struct row {
    std::chrono::nanoseconds after, delay;
  };
  pace flushes(10ms);
  flushes.went(start);
  for (const auto& [after, delay] : {row{0ns, 10ms}, row{1ns, 10ms - 1ns}, row{4ms, 6ms},
                                     row{10ms - 1ns, 1ns}, row{10ms, 0ns}, row{11ms, 0ns}, row{1h, 0ns}})
    BOOST_TEST(flushes.delay(start + after) / 1ns == delay / 1ns, after / 1ns << " ns after");
}

BOOST_AUTO_TEST_CASE(the_interval_counts_from_the_last_that_went) {
  pace flushes(10ms);
  flushes.went(start);
  flushes.went(start + 10ms);
  BOOST_TEST(flushes.delay(start + 12ms) / 1ms == 8);
  flushes.went(start + 1h);
  BOOST_TEST(flushes.delay(start + 1h) / 1ms == 10);
}

BOOST_AUTO_TEST_CASE(asking_changes_nothing) {
  pace flushes(10ms);
  flushes.went(start);
  for (int i = 0; i < 3; ++i) BOOST_TEST(flushes.delay(start + 5ms) / 1ms == 5);
}

BOOST_AUTO_TEST_CASE(an_interval_of_zero_never_waits) {
  pace flushes(0ms);
  flushes.went(start);
  BOOST_TEST(flushes.delay(start) / 1ns == 0);
}

BOOST_AUTO_TEST_SUITE_END()
