#include "chat/work_share.hpp"

#include <string>

#include <boost/test/unit_test.hpp>

#include "app/connection/work_account.hpp"

BOOST_AUTO_TEST_SUITE(work_share)

using namespace std::chrono_literals;
using parley::work_account;
using parley::work_shares;
using parley::chat::time_point;

namespace {

constexpr time_point start{1000h};

}  // namespace

BOOST_AUTO_TEST_CASE(what_a_window_holds_may_be_taken_at_once_and_the_rest_waits) {
  parley::chat::work_share share;
  BOOST_TEST(share.wait(start).count() == 0);
  share.charge(start, 100ms, 10);  // all of a second's tenth
  BOOST_TEST(share.wait(start).count() == 0);
  share.charge(start, 20ms, 10);
  BOOST_TEST((share.wait(start) == 200ms));
  BOOST_TEST((share.wait(start + 150ms) == 50ms));
  BOOST_TEST(share.wait(start + 200ms).count() == 0);
  BOOST_TEST(!share.is_full(start + 200ms));
  BOOST_TEST(share.is_full(start + 1200ms));
}

BOOST_AUTO_TEST_CASE(who_rests_saves_no_more_than_a_window) {
  parley::chat::work_share share;
  share.charge(start, 1ms, 10);
  share.charge(start + 1h, 110ms, 10);
  BOOST_TEST((share.wait(start + 1h) == 100ms));
}

BOOST_AUTO_TEST_CASE(one_user_has_one_share_over_all_sockets) {
  work_shares addresses(25), users(10);
  work_account one(addresses, users), other(addresses, users), neighbour(addresses, users);
  for (auto* each : {&one, &other}) each->set_user("ada", start);
  neighbour.set_user("bob", start);
  one.charge(start, 150ms);
  BOOST_TEST(!other.has_turn(start));
  BOOST_TEST(other.has_turn(start + 500ms));
  BOOST_TEST(neighbour.has_turn(start));
}

BOOST_AUTO_TEST_CASE(one_address_has_one_share_over_all_users) {
  work_shares addresses(25), users(10);
  work_account one(addresses, users), other(addresses, users), proxied(addresses, users);
  for (auto* each : {&one, &other}) each->set_address("192.0.2.1", start);
  proxied.set_address("", start);
  one.charge(start, 300ms);
  BOOST_TEST(!other.has_turn(start));
  BOOST_TEST(proxied.has_turn(start));
}

BOOST_AUTO_TEST_CASE(a_hundred_percent_is_no_limit_and_keeps_nothing) {
  work_shares addresses(100), users(100);
  work_account account(addresses, users);
  account.set_address("192.0.2.1", start);
  account.set_user("ada", start);
  account.charge(start, 0ms);
  BOOST_TEST(account.has_turn(start));
  BOOST_TEST(addresses.size() + users.size() == 0U);
}

BOOST_AUTO_TEST_CASE(after_a_millisecond_it_is_the_others_turn_whatever_the_share) {
  work_shares addresses(100), users(100);
  work_account account(addresses, users);
  account.charge(start, 900us);
  BOOST_TEST(account.has_turn(start));
  account.charge(start, 100us);
  BOOST_TEST(!account.has_turn(start));
}

BOOST_AUTO_TEST_CASE(a_share_is_forgotten_when_it_is_full_again_and_nobody_has_it) {
  work_shares users(10);
  for (int i = 0; i < 1000; ++i) users.of("stranger" + std::to_string(i), start)->charge(start, 1ms, 10);
  BOOST_TEST(users.size() == 1000U);
  const auto kept = users.of("ada", start);
  for (int i = 0; i < 1000; ++i) (void)users.of("bob", start + 1h);
  BOOST_TEST(users.size() == 2U);
  BOOST_TEST(users.of("ada", start + 1h) == kept);
}

// Who comes back on a new socket goes on where the last one ended.
BOOST_AUTO_TEST_CASE(a_share_outlives_its_sockets_until_it_is_full) {
  work_shares users(10);
  users.of("ada", start)->charge(start, 200ms, 10);
  for (int i = 0; i < 100; ++i) (void)users.of("bob", start + 500ms);
  BOOST_TEST((users.of("ada", start + 500ms)->wait(start + 500ms) == 500ms));
}

BOOST_AUTO_TEST_SUITE_END()
