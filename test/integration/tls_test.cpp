// What is offered in a TLS handshake and what is refused, and what plain http meets.

#include <boost/test/unit_test.hpp>
#include <openssl/obj_mac.h>

#include "certificate_files.hpp"
#include "contains.hpp"
#include "server_process.hpp"

namespace parley::test {
BOOST_AUTO_TEST_SUITE(tls)
namespace {

// The alert a handshake is refused with; -1 where it succeeds.
int refusal_of(std::uint16_t port, const tls_options& options) {
  try {
    tls_client client(port, options);
    return -1;
  } catch (const tls_refused& refused) {
    return refused.alert;
  }
}

tls_options at_version(int version) {
  tls_options options;
  options.min_version = options.max_version = version;
  return options;
}

tls_options with_suite(const std::string& suite) {
  auto options = at_version(TLS1_2_VERSION);
  options.ciphers = suite;
  return options;
}

// RSA, so that a refused suite is refused for itself and not because the key does not fit it.
std::string rsa_certificate(const std::filesystem::path& folder) {
  write_certificate(folder / "certificate.pem", folder / "key.pem", key_kind::rsa);
  return "tls: {certificate: " + (folder / "certificate.pem").string() +
         ", key: " + (folder / "key.pem").string() + "}";
}

std::string answer_in_the_clear(std::uint16_t port, const std::string& request) {
  tcp_client client(port);
  client.write(request);
  return client.read_to_end();
}

}  // namespace

BOOST_AUTO_TEST_CASE(version_1_3_is_spoken) {
  server_process server;
  http_client client(server.port());
  BOOST_TEST(client.stream().version() == TLS1_3_VERSION);
  BOOST_TEST(client.stream().alpn() == "http/1.1");
  BOOST_TEST(client.get("/").status == 200);
}

BOOST_AUTO_TEST_CASE(version_1_2_is_spoken_and_carries_the_chat) {
  server_process server;
  const auto cookie = server.register_user("ada");
  auto socket = server.open(cookie, at_version(TLS1_2_VERSION));
  BOOST_TEST(socket.http().stream().version() == TLS1_2_VERSION);
  socket.send(join());
  BOOST_TEST(socket.expect("joined")["room"] == "lobby");
}

BOOST_AUTO_TEST_CASE(older_versions_are_refused) {
  server_process server;
  for (const int version : {TLS1_VERSION, TLS1_1_VERSION}) {
    auto options = at_version(version);
    options.ciphers = "ALL:@SECLEVEL=0";
    BOOST_TEST(refusal_of(server.port(), options) == alert::protocol_version);
  }
}

BOOST_AUTO_TEST_CASE(only_forward_secret_aead_suites_are_taken) {
  temporary_folder folder;
  server_process server(rsa_certificate(folder.path()));
  for (const auto* suite :
       {"ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-RSA-CHACHA20-POLY1305"})
    BOOST_TEST(tls_client(server.port(), with_suite(suite)).cipher() == suite);
  for (const auto* suite :
       {"AES128-GCM-SHA256", "AES256-SHA256", "AES128-SHA", "ECDHE-RSA-AES128-SHA", "ECDHE-RSA-AES256-SHA384",
        "DHE-RSA-AES128-GCM-SHA256", "ADH-AES128-GCM-SHA256"}) {
    BOOST_TEST_INFO(suite);
    BOOST_TEST(refusal_of(server.port(), with_suite(suite)) == alert::handshake_failure);
  }
}

// By ticket, so that it does not matter which shard one comes back to.
BOOST_AUTO_TEST_CASE(who_comes_back_resumes_on_any_shard) {
  server_process server("server: {shards: 4}");
  for (const int version : {TLS1_3_VERSION, TLS1_2_VERSION}) {
    http_client first(server.port(), at_version(version));
    BOOST_TEST(!first.stream().resumed());
    BOOST_TEST(first.get("/").status == 200);
    auto options = at_version(version);
    options.resume = first.stream().session();
    for (int i = 0; i < 20; ++i) {
      http_client again(server.port(), options);
      BOOST_TEST(again.stream().resumed());
      BOOST_TEST(again.get("/").status == 200);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_ticket_of_an_earlier_server_is_no_obstacle) {
  server_process server;
  http_client first(server.port());
  first.get("/");
  tls_options options;
  options.resume = first.stream().session();
  server.stop();
  server.start();
  http_client again(server.port(), options);
  BOOST_TEST(!again.stream().resumed());
  BOOST_TEST(again.get("/").status == 200);
}

BOOST_AUTO_TEST_CASE(the_curves_are_x25519_and_p256) {
  server_process server;
  tls_options options;
  options.groups = "X25519";
  BOOST_TEST(tls_client(server.port(), options).group() == NID_X25519);
  options.groups = "P-256";
  BOOST_TEST(tls_client(server.port(), options).group() == NID_X9_62_prime256v1);
  options.groups = "P-521:P-384";
  BOOST_TEST(refusal_of(server.port(), options) == alert::handshake_failure);
}

BOOST_AUTO_TEST_CASE(http_1_1_is_chosen_and_a_client_of_other_protocols_is_refused) {
  server_process server;
  tls_options options;
  options.alpn = {"h2", "http/1.1"};
  BOOST_TEST(tls_client(server.port(), options).alpn() == "http/1.1");
  options.alpn = {};
  BOOST_TEST(tls_client(server.port(), options).alpn() == "");
  options.alpn = {"h2"};
  BOOST_TEST(refusal_of(server.port(), options) == alert::no_application_protocol);
}

BOOST_AUTO_TEST_CASE(plain_http_gets_one_short_400_that_says_https) {
  server_process server;
  const std::string page = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
  const std::string websocket =
      "GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
      "Sec-WebSocket-Protocol: parley.v1\r\n\r\n";
  const std::vector<std::string> requests{
      page, page + page, websocket, "GET /\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n", std::string("\0\1\2\3", 4)};
  for (const auto& request : requests) {
    const auto answer = answer_in_the_clear(server.port(), request);
    BOOST_TEST_CONTEXT(request << " got " << answer) {
      BOOST_TEST(answer.rfind("HTTP/1.1 400 ", 0) == 0u);
      BOOST_TEST(contains(answer, "https://"));
      BOOST_TEST(lacks(answer, "Location:"));
      BOOST_TEST(answer.find("HTTP/1.1", 1) == std::string::npos);
      BOOST_TEST(answer.size() < 512);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_handshake_that_stands_still_is_ended_at_its_deadline) {
  server_process server("timeouts: {tls_handshake: 1s}");
  const auto start = clock::now();
  tcp_client silent(server.port()), torn(server.port());
  torn.write(std::string("\x16\x03\x01\x02\x00\x01", 6));
  BOOST_TEST(silent.ends());
  BOOST_TEST(torn.ends());
  BOOST_TEST(since(start).count() >= 1000);
  BOOST_TEST(http_client(server.port()).get("/").status == 200);
}

BOOST_AUTO_TEST_CASE(a_handshake_that_comes_byte_by_byte_has_the_same_deadline) {
  server_process server("timeouts: {tls_handshake: 1s}");
  tcp_client slow(server.port());
  // A record of 512 bytes, a byte every 50 ms: 25 s long.
  std::string hello = std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11) + std::string(501, 'x');
  std::size_t sent = 0;
  bool ended = false;
  for (; !ended && sent < hello.size(); ++sent) {
    try {
      slow.write(hello.substr(sent, 1));
      ended = slow.ends(within(50ms));
    } catch (const connection_ended&) {
      ended = true;
    }
  }
  BOOST_TEST(ended);
  BOOST_TEST(sent < hello.size());
}

BOOST_AUTO_TEST_CASE(garbage_in_a_handshake_ends_that_connection_only) {
  server_process server;
  for (const auto& bytes : {std::string("\x16") + std::string(600, 'x'),
                            std::string("\x16\x03\x03\xff\xff") + std::string(70'000, 'y'),
                            std::string("\x16\x03\x01\x00\x04\x0e\x00\x00\x00", 9)}) {
    tcp_client client(server.port());
    try {
      client.write(bytes);
    } catch (const connection_ended&) {
      continue;
    }
    BOOST_TEST(client.ends());
  }
  BOOST_TEST(http_client(server.port()).get("/").status == 200);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace parley::test
