#include "chat/validation.hpp"

#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "encode_utf8.hpp"

BOOST_AUTO_TEST_SUITE(validation)

using namespace std::string_literals;
using parley::chat::error_code;
using parley::chat::message_text;
using parley::chat::room_name;
using parley::chat::room_topic;
using parley::test::encode_utf8;

namespace {

constexpr std::size_t fifty = 50;

std::string repeat(std::string_view text, std::size_t times) {
  std::string result;
  for (std::size_t i = 0; i < times; ++i) result += text;
  return result;
}

void expect_text(std::string_view text, std::string_view expected, std::size_t max_length = fifty) {
  const auto parsed = message_text::parse(text, max_length);
  BOOST_TEST_CONTEXT("text: " << text) {
    if (!parsed) BOOST_FAIL(parsed.error().message);
    BOOST_TEST(parsed->str() == expected);
  }
}

void expect_refusal(std::string_view text, error_code code, std::string_view message,
                    std::size_t max_length = fifty) {
  const auto parsed = message_text::parse(text, max_length);
  BOOST_TEST_CONTEXT("text: " << text) {
    if (parsed) BOOST_FAIL("was taken as \"" << parsed->str() << '"');
    BOOST_TEST(to_word(parsed.error().code) == to_word(code));
    BOOST_TEST(parsed.error().message == message);
  }
}

struct range {
  char32_t first, last;
};

std::vector<char32_t> all_of(std::initializer_list<range> ranges) {
  std::vector<char32_t> points;
  for (const auto& [first, last] : ranges)
    for (auto point = first; point <= last; ++point) points.push_back(point);
  return points;
}

constexpr auto one_line = "A message is one line.";
constexpr auto empty = "The message is empty.";
constexpr auto not_utf8 = "The text is not UTF-8.";

}  // namespace

BOOST_AUTO_TEST_CASE(a_text_is_kept_as_it_was_written) {
  for (const auto* text : {"a", "Hello, Bob!", "<b>&amp;\"'\\", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80",
                           "two  spaces inside", "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d"})
    expect_text(text, text);
}

BOOST_AUTO_TEST_CASE(white_space_at_both_ends_is_trimmed_as_a_browser_does) {
  // ECMAScript's WhiteSpace and LineTerminator, which String.prototype.trim takes off.
  for (const auto point : all_of({{0x09, 0x0d},
                                  {0x20, 0x20},
                                  {0xa0, 0xa0},
                                  {0x1680, 0x1680},
                                  {0x2000, 0x200a},
                                  {0x2028, 0x2029},
                                  {0x202f, 0x202f},
                                  {0x205f, 0x205f},
                                  {0x3000, 0x3000},
                                  {0xfeff, 0xfeff}})) {
    const auto space = encode_utf8(point);
    BOOST_TEST_CONTEXT("U+" << std::hex << static_cast<unsigned>(point)) {
      expect_text(space + "a b" + space + space, "a b");
      expect_refusal(space + space, error_code::bad_field, empty);
    }
  }
}

BOOST_AUTO_TEST_CASE(white_space_inside_a_text_stays) {
  for (const auto* space : {" ", "\xc2\xa0", "\xe3\x80\x80"})
    expect_text("a"s + space + "b", "a"s + space + "b");
}

