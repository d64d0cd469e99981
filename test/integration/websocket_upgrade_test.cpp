// From HTTP to WebSocket: who is let through, and how the others are told.

#include <boost/test/unit_test.hpp>

#include "contains.hpp"
#include "server_process.hpp"

namespace parley::test {
namespace websocket_upgrade {
namespace {

struct running {
  server_process server;

  http_answer ask(const upgrade& how) const {
    http_client connection(server.port());
    return ask_for_upgrade(connection, how);
  }
  std::string own_origin() const { return "https://localhost:" + std::to_string(server.port()); }
};

}  // namespace

}  // namespace websocket_upgrade

BOOST_FIXTURE_TEST_SUITE(websocket_upgrade, running)

BOOST_AUTO_TEST_CASE(is_answered_with_101_and_the_subprotocol) {
  const websocket_client socket(server.port());
  BOOST_TEST(socket.accepted().header("Sec-WebSocket-Protocol") == "parley.v1");
  BOOST_TEST(contains(socket.accepted().header("Upgrade"), "websocket"));
  BOOST_TEST(!socket.accepted().has_header("Sec-WebSocket-Extensions"));
}

BOOST_AUTO_TEST_CASE(finds_its_subprotocol_among_others) {
  upgrade how;
  how.subprotocol = "chat.v2, parley.v1, parley.v9";
  BOOST_TEST(ask(how).header("Sec-WebSocket-Protocol") == "parley.v1");
}

BOOST_AUTO_TEST_CASE(without_the_subprotocol_is_400) {
  upgrade how;
  for (const auto* offered : {"", "chat", "PARLEY.V1", "parley.v10"}) {
    how.subprotocol = offered;
    BOOST_TEST_INFO(offered);
    BOOST_TEST(ask(how).status == 400);
  }
}

BOOST_AUTO_TEST_CASE(from_the_own_origin_or_from_none_is_taken) {
  upgrade how;
  how.origin = own_origin();
  BOOST_TEST(ask(how).status == 101);
  how.origin = "";
  BOOST_TEST(ask(how).status == 101);
}

BOOST_AUTO_TEST_CASE(from_a_foreign_origin_is_403_with_or_without_a_cookie) {
  const auto cookie = server.register_user("Ada");
  for (const auto& origin :
       {std::string("https://evil.example"), std::string("null"), "http" + own_origin().substr(5),
        std::string("https://localhost"), own_origin() + ".evil.example"})
    for (const auto& with : {cookie, std::string()}) {
      upgrade how;
      how.origin = origin;
      how.cookie = with;
      BOOST_TEST_INFO(origin);
      BOOST_TEST(ask(how).status == 403);
    }
}

BOOST_AUTO_TEST_CASE(to_another_version_is_426_and_names_13) {
  upgrade how;
  for (const auto* version : {"8", "14", "", "x"}) {
    how.version = version;
    const auto answer = ask(how);
    BOOST_TEST_INFO(version);
    BOOST_TEST(answer.status == 426);
    BOOST_TEST(answer.header("Sec-WebSocket-Version") == "13");
  }
}

BOOST_AUTO_TEST_CASE(without_a_good_key_is_400) {
  for (const auto* key :
       {"-", "", "short", "not base64 at all!!!!!!", "dGhlIHNhbXBsZSBub25jZQ==dGhlIHNhbXBsZSBub25jZQ=="}) {
    http_client connection(server.port());
    const auto answer = connection.get("/ws", {{"Connection", "Upgrade"},
                                               {"Upgrade", "websocket"},
                                               {"Sec-WebSocket-Version", "13"},
                                               {"Sec-WebSocket-Protocol", "parley.v1"},
                                               {"Sec-WebSocket-Key", key}});
    BOOST_TEST_INFO(key);
    BOOST_TEST(answer.status == 400);
  }
}

BOOST_AUTO_TEST_CASE(happens_only_at_its_path_and_only_with_get) {
  upgrade how;
  how.target = "/";
  BOOST_TEST(ask(how).status != 101);
  how.target = "/ws/";
  BOOST_TEST(ask(how).status != 101);
  const http_headers headers{{"Connection", "Upgrade"},
                             {"Upgrade", "websocket"},
                             {"Sec-WebSocket-Version", "13"},
                             {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="},
                             {"Sec-WebSocket-Protocol", "parley.v1"}};
  BOOST_TEST(http_client(server.port()).request("POST", "/ws", headers).status == 405);
}

BOOST_AUTO_TEST_CASE(is_needed_at_the_path_of_the_socket) {
  const auto answer = http_client(server.port()).get("/ws");
  BOOST_TEST_INFO(answer.status);
  BOOST_TEST((answer.status == 426 || answer.status == 400));
}

BOOST_AUTO_TEST_CASE(takes_frames_that_come_with_the_request) {
  http_client connection(server.port());
  connection.send_raw(
      "GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
      "Sec-WebSocket-Protocol: parley.v1\r\n\r\n" +
      encode({opcode::ping, "early"}));
  BOOST_TEST(connection.receive().status == 101);
  auto received = connection.take_input();
  while (received.size() < 7) received += connection.stream().read_some();
  BOOST_TEST(received ==
             "\x8a\x05"
             "early");
}

BOOST_AUTO_TEST_CASE(follows_requests_on_a_kept_connection) {
  http_client connection(server.port());
  BOOST_TEST(connection.get("/").status == 200);
  BOOST_TEST(ask_for_upgrade(connection, {}).status == 101);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace parley::test
