#include "chat/history_reading_thread.hpp"

#include <future>
#include <string>

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(history_reading_thread)

namespace {

using reading_thread = parley::chat::history_reading_thread;

// Of a file that is not there: each task is told so, in the order in which they would have read.
struct busy_lane {
  explicit busy_lane(std::size_t most) : lane("/nowhere/history.db", most, damage, [](auto, const auto&) {}) {
    std::promise<void> began;
    BOOST_REQUIRE(lane.post("first", [this, &began](auto*) {
      began.set_value();
      go_on.get_future().wait();
    }));
    began.get_future().wait();
  }

  bool asks(const std::string& who) {
    const bool is_taken = lane.post(who, [this, who](auto*) {
      order += who;
      if (order.size() == taken) all_answered.set_value();
    });
    if (is_taken) ++taken;  // the lane stands still meanwhile
    return is_taken;
  }
  std::string answers() {
    go_on.set_value();
    all_answered.get_future().wait();
    return order;
  }

  std::promise<void> go_on, all_answered;
  std::string order;
  std::size_t taken = 0;
  parley::chat::history_damage damage{"/nowhere/history.db", [](auto, const auto&) {}};
  reading_thread lane;
};

}  // namespace

BOOST_AUTO_TEST_CASE(askers_take_turns_whatever_each_has_waiting) {
  busy_lane lane(100);
  for (int i = 0; i < 3; ++i) lane.asks("a");
  lane.asks("b");
  lane.asks("c");
  lane.asks("b");
  BOOST_TEST(lane.answers() == "abcaba");
}

BOOST_AUTO_TEST_CASE(one_asker_may_have_an_eighth_of_what_may_wait) {
  busy_lane lane(16);
  BOOST_TEST(lane.asks("a"));
  BOOST_TEST(lane.asks("a"));
  BOOST_TEST(!lane.asks("a"));
  BOOST_TEST(lane.asks("b"));
  BOOST_TEST(lane.answers() == "aba");
}

BOOST_AUTO_TEST_CASE(no_more_wait_than_may) {
  busy_lane lane(8);
  for (int i = 0; i < 8; ++i) BOOST_TEST(lane.asks(std::to_string(i)));
  BOOST_TEST(!lane.asks("x"));
  lane.answers();
}

BOOST_AUTO_TEST_SUITE_END()
