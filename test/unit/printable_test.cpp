#include "app/config/printable.hpp"

#include <string>

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(printable)

using namespace parley;

BOOST_AUTO_TEST_CASE(ordinary_text_of_any_script_stays_as_it_is) {
  BOOST_TEST(parley::printable("Grüße, 世界 😀!") == "Grüße, 世界 😀!");
  BOOST_TEST(in_quotes("a") == "\"a\"");
}

BOOST_AUTO_TEST_CASE(what_could_break_the_line_or_deceive_is_escaped) {
  BOOST_TEST(parley::printable("a\nb\r\t") == R"(a\nb\r\t)");
  BOOST_TEST(parley::printable("\x1b[2J\x7f") == R"(\x1b[2J\x7f)");
  BOOST_TEST(parley::printable(std::string("\0", 1)) == R"(\x00)");
  BOOST_TEST(parley::printable("say \"hi\" \\") == R"(say \"hi\" \\)");
  BOOST_TEST(parley::printable("\u202etxt\u2066\u200b\u2028") == R"(\u202etxt\u2066\u200b\u2028)");
  BOOST_TEST(parley::printable("\u0085") == R"(\x85)");
}

BOOST_AUTO_TEST_CASE(bytes_that_are_not_utf8_are_escaped_one_by_one) {
  BOOST_TEST(parley::printable("\xff\xc3") == R"(\xff\xc3)");
  BOOST_TEST(parley::printable("\xed\xa0\x80") == R"(\xed\xa0\x80)");
}

BOOST_AUTO_TEST_CASE(long_text_is_cut_between_characters) {
  const std::string sixty = std::string(58, 'x') + "éé";
  BOOST_TEST(parley::printable(sixty) == sixty);
  BOOST_TEST(parley::printable(sixty + "y") == sixty + "...");
}

BOOST_AUTO_TEST_CASE(the_first_byte_that_is_not_utf8_is_found) {
  BOOST_TEST(!find_invalid_utf8("").has_value());
  BOOST_TEST(!find_invalid_utf8("aé€😀\U0010ffff").has_value());
  for (const std::string wrong : {"\x80", "\xc0\xaf", "\xc3", "\xc3(", "\xe0\x80\x80", "\xed\xbf\xbf",
                                  "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xf0\x9f\x98"}) {
    BOOST_TEST_CONTEXT(parley::printable(wrong)) {
      BOOST_TEST(find_invalid_utf8("é" + wrong).value_or(0) == 2U);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
