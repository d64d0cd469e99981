#include <chrono>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "app/config/values.hpp"

BOOST_AUTO_TEST_SUITE(config_values)

using namespace parley;
using namespace std::chrono_literals;
using std::chrono::milliseconds;

namespace {

template <typename T>
struct good {
  std::string text;
  T value;
};

struct bad {
  std::string text;
  std::string hint;
};

template <typename Read, typename T>
void expect_values(Read read, const std::vector<good<T>>& cases) {
  for (const auto& [text, value] : cases) {
    BOOST_TEST_CONTEXT("text: " << text) {
      const auto result = read(text);
      BOOST_REQUIRE_MESSAGE(result.has_value(), "was refused");
      BOOST_CHECK(*result == value);
    }
  }
}

template <typename Read>
void expect_hints(Read read, const std::vector<bad>& cases) {
  for (const auto& [text, hint] : cases) {
    BOOST_TEST_CONTEXT("text: " << text) {
      const auto result = read(text);
      BOOST_REQUIRE_MESSAGE(!result.has_value(), "was accepted");
      BOOST_TEST(result.error() == hint);
    }
  }
}

constexpr auto largest = std::numeric_limits<std::int64_t>::max();

}  // namespace

BOOST_AUTO_TEST_CASE(a_number_is_decimal_digits) {
  expect_values(read_number, std::vector<good<std::uint64_t>>{
                                 {"0", 0}, {"7", 7}, {"10000", 10'000}, {"9223372036854775807", largest}});
  expect_hints(
      read_number,
      {{"", ""}, {"-1", ""}, {"+1", ""}, {"1.5", ""}, {"1e3", ""}, {"0x10", ""}, {"010", ""}, {"1 ", ""}});
}

BOOST_AUTO_TEST_CASE(a_number_too_large_to_hold_is_the_largest_one) {
  BOOST_TEST(*read_number("9999999999999999999") == static_cast<std::uint64_t>(largest));
  BOOST_TEST(*read_number(std::string(1000, '9')) == static_cast<std::uint64_t>(largest));
}

BOOST_AUTO_TEST_CASE(a_duration_has_a_unit) {
  expect_values(read_duration, std::vector<good<milliseconds>>{{"10ms", 10ms},
                                                               {"20s", 20s},
                                                               {"1.5s", 1500ms},
                                                               {"1.250s", 1250ms},
                                                               {"0.001s", 1ms},
                                                               {"10m", 10min},
                                                               {"12h", 12h},
                                                               {"30d", 720h},
                                                               {"0.5d", 12h},
                                                               {"0", 0ms},
                                                               {"0.0", 0ms},
                                                               {"0s", 0ms}});
}

BOOST_AUTO_TEST_CASE(a_refused_duration_says_what_to_write) {
  expect_hints(read_duration, {{"20", "20 has no unit: write 20s"},
                               {"1.5", "1.5 has no unit: write 1.5s"},
                               {"20 s", "did you mean 20s?"},
                               {"20S", "did you mean 20s?"},
                               {"20sec", "did you mean 20s?"},
                               {"5 minutes", "did you mean 5m?"},
                               {"5M", "did you mean 5m?"},
                               {"2weeks", "the units are ms, s, m, h and d"},
                               {"20s20", "the units are ms, s, m, h and d"},
                               {"0.5ms", "0.5ms is finer than a millisecond"},
                               {"1.0005s", "1.0005s is finer than a millisecond"},
                               {"0.0000000001d", "0.0000000001d is finer than a millisecond"},
                               {"", ""},
                               {"s", ""},
                               {"-1s", ""},
                               {".5s", ""},
                               {"1.s", ""},
                               {"soon", ""}});
}

BOOST_AUTO_TEST_CASE(a_duration_too_long_to_hold_is_the_longest_one) {
  BOOST_CHECK(*read_duration("9999999999999999999d") == milliseconds::max());
  BOOST_CHECK(*read_duration("106751991167d") <= milliseconds::max());
  BOOST_CHECK(*read_duration("106751991167d") > 0ms);
}

BOOST_AUTO_TEST_CASE(a_size_has_a_unit_of_powers_of_two) {
  expect_values(
      read_size,
      std::vector<good<std::uint64_t>>{
          {"0", 0}, {"512B", 512}, {"16KiB", 16'384}, {"1.5MiB", 1'572'864}, {"2GiB", 2'147'483'648}});
  expect_hints(read_size, {{"16384", "16384 has no unit: write 16384B or 16384KiB"},
                           {"16KB", "did you mean 16KiB?"},
                           {"16kb", "did you mean 16KiB?"},
                           {"16K", "did you mean 16KiB?"},
                           {"16 KiB", "did you mean 16KiB?"},
                           {"1M", "did you mean 1MiB?"},
                           {"1TiB", "the units are B, KiB, MiB and GiB"},
                           {"0.1KiB", "0.1KiB is finer than a byte"},
                           {"big", ""}});
}

BOOST_AUTO_TEST_CASE(a_rate_is_so_many_in_so_long) {
  expect_values(read_rate, std::vector<good<rate>>{{"20 in 10s", {20, 10s}},
                                                   {"1 in 1.5s", {1, 1500ms}},
                                                   {"20  in  1m", {20, 1min}},
                                                   {"off", {}},
                                                   {"0", {}},
                                                   {"0 in 10s", {}}});
  BOOST_TEST(read_rate("off")->off());
  BOOST_TEST(!read_rate("1 in 1s")->off());
}

BOOST_AUTO_TEST_CASE(a_rate_of_bytes_is_a_size_in_so_long) {
  expect_values(
      read_byte_rate,
      std::vector<good<rate>>{
          {"256KiB in 10s", {262'144, 10s}}, {"1.5MiB in 1m", {1'572'864, 1min}}, {"off", {}}, {"0", {}}});
  expect_hints(read_byte_rate, {{"256 in 10s", "256 has no unit: write 256B or 256KiB"},
                                {"256KB in 10s", "did you mean 256KiB?"},
                                {"256KiB in 10", "10 has no unit: write 10s"},
                                {"256KiB", ""}});
  BOOST_TEST(byte_rate_to_text(rate{262'144, 10s}) == "256KiB in 10s");
  BOOST_TEST(byte_rate_to_text(rate{}) == "off");
}

BOOST_AUTO_TEST_CASE(a_refused_rate_says_what_to_write) {
  expect_hints(read_rate, {{"20", "20 in what time? Write 20 in 10s"},
                           {"20 in 10", "10 has no unit: write 10s"},
                           {"20in10s", "did you mean 20 in 10s?"},
                           {"20/10s", "did you mean 20 in 10s?"},
                           {"5/s", "did you mean 5 in 1s?"},
                           {"5 per minute", "did you mean 5 in 1m?"},
                           {"20 per 10s", "did you mean 20 in 10s?"},
                           {"none", "did you mean off?"},
                           {"No", "did you mean off?"},
                           {"many in 10s", ""},
                           {"-1 in 10s", ""},
                           {"", ""},
                           {std::string(1000, '1'), ""}});
}

BOOST_AUTO_TEST_CASE(what_is_written_is_the_shortest_text_that_is_read_back) {
  BOOST_TEST(to_text(0ms) == "0");
  BOOST_TEST(to_text(1500ms) == "1500ms");
  BOOST_TEST(to_text(90s) == "90s");
  BOOST_TEST(to_text(milliseconds(60s)) == "1m");
  BOOST_TEST(to_text(milliseconds(720h)) == "30d");
  BOOST_TEST(size_to_text(1000) == "1000B");
  BOOST_TEST(size_to_text(16'384) == "16KiB");
  BOOST_TEST(to_text(rate{20, 10s}) == "20 in 10s");
  BOOST_TEST(to_text(rate{}) == "off");
}

BOOST_AUTO_TEST_SUITE_END()
