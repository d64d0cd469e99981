#include "app/connection/admission.hpp"

#include <vector>

#include <boost/test/unit_test.hpp>

#include "app/accounts/limited_address.hpp"

BOOST_AUTO_TEST_SUITE(admission)

using parley::limited_address;

namespace {

const auto here = asio::ip::make_address("192.0.2.1");
const auto there = asio::ip::make_address("192.0.2.2");

}  // namespace

BOOST_AUTO_TEST_CASE(an_address_has_so_many_places_and_others_are_not_touched_by_it) {
  parley::admission doors(100, 2);
  const auto one = doors.enter(here), two = doors.enter(here), three = doors.enter(here);
  BOOST_TEST(!one->turned_away());
  BOOST_TEST(!two->turned_away());
  BOOST_TEST(three->turned_away());
  BOOST_TEST(!doors.enter(there)->turned_away());
}

BOOST_AUTO_TEST_CASE(a_place_comes_back_when_its_connection_goes) {
  parley::admission doors(1, 1);
  {
    const auto first = doors.enter(here);
    BOOST_TEST(doors.enter(there)->turned_away());
  }
  BOOST_TEST(!doors.enter(there)->turned_away());
}

BOOST_AUTO_TEST_CASE(who_is_turned_away_takes_no_place_from_anybody) {
  parley::admission doors(10, 1);
  std::vector<parley::admission::place> places;
  for (int i = 0; i < 50; ++i) places.push_back(std::move(*doors.enter(here)));
  BOOST_TEST(!doors.enter(there)->turned_away());
}

BOOST_AUTO_TEST_CASE(only_so_many_are_told_and_the_next_are_not_taken_at_all) {
  parley::admission doors(1, 0);
  std::vector<parley::admission::place> places;
  while (auto place = doors.enter(here)) places.push_back(std::move(*place));
  BOOST_TEST(places.size() == 101U);
  places.pop_back();
  BOOST_TEST(doors.enter(here)->turned_away());
}

BOOST_AUTO_TEST_CASE(who_is_not_counted_by_address_is_counted_all_the_same) {
  parley::admission doors(2, 1);
  const auto one = doors.enter(std::nullopt), two = doors.enter(std::nullopt),
             three = doors.enter(std::nullopt);
  BOOST_TEST(!one->turned_away());
  BOOST_TEST(!two->turned_away());
  BOOST_TEST(three->turned_away());
}

BOOST_AUTO_TEST_CASE(a_proxys_client_may_be_counted_later_and_once) {
  parley::admission doors(10, 1);
  auto one = doors.enter(std::nullopt), two = doors.enter(std::nullopt);
  BOOST_TEST(one->count_for(here));
  BOOST_TEST(one->count_for(here));
  BOOST_TEST(!two->count_for(here));
  BOOST_TEST(two->count_for(there));
  BOOST_TEST(doors.enter(here)->turned_away());
  {
    const auto gone = std::move(*one);
  }
  BOOST_TEST(!doors.enter(here)->turned_away());
}

BOOST_AUTO_TEST_CASE(zero_is_no_limit_of_an_address) {
  parley::admission doors(1000, 0);
  std::vector<parley::admission::place> places;
  for (int i = 0; i < 1000; ++i) {
    places.push_back(std::move(*doors.enter(here)));
    BOOST_TEST(!places.back().turned_away());
  }
}

BOOST_AUTO_TEST_CASE(one_subscriber_is_one_address) {
  const auto limited = [](const char* text) {
    return limited_address(asio::ip::make_address(text)).to_string();
  };
  BOOST_TEST(limited("192.0.2.1") == "192.0.2.1");
  BOOST_TEST(limited("::ffff:192.0.2.1") == "192.0.2.1");
  BOOST_TEST(limited("2001:db8:1:2:3:4:5:6") == "2001:db8:1:2::");
}

BOOST_AUTO_TEST_SUITE_END()
