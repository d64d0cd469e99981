#include "auth/normal_form.hpp"

#include <string>

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(normal_form)

using parley::auth::to_nfc;

BOOST_AUTO_TEST_CASE(letters_and_their_marks_become_one) {
  BOOST_TEST(to_nfc("cafe\u0301") == "caf\u00e9");
  BOOST_TEST(to_nfc("caf\u00e9") == "caf\u00e9");
  BOOST_TEST(to_nfc("\u1112\u1161\u11ab") == "\ud55c");  // hangul
  BOOST_TEST(to_nfc("a\u0323\u0302") == to_nfc("a\u0302\u0323"));
}

BOOST_AUTO_TEST_CASE(what_only_looks_alike_stays) {
  BOOST_TEST(to_nfc("\ufb01") == "\ufb01");  // a ligature: compatible, not the same
  BOOST_TEST(to_nfc("") == "");
  BOOST_TEST(to_nfc(std::string("a\0b", 3)) == std::string("a\0b", 3));
}

BOOST_AUTO_TEST_CASE(what_is_not_utf8_stays) {
  BOOST_TEST(to_nfc("e\xcc") == "e\xcc");
}

BOOST_AUTO_TEST_SUITE_END()
