#include "app/config/trusted_proxies.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(trusted_proxies)

using parley::ip_network;

namespace {

asio::ip::address address(const char* text) {
  return asio::ip::make_address(text);
}

bool holds(const char* network, const char* text) {
  return ip_network::parse(network).value().contains(address(text));
}

const parley::trusted_proxies proxies({"10.0.0.0/8", "2001:db8::1"});

std::string client(const char* peer, const char* header) {
  return proxies.client_of(address(peer), header).to_string();
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_network_holds_what_shares_its_first_bits) {
  BOOST_TEST(holds("192.0.2.7", "192.0.2.7"));
  BOOST_TEST(!holds("192.0.2.7", "192.0.2.6"));
  BOOST_TEST(holds("10.0.0.0/8", "10.255.0.1"));
  BOOST_TEST(!holds("10.0.0.0/8", "11.0.0.1"));
  BOOST_TEST(holds("172.16.0.0/12", "172.31.255.255"));
  BOOST_TEST(!holds("172.16.0.0/12", "172.32.0.0"));
  BOOST_TEST(holds("0.0.0.0/0", "203.0.113.9"));
  BOOST_TEST(!holds("0.0.0.0/0", "2001:db8::1"));
  BOOST_TEST(holds("2001:db8::/33", "2001:db8:7fff::1"));
  BOOST_TEST(!holds("2001:db8::/33", "2001:db8:8000::1"));
  BOOST_TEST(holds("::/0", "192.0.2.7"));
}

BOOST_AUTO_TEST_CASE(an_ipv4_address_is_the_same_when_it_is_mapped_into_ipv6) {
  BOOST_TEST(holds("10.0.0.0/8", "::ffff:10.1.2.3"));
  BOOST_TEST(holds("::ffff:10.1.2.3", "10.1.2.3"));
}

BOOST_AUTO_TEST_CASE(what_is_no_network_is_refused) {
  for (const auto* text : {"", "/", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8x",
                           "10.0.0/8", "proxy", "::/129", "fe80::1%eth0", "10.0.0.0/8/8"})
    BOOST_TEST(!ip_network::parse(text).has_value(), text);
}

BOOST_AUTO_TEST_CASE(who_is_no_proxy_is_not_believed) {
  BOOST_TEST(client("192.0.2.1", "203.0.113.9") == "192.0.2.1");
  BOOST_TEST(client("192.0.2.1", "") == "192.0.2.1");
}

BOOST_AUTO_TEST_CASE(a_port_beside_the_address_does_not_matter) {
  BOOST_TEST(client("10.0.0.1", "203.0.113.9:51234") == "203.0.113.9");
  BOOST_TEST(client("10.0.0.1", "[2001:db8::9]") == "2001:db8::9");
  BOOST_TEST(client("10.0.0.1", "1.1.1.1, [2001:db8::9]:443") == "2001:db8::9");
  BOOST_TEST(client("10.0.0.1", "2001:db8::9") == "2001:db8::9");
  BOOST_TEST(client("10.0.0.1", "[") == "10.0.0.1");
  BOOST_TEST(client("10.0.0.1", "[]") == "10.0.0.1");
  BOOST_TEST(client("10.0.0.1", ":") == "10.0.0.1");
}

BOOST_AUTO_TEST_CASE(the_client_is_the_last_address_that_is_no_proxy) {
  BOOST_TEST(client("10.0.0.1", "203.0.113.9") == "203.0.113.9");
  BOOST_TEST(client("10.0.0.1", "1.1.1.1, 203.0.113.9") == "203.0.113.9");
  BOOST_TEST(client("10.0.0.1", "203.0.113.9 ,10.0.0.7,  2001:db8::1") == "203.0.113.9");
  BOOST_TEST(client("2001:db8::1", "2001:db8:5::9") == "2001:db8:5::9");
}

BOOST_AUTO_TEST_CASE(without_an_address_that_can_be_read_it_is_the_nearest_proxy) {
  BOOST_TEST(client("10.0.0.1", "") == "10.0.0.1");
  BOOST_TEST(client("10.0.0.1", "unknown") == "10.0.0.1");
  BOOST_TEST(client("10.0.0.1", "203.0.113.9, unknown, 10.0.0.2") == "10.0.0.2");
  BOOST_TEST(client("10.0.0.1", ",,,") == "10.0.0.1");
}

BOOST_AUTO_TEST_SUITE_END()
