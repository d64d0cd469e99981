#include "chat/utf8.hpp"

#include <string>

#include <boost/test/unit_test.hpp>

#include "encode_utf8.hpp"

BOOST_AUTO_TEST_SUITE(utf8)

using parley::chat::count_code_points;
using parley::chat::take_code_point;
using parley::test::encode_utf8;

namespace {

bool is_surrogate(char32_t point) {
  return point >= 0xd800 && point <= 0xdfff;
}

// How many bytes a sequence with this lead and second byte has by the grammar of RFC 3629, section 4; 0: none
// has them. What follows is taken to be fine.
std::size_t size_by_grammar(unsigned lead, unsigned second) {
  const auto second_is = [second](unsigned first, unsigned last) {
    return second >= first && second <= last;
  };
  if (lead <= 0x7f) return 1;
  if (lead >= 0xc2 && lead <= 0xdf) return second_is(0x80, 0xbf) ? 2 : 0;
  if (lead == 0xe0) return second_is(0xa0, 0xbf) ? 3 : 0;
  if (lead == 0xed) return second_is(0x80, 0x9f) ? 3 : 0;
  if (lead >= 0xe1 && lead <= 0xef) return second_is(0x80, 0xbf) ? 3 : 0;
  if (lead == 0xf0) return second_is(0x90, 0xbf) ? 4 : 0;
  if (lead >= 0xf1 && lead <= 0xf3) return second_is(0x80, 0xbf) ? 4 : 0;
  if (lead == 0xf4) return second_is(0x80, 0x8f) ? 4 : 0;
  return 0;
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_code_point_is_taken_as_what_it_is) {
  std::size_t wrong = 0;
  for (char32_t point = 0; point <= 0x10ffff; ++point) {
    if (is_surrogate(point)) continue;
    const auto bytes = encode_utf8(point);
    std::string_view text = bytes;
    if (take_code_point(text) != point || !text.empty()) ++wrong;
  }
  BOOST_TEST(wrong == 0U);
}

BOOST_AUTO_TEST_CASE(every_lead_and_second_byte_are_judged_by_the_grammar) {
  for (unsigned lead = 0; lead < 0x100; ++lead) {
    for (unsigned second = 0; second < 0x100; ++second) {
      const std::string bytes{static_cast<char>(lead), static_cast<char>(second), '\x80', '\x80'};
      std::string_view text = bytes;
      const bool taken = take_code_point(text).has_value();
      const auto size = bytes.size() - text.size();
      if (size != size_by_grammar(lead, second) || taken != (size != 0))
        BOOST_ERROR(std::hex << lead << ' ' << second << ": took " << size << " bytes");
    }
  }
}

BOOST_AUTO_TEST_CASE(one_is_taken_and_the_rest_is_left) {
  std::string_view text = "\xc3\xa9t\xf0\x9f\x98\x80";
  BOOST_CHECK(take_code_point(text) == U'\u00e9');
  BOOST_TEST(text == "t\xf0\x9f\x98\x80");
  BOOST_CHECK(take_code_point(text) == U't');
  BOOST_CHECK(take_code_point(text) == U'\U0001f600');
  BOOST_TEST(text.empty());
  BOOST_CHECK(!take_code_point(text));
}

BOOST_AUTO_TEST_CASE(what_is_not_utf8_is_left_where_it_is) {
  struct row {
    std::string_view what, bytes;
  };
  const row table[] = {
      {"nothing", ""},
      {"a continuation byte", "\x80"},
      {"two bytes cut off", "\xc3"},
      {"three bytes cut off", "\xe2\x82"},
      {"four bytes cut off", "\xf0\x9f\x98"},
      {"two bytes broken off", "\xc3z"},
      {"three bytes broken off", "\xe2\x82z"},
      {"four bytes broken off", "\xf0\x9f\x98z"},
      {"a slash in two bytes", "\xc0\xaf"},
      {"a slash in three bytes", "\xe0\x80\xaf"},
      {"a slash in four bytes", "\xf0\x80\x80\xaf"},
      {"the first surrogate", "\xed\xa0\x80"},
      {"the last surrogate", "\xed\xbf\xbf"},
      {"U+110000", "\xf4\x90\x80\x80"},
      {"five bytes", "\xf8\x88\x80\x80\x80"},
      {"0xfe", "\xfe"},
      {"0xff", "\xff"},
  };
  for (const auto& [what, bytes] : table) {
    std::string_view text = bytes;
    BOOST_TEST(!take_code_point(text).has_value(), what);
    BOOST_TEST(text.size() == bytes.size(), what);
  }
}

BOOST_AUTO_TEST_CASE(code_points_are_counted_and_not_bytes) {
  BOOST_TEST(count_code_points("").value() == 0U);
  BOOST_TEST(count_code_points("ada").value() == 3U);
  BOOST_TEST(count_code_points("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80").value() == 3U);
  BOOST_TEST(count_code_points(std::string(3, '\0')).value() == 3U);
}

BOOST_AUTO_TEST_CASE(one_bad_byte_anywhere_is_no_count) {
  for (const auto* text : {"\xff",
                           "\xff"
                           "ada",
                           "a\xff"
                           "da",
                           "ada\xff", "ada\xc3"})
    BOOST_TEST(!count_code_points(text).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
