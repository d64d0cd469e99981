#include "app/connection/liveness.hpp"

#include <boost/test/unit_test.hpp>

namespace liveness {

namespace {

using namespace std::chrono_literals;
using parley::chat::time_point;
using action = parley::liveness::action;

constexpr time_point start{1000h};

}  // namespace
}  // namespace liveness

BOOST_AUTO_TEST_SUITE(liveness)

BOOST_AUTO_TEST_CASE(a_ping_goes_after_a_silence_and_the_end_comes_after_an_unanswered_one) {
  parley::liveness peer;
  peer.received(start);
  BOOST_TEST((peer.next(start + 29s, 30s).what == action::none));
  BOOST_TEST((peer.next(start + 29s, 30s).look_again == start + 30s));
  BOOST_TEST((peer.next(start + 31s, 30s).what == action::ping));
  BOOST_TEST((peer.next(start + 32s, 30s).look_again == start + 61s));
  BOOST_TEST((peer.next(start + 61s, 30s).what == action::gone));
}

BOOST_AUTO_TEST_CASE(whatever_comes_is_an_answer) {
  parley::liveness peer;
  peer.received(start);
  peer.next(start + 30s, 30s);
  peer.received(start + 40s);
  BOOST_TEST((peer.next(start + 69s, 30s).what == action::none));
  BOOST_TEST((peer.next(start + 70s, 30s).what == action::ping));
}

BOOST_AUTO_TEST_CASE(a_wait_of_ours_is_no_silence) {
  parley::liveness peer;
  peer.received(start);
  peer.excuse(start + 25s);
  BOOST_TEST((peer.next(start + 31s, 30s).look_again == start + 55s));
}

BOOST_AUTO_TEST_CASE(without_an_interval_nobody_is_asked) {
  parley::liveness peer;
  peer.received(start);
  BOOST_TEST((peer.next(start + 1h, 0s).what == action::none));
  BOOST_TEST((peer.next(start + 1h, 0s).look_again == time_point::max()));
}

BOOST_AUTO_TEST_SUITE_END()
