#include "auth/user_name.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(user_name)

namespace auth = parley::auth;

BOOST_AUTO_TEST_CASE(takes_what_the_rules_allow_and_keeps_it_as_written) {
  for (const std::string text : {"ada", "Ada", "A.d-a_9", "...", "000", "abcdefghijklmnopqrstuvwxyz012345"}) {
    const auto name = auth::user_name::parse(text);
    BOOST_TEST_CONTEXT(text) {
      BOOST_REQUIRE(name);
      BOOST_TEST(name->display() == text);
    }
  }
}

BOOST_AUTO_TEST_CASE(refuses_everything_else_and_says_why) {
  struct refusal {
    std::string text;
    std::string_view reason;
  };
  const refusal table[] = {
      {"", "at least 3"},
      {"ab", "at least 3"},
      {std::string(33, 'a'), "at most 32"},
      {std::string(100'000, 'a'), "at most 32"},
      {"a b", "letters A to Z"},
      {"ada ", "letters A to Z"},
      {"ad\n", "letters A to Z"},
      {"<b>", "letters A to Z"},
      {"ada/../root", "letters A to Z"},
      {"\xC3\xA9lise", "letters A to Z"},
      {"\xC3\xA9", "letters A to Z"},
      {std::string("ada\0x", 5), "letters A to Z"},
      {"ad\xFF", "letters A to Z"},
  };
  for (const auto& [text, reason] : table) {
    const auto name = auth::user_name::parse(text);
    BOOST_TEST_CONTEXT(text) {
      BOOST_REQUIRE(!name);
      BOOST_TEST(name.error().find(reason) != std::string::npos, name.error());
    }
  }
}

BOOST_AUTO_TEST_CASE(is_the_same_name_in_any_case) {
  const auto ada = *auth::user_name::parse("Ada.Lovelace");
  BOOST_TEST(ada.key() == "ada.lovelace");
  BOOST_CHECK(ada == *auth::user_name::parse("aDA.lOVELACE"));
  BOOST_CHECK(ada != *auth::user_name::parse("Ada_Lovelace"));
}

BOOST_AUTO_TEST_SUITE_END()
