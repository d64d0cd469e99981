#include <boost/test/unit_test.hpp>

#include "app/connection/site.hpp"

namespace own_site {

using this_site = parley::site;
using parley::net::parse_authority;

namespace {

const this_site ours({"chat.example.org", "2001:db8::7"}, "Frog.lan");

bool answers(const char* host, bool by_proxy = false) {
  const auto parsed = parse_authority(host);
  BOOST_REQUIRE_MESSAGE(parsed, host);
  return ours.answers_to(*parsed, by_proxy);
}

bool is_own(const char* origin, const char* host, bool by_proxy = false) {
  return ours.is_own(origin, *parse_authority(host), by_proxy);
}

}  // namespace
}  // namespace own_site

BOOST_AUTO_TEST_SUITE(own_site)

BOOST_AUTO_TEST_CASE(an_authority_is_a_host_and_perhaps_a_port) {
  struct row {
    const char* text;
    const char* host;
    int port;
  };
  const row table[] = {{"chat.example.org", "chat.example.org", -1},
                       {"CHAT.example.org:5000", "chat.example.org", 5000},
                       {"a_b", "a_b", -1},
                       {"127.0.0.1:1", "127.0.0.1", 1},
                       {"[::1]", "::1", -1},
                       {"[2001:DB8:0::7]:65535", "2001:db8::7", 65535},
                       {"localhost:", "localhost", -1}};
  for (const auto& [text, host, port] : table) {
    const auto parsed = parse_authority(text);
    BOOST_REQUIRE_MESSAGE(parsed, text);
    BOOST_TEST(parsed->host == host);
    BOOST_TEST((parsed->port ? *parsed->port : -1) == port);
  }
  for (const auto* wrong : {"", ":", ":80", "[::1", "::1", "[::1]x", "[localhost]", "[127.0.0.1]",
                            "localhost:abc", "localhost:65536", "localhost:-1", "localhost:1:2", "a b", "a/b",
                            "a@b", "a\\b", "a,b", "a%41", "\xc3\xa4"})
    BOOST_TEST(!parse_authority(wrong), wrong);
  BOOST_TEST(!parse_authority(std::string(254, 'a')));
}

BOOST_AUTO_TEST_CASE(a_host_is_ours_where_nobody_else_can_point_it_here) {
  for (const auto* host : {"chat.example.org", "Chat.Example.ORG:5000", "localhost", "localhost:5000",
                           "frog.lan", "frog", "x.localhost", "192.0.2.1", "[2001:db8::8]:443"})
    BOOST_TEST(answers(host), host);
  for (const auto* host : {"evil.example", "example.org", "chat.example.org.evil.example", "lan"}) {
    BOOST_TEST(!answers(host), host);
    BOOST_TEST(answers(host, true), host);
  }
}

BOOST_AUTO_TEST_CASE(an_origin_is_ours_where_it_is_the_host_that_was_asked_for) {
  BOOST_TEST(is_own("https://localhost:5000", "localhost:5000"));
  BOOST_TEST(is_own("https://192.0.2.1", "192.0.2.1:443"));
  BOOST_TEST(is_own("https://[2001:db8::9]:5000", "[2001:DB8::9]:5000"));
  for (const auto* other : {"http://localhost:5000", "https://localhost", "https://localhost:5001", "null",
                            "https://evil.example", "https://localhost:5000.evil.example", "https://", ""})
    BOOST_TEST(!is_own(other, "localhost:5000"), other);
}

BOOST_AUTO_TEST_CASE(the_operators_names_are_ours_whatever_host_a_proxy_writes) {
  BOOST_TEST(is_own("https://chat.example.org", "127.0.0.1:5000", true));
  BOOST_TEST(is_own("https://chat.example.org:8443", "backend", true));
  BOOST_TEST(is_own("https://[2001:db8::7]", "backend", true));
  BOOST_TEST(!is_own("https://evil.example", "backend", true));
  BOOST_TEST(is_own("https://chat.example.org:5000", "[2001:db8::7]:5000"));      // another of our names
  BOOST_TEST(!is_own("https://chat.example.org:8443", "chat.example.org:5000"));  // another program's port
}

BOOST_AUTO_TEST_SUITE_END()