BOOST_AUTO_TEST_CASE(the_length_is_counted_in_code_points) {
  for (const auto* character : {"a", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80"}) {
    expect_text(repeat(character, 50), repeat(character, 50));
    expect_refusal(repeat(character, 51), error_code::too_long,
                   "A message has at most 50 characters; this one has 51.");
  }
}

BOOST_AUTO_TEST_CASE(the_length_is_counted_after_trimming) {
  expect_text(repeat(" ", 100) + repeat("a", 50) + repeat("\n", 100), repeat("a", 50));
}

BOOST_AUTO_TEST_CASE(a_length_of_zero_is_no_bound) {
  expect_text(repeat("a", 100'000), repeat("a", 100'000), 0);
  expect_refusal("", error_code::bad_field, empty, 0);
}

BOOST_AUTO_TEST_CASE(what_parts_lines_is_refused) {
  for (const auto point : all_of({{0x0a, 0x0d}, {0x85, 0x85}, {0x2028, 0x2029}}))
    expect_refusal("a" + encode_utf8(point) + "b", error_code::bad_field, one_line);
}

BOOST_AUTO_TEST_CASE(a_tab_is_a_space) {
  expect_text("a\tb", "a b");
}

// Contacts paste a telephone number between U+202A and U+202C, messengers a name between U+2068 and U+2069.
BOOST_AUTO_TEST_CASE(what_cannot_be_seen_and_need_not_be_is_dropped) {
  expect_text("call \u202a+49 30 1234\u202c now", "call +49 30 1234 now");
  for (const auto point :
       all_of({{0x00, 0x08}, {0x0e, 0x1f}, {0x7f, 0x84}, {0x86, 0x9f}, {0x202a, 0x202e}, {0x2066, 0x2069}})) {
    const auto unseen = encode_utf8(point);
    BOOST_TEST_CONTEXT("U+" << std::hex << static_cast<unsigned>(point)) {
      for (const auto& text : {unseen + "ab", "a" + unseen + "b", "ab" + unseen, unseen + " ab " + unseen})
        expect_text(text, "ab");
      expect_refusal(unseen + unseen, error_code::bad_field, empty);
    }
  }
  expect_text(repeat("\u202aa\u202c", 50), repeat("a", 50));  // and does not count
}

BOOST_AUTO_TEST_CASE(what_right_to_left_writing_and_emoji_need_is_taken) {
  for (const auto point : {0x200c, 0x200d, 0x200e, 0x200f, 0x061c, 0xfe0f, 0x0301}) {
    const auto text = "a" + encode_utf8(static_cast<char32_t>(point)) + "b";
    expect_text(text, text);
  }
}

BOOST_AUTO_TEST_CASE(a_text_that_shows_nothing_is_empty) {
  const std::vector<char32_t> invisible{0x00ad,  0x034f, 0x061c, 0x115f,  0x1160, 0x17b4,  0x180b,
                                        0x180e,  0x200b, 0x200d, 0x200e,  0x2060, 0x2064,  0x2800,
                                        0x3164,  0xfe00, 0xfe0f, 0xfeff,  0xffa0, 0xe0020, 0xe0100,
                                        0x1d173, 0xfff9, 0xfffb, 0x1bca0, 0x301,  0x20dd,  0x93f};
  expect_refusal("", error_code::bad_field, empty);
  for (const auto point : invisible) {
    BOOST_TEST_CONTEXT("U+" << std::hex << static_cast<unsigned>(point)) {
      const auto text = encode_utf8(point);
      expect_refusal(text, error_code::bad_field, empty);
      expect_refusal(text + " " + text, error_code::bad_field, empty);
      expect_text(text + "a", (point == 0xfeff ? "" : text) + "a");
    }
  }
}

BOOST_AUTO_TEST_CASE(what_is_not_utf8_is_refused_wherever_it_stands) {
  for (const auto* text : {"\xff"
                           "a",
                           "a\xff"
                           "b",
                           "a\xff", "a\xc3", "a \xff ",
                           " \xff"
                           "a",
                           "a\xed\xa0\x80"
                           "b",
                           "a\xc0\xaf"})
    expect_refusal(text, error_code::bad_field, not_utf8);
}

BOOST_AUTO_TEST_CASE(a_room_name_of_the_rules_is_kept_in_lower_case) {
  struct row {
    std::string text, name;
  };
  const row table[] = {
      {"lobby", "lobby"},
      {"Lobby", "lobby"},
      {"A.B-c_9", "a.b-c_9"},
      {"...", "..."},
      {"AZaz09", "azaz09"},
      {"abc", "abc"},
      {std::string(32, 'Z'), std::string(32, 'z')},
  };
  for (const auto& [text, name] : table) {
    const auto parsed = room_name::parse(text);
    BOOST_TEST_CONTEXT(text) {
      BOOST_REQUIRE(parsed);
      BOOST_TEST(parsed->str() == name);
    }
  }
}

BOOST_AUTO_TEST_CASE(room_names_that_differ_in_case_are_one) {
  BOOST_CHECK(*room_name::parse("Lobby") == *room_name::parse("lOBBY"));
  BOOST_CHECK(*room_name::parse("lobby") != *room_name::parse("lobby2"));
  BOOST_CHECK(*room_name::parse("Attic") < *room_name::parse("lobby"));
}

BOOST_AUTO_TEST_CASE(any_other_room_name_is_refused_with_the_rules) {
  for (const auto& text : {""s, "ab"s, std::string(33, 'a'), std::string(100'000, 'a'), "lob by"s, " lobby"s,
                           "lobby\n"s, "lob/by"s, "lobby\0"s,
                           "l\xc3\xb6"
                           "bby"s,
                           "\xc3\xb6"s, "lo\xff"s, "[lobby]"s, "lo@bby"s, "`lobby`"s, "lo{b}y"s, "lo:by"s}) {
    const auto parsed = room_name::parse(text);
    BOOST_TEST_CONTEXT(text.substr(0, 40)) {
      BOOST_REQUIRE(!parsed);
      BOOST_TEST(to_word(parsed.error().code) == "bad_field");
      BOOST_TEST(parsed.error().message == "A room's name has 3 to 32 characters of A-Z a-z 0-9 _ . -");
    }
  }
}

BOOST_AUTO_TEST_CASE(a_topic_may_be_empty_and_is_else_like_a_message) {
  BOOST_TEST(room_topic::parse("")->str() == "");
  BOOST_TEST(room_topic::parse("   ")->str() == "");
  BOOST_TEST(room_topic::parse(" tea ")->str() == "tea");
  BOOST_TEST(room_topic::parse(std::string(120, 'x')).has_value());
  BOOST_TEST(!room_topic::parse(std::string(121, 'x')).has_value());
  BOOST_TEST(!room_topic::parse("two\nlines").has_value());
}

BOOST_AUTO_TEST_CASE(a_room_of_two_has_one_name_however_it_is_asked_for) {
  for (const auto* asked : {"@ada:bob", "@bob:ada", "@Bob:ADA"}) {
    const auto name = room_name::parse(asked);
    BOOST_REQUIRE(name);
    BOOST_TEST(name->str() == "@ada:bob");
    BOOST_TEST(name->direct()->first == "ada");
    BOOST_TEST(name->direct()->second == "bob");
  }
  for (const auto* wrong :
       {"@", "@ada", "@ada:", "@:bob", "@ada:ada", "@ada:ADA", "@ada:bob:eve", "@a:bob", "@ada bob"})
    BOOST_TEST(!room_name::parse(wrong).has_value(), wrong);
  BOOST_TEST(!room_name::parse("lobby")->direct().has_value());
}

BOOST_AUTO_TEST_SUITE_END()
