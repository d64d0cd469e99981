#include "net/session_ticket_keys.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(session_ticket_keys)

using namespace std::chrono_literals;
using keys = parley::net::session_ticket_keys;

namespace {

constexpr keys::time_point start{1000h};

}  // namespace

BOOST_AUTO_TEST_CASE(one_key_seals_for_a_period) {
  keys ring;
  const auto first = ring.sealing(start)->name;
  BOOST_TEST((ring.sealing(start + keys::period - 1s)->name == first));
  BOOST_TEST((ring.sealing(start + keys::period)->name != first));
}

BOOST_AUTO_TEST_CASE(a_key_opens_for_one_period_more_and_then_wants_the_ticket_renewed) {
  keys ring;
  const auto first = *ring.sealing(start);
  BOOST_TEST(!ring.opening(first.name, start + 1s)->renew);
  const auto later = ring.opening(first.name, start + keys::period + 1s);
  BOOST_REQUIRE(later.has_value());
  BOOST_TEST(later->renew);
  BOOST_TEST((later->used.cipher == first.cipher));
  BOOST_TEST(ring.opening(first.name, start + 2 * keys::period).has_value() == false);
}

BOOST_AUTO_TEST_CASE(a_key_does_not_outlive_two_periods_however_quiet_they_were) {
  keys ring;
  const auto first = *ring.sealing(start);
  BOOST_TEST(!ring.opening(first.name, start + 2 * keys::period).has_value());
  BOOST_TEST(!ring.opening(first.name, start + 100 * keys::period).has_value());
}

BOOST_AUTO_TEST_CASE(an_unknown_name_opens_nothing) {
  keys ring;
  ring.sealing(start);
  const std::array<unsigned char, keys::name_size> name{};
  BOOST_TEST(!ring.opening(name, start).has_value());
  BOOST_TEST(!ring.opening({}, start).has_value());
}

BOOST_AUTO_TEST_CASE(keys_are_not_alike) {
  keys one, two;
  BOOST_TEST((one.sealing(start)->cipher != two.sealing(start)->cipher));
  const auto key = *one.sealing(start);
  BOOST_TEST((key.cipher != key.mac));
}

BOOST_AUTO_TEST_SUITE_END()
