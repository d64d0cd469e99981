#include "app/config/host_name.hpp"

#include <string>

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(host_name)

using namespace parley;

BOOST_AUTO_TEST_CASE(names_are_labels_of_letters_digits_and_hyphens) {
  for (const std::string good :
       {"localhost", "a", "chat.example.org", "xn--bcher-kva.example", "3com.com", "a-b.c1"}) {
    BOOST_TEST_CONTEXT(good) {
      BOOST_TEST(is_host_name(good));
    }
  }
  BOOST_TEST(is_host_name(std::string(63, 'a') + "." + std::string(63, 'b')));
}

BOOST_AUTO_TEST_CASE(anything_else_is_no_name) {
  for (const std::string wrong : {"", ".", "a.", ".a", "a..b", "-a", "a-", "a_b", "a b", "*.example.org",
                                  "1.2.3.4", "5000", "https://a", "a:5000", "bücher.example", "a.0"}) {
    BOOST_TEST_CONTEXT(wrong) {
      BOOST_TEST(!is_host_name(wrong));
    }
  }
  BOOST_TEST(!is_host_name(std::string(64, 'a')));
  BOOST_TEST(!is_host_name(std::string(252, 'a') + ".b"));
  std::string long_name = "a";
  while (long_name.size() <= 253) long_name += ".a";
  BOOST_TEST(!is_host_name(long_name));
}

BOOST_AUTO_TEST_CASE(an_ip_literal_comes_back_in_its_usual_spelling) {
  BOOST_TEST(ip_literal("127.0.0.1").value_or("") == "127.0.0.1");
  BOOST_TEST(ip_literal("0:0:0:0:0:0:0:1").value_or("") == "::1");
  BOOST_TEST(ip_literal("2001:DB8::A").value_or("") == "2001:db8::a");
  for (const std::string wrong :
       {"", "localhost", "127.1", "256.0.0.1", "[::1]", "::1%eth0", "127.0.0.1:80", " ::1"}) {
    BOOST_TEST_CONTEXT(wrong) {
      BOOST_TEST(!ip_literal(wrong).has_value());
    }
  }
  BOOST_TEST(!ip_literal(std::string("::1\0x", 5)).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
