#include "chat/membership.hpp"

#include <vector>

#include <boost/test/unit_test.hpp>

namespace membership {

namespace {

using namespace parley::chat;
using state = membership_state;
using event = membership_event;
using action = membership_action;

// One arrow of the machine.
struct arrow {
  state before;
  event what;
  state after;
  action act;
};

void check(const std::vector<arrow>& arrows) {
  for (const auto& [before, what, after, act] : arrows) {
    const auto step = next_step(before, what);
    BOOST_TEST(static_cast<int>(step.next) == static_cast<int>(after),
               "from " << static_cast<int>(before) << " by " << static_cast<int>(what));
    BOOST_TEST(static_cast<int>(step.act) == static_cast<int>(act),
               "from " << static_cast<int>(before) << " by " << static_cast<int>(what));
  }
}

state after(std::initializer_list<event> events) {
  auto now = state::outside;
  for (const auto each : events) now = next_step(now, each).next;
  return now;
}

}  // namespace
}  // namespace membership

BOOST_AUTO_TEST_SUITE(membership)

BOOST_AUTO_TEST_CASE(outside_one_asks_to_be_let_in_and_cannot_leave) {
  check({{state::outside, event::join, state::entering, action::ask},
         {state::outside, event::leave, state::outside, action::refuse}});
}

BOOST_AUTO_TEST_CASE(an_answer_that_nobody_waits_for_is_sent_back) {
  check({{state::outside, event::entered, state::outside, action::go_back},
         {state::outside, event::not_entered, state::outside, action::tell},
         {state::outside, event::put_out, state::outside, action::nothing}});
}

BOOST_AUTO_TEST_CASE(on_the_way_in_one_asks_once_and_takes_what_the_home_says) {
  check({{state::entering, event::join, state::entering, action::nothing},
         {state::entering, event::leave, state::leaving, action::nothing},
         {state::entering, event::entered, state::in, action::take_place},
         {state::entering, event::not_entered, state::outside, action::tell},
         {state::entering, event::put_out, state::entering, action::nothing}});
}

BOOST_AUTO_TEST_CASE(who_asks_to_be_told_again_is_in_until_the_home_says_otherwise) {
  check({{state::asking_again, event::join, state::asking_again, action::nothing},
         {state::asking_again, event::leave, state::leaving, action::nothing},
         {state::asking_again, event::entered, state::in, action::take_place},
         {state::asking_again, event::not_entered, state::outside, action::tell},
         {state::asking_again, event::put_out, state::put_out_meanwhile, action::tell}});
}

BOOST_AUTO_TEST_CASE(who_is_in_may_be_told_again_and_leaves_at_once) {
  check({{state::in, event::join, state::asking_again, action::ask_again},
         {state::in, event::leave, state::outside, action::go},
         {state::in, event::put_out, state::outside, action::be_gone},
         {state::in, event::entered, state::in, action::nothing},
         {state::in, event::not_entered, state::in, action::nothing}});
}

BOOST_AUTO_TEST_CASE(who_leaves_before_the_answer_goes_when_it_comes) {
  check({{state::leaving, event::join, state::entering, action::nothing},
         {state::leaving, event::leave, state::leaving, action::refuse},
         {state::leaving, event::entered, state::outside, action::see_and_go},
         {state::leaving, event::not_entered, state::outside, action::tell},
         {state::leaving, event::put_out, state::leaving, action::nothing}});
}

BOOST_AUTO_TEST_CASE(who_is_put_out_before_the_answer_is_not_let_in_by_it) {
  check({{state::put_out_meanwhile, event::join, state::entering, action::nothing},
         {state::put_out_meanwhile, event::leave, state::put_out_meanwhile, action::refuse},
         {state::put_out_meanwhile, event::entered, state::outside, action::go_back},
         {state::put_out_meanwhile, event::not_entered, state::outside, action::tell},
         {state::put_out_meanwhile, event::put_out, state::put_out_meanwhile, action::nothing}});
}

BOOST_AUTO_TEST_CASE(a_kick_is_not_dodged_by_joining_again_and_again) {
  BOOST_TEST((after({event::join, event::entered, event::join, event::put_out}) == state::put_out_meanwhile));
  BOOST_TEST(
      (after({event::join, event::entered, event::join, event::put_out, event::entered}) == state::outside));
  BOOST_TEST((after({event::join, event::entered, event::join, event::put_out, event::not_entered}) ==
              state::outside));
}

BOOST_AUTO_TEST_CASE(who_comes_back_by_himself_is_not_put_out_by_what_ended_his_last_stay) {
  BOOST_TEST((after({event::join, event::entered, event::leave, event::join, event::put_out,
                     event::entered}) == state::in));
}

BOOST_AUTO_TEST_SUITE_END()
