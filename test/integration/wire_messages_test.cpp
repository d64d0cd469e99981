// What a frame may say, before and after log-in, and how each kind of nonsense is answered.

#include <boost/test/unit_test.hpp>

#include "server_process.hpp"

namespace parley::test {
namespace wire_messages {
namespace {

struct running {
  server_process server;
  std::string cookie = server.register_user("Ada");
  std::string token = cookie.substr(cookie.find('=') + 1);

  static json login(const std::string& name, const std::string& password) {
    auto frame = credentials(name, password);
    frame["type"] = "login";
    return frame;
  }
};

}  // namespace

}  // namespace wire_messages

BOOST_FIXTURE_TEST_SUITE(wire_messages, running)

BOOST_AUTO_TEST_CASE(a_socket_with_a_cookie_is_welcomed_at_once) {
  upgrade how;
  how.cookie = cookie;
  websocket_client socket(server.port(), how);
  const auto welcome = socket.expect("welcome");
  BOOST_TEST_CONTEXT(welcome) {
    BOOST_TEST(welcome["user"] == "Ada");
    BOOST_TEST(welcome["roles"].is_array());
    BOOST_TEST(welcome["rooms"] == json::array({"lobby"}));
    BOOST_TEST(welcome["limits"]["message_length"] == 50);
    BOOST_TEST(welcome["limits"]["message_interval_ms"] == 0);
    BOOST_TEST(welcome["limits"]["frame_size"] == 16'384);
    BOOST_TEST(welcome["limits"]["activity"] == "input");
    BOOST_TEST(!welcome.contains("token"));
  }
}

BOOST_AUTO_TEST_CASE(a_socket_without_one_logs_in_by_frame_and_gets_a_token_to_resume_with) {
  websocket_client first(server.port());
  first.send(login("ADA", good_password));
  const auto welcome = first.expect("welcome");
  BOOST_TEST(welcome["user"] == "Ada");
  const auto own_token = welcome.value("token", "");
  BOOST_TEST(own_token.size() == 43u);
  BOOST_TEST(own_token != token);

  websocket_client second(server.port());
  second.send({{"type", "resume"}, {"token", own_token}});
  BOOST_TEST(second.expect("welcome")["user"] == "Ada");
  second.send(join());
  BOOST_TEST(second.expect("joined")["count"] == 1);
}

BOOST_AUTO_TEST_CASE(wrong_credentials_get_an_error_and_4501) {
  for (const auto& frame : {login("Ada", "wrong password"), login("Nobody", good_password)}) {
    websocket_client socket(server.port());
    socket.send(frame);
    socket.expect_error("bad_credentials");
    BOOST_TEST(socket.expect_close().code == 4501);
  }
}

BOOST_AUTO_TEST_CASE(a_dead_token_or_cookie_gets_an_error_and_4501) {
  const std::string dead(43, 'A');
  websocket_client by_frame(server.port());
  by_frame.send({{"type", "resume"}, {"token", dead}});
  by_frame.expect_error("not_logged_in");
  BOOST_TEST(by_frame.expect_close().code == 4501);
  upgrade how;
  how.cookie = "__Host-parley=" + dead;
  websocket_client by_cookie(server.port(), how);
  by_cookie.expect_error("not_logged_in");
  BOOST_TEST(by_cookie.expect_close().code == 4501);
}

BOOST_AUTO_TEST_CASE(whoever_does_not_log_in_in_time_gets_4501) {
  server_process strict("timeouts: {login: 1s}");
  const auto start = clock::now();
  websocket_client silent(strict.port()), busy(strict.port());
  busy.send(join());
  busy.expect_error("not_logged_in");
  BOOST_TEST(silent.expect_close().code == 4501);
  BOOST_TEST(busy.expect_close().code == 4501);
  BOOST_TEST(since(start).count() >= 1000);
}

BOOST_AUTO_TEST_CASE(frames_before_the_welcome_are_refused) {
  websocket_client socket(server.port());
  for (const auto& frame :
       {join(), say("hello"), json{{"type", "leave"}, {"room", "lobby"}}, json{{"type", "activity"}}}) {
    socket.send(frame);
    BOOST_TEST_CONTEXT(frame) {
      socket.expect_error("not_logged_in");
    }
  }
  socket.send(login("Ada", good_password));
  BOOST_TEST(socket.expect("welcome")["user"] == "Ada");
}

BOOST_AUTO_TEST_CASE(a_second_log_in_on_a_socket_is_refused) {
  auto socket = server.open(cookie);
  socket.send(login("Ada", good_password));
  socket.expect_error("already_logged_in");
  socket.send({{"type", "resume"}, {"token", token}});
  socket.expect_error("already_logged_in");
  socket.send(join());
  socket.expect("joined");
}

BOOST_AUTO_TEST_CASE(logout_closes_every_socket_of_the_login_session_with_4503) {
  auto one = server.enter(cookie), two = server.open(cookie);
  one.send({{"type", "logout"}});
  BOOST_TEST(one.expect_close().code == 4503);
  BOOST_TEST(two.expect_close().code == 4503);
  websocket_client again(server.port());
  again.send({{"type", "resume"}, {"token", token}});
  BOOST_TEST(again.expect_close().code == 4501);
}

BOOST_AUTO_TEST_CASE(what_is_not_a_json_object_is_bad_json) {
  auto socket = server.open(cookie);
  for (const auto& text :
       std::vector<std::string>{"", " ", "{", "nonsense", "[]", "[{\"type\":\"join\"}]", "12", "null",
                                "\"join\"", "{\"type\":\"join\"} x", "{\"type\":\"join\",}",
                                "{'type':'join'}", "{\"type\":\"join\",\"room\":NaN}"}) {
    socket.send_text(text);
    BOOST_TEST_CONTEXT(text) {
      socket.expect_error("bad_json");
    }
  }
  socket.send(join());
  socket.expect("joined");
}

BOOST_AUTO_TEST_CASE(deep_nesting_and_huge_numbers_harm_nobody) {
  auto socket = server.open(cookie);
  std::string deep = "{\"type\":\"join\",\"room\":";
  socket.send_text(deep + std::string(8'000, '['));
  socket.expect_error("bad_json");
  socket.send_text(deep + std::string(7'000, '[') + std::string(7'000, ']') + "}");
  const auto nested = socket.expect("error");
  BOOST_TEST_INFO(nested);
  BOOST_TEST((nested["code"] == "bad_field" || nested["code"] == "bad_json"));
  socket.send_text("{\"type\":\"join\",\"room\":\"lobby\",\"after\":1e400,\"epoch\":\"x\"}");
  socket.expect("error");
  socket.send_text(
      "{\"type\":\"join\",\"room\":\"lobby\",\"after\":99999999999999999999999999,\"epoch\":\"x\"}");
  socket.expect("error");
  socket.send(join());
  socket.expect("joined");
}

BOOST_AUTO_TEST_CASE(fields_that_are_missing_or_of_the_wrong_type_are_bad_field) {
  auto socket = server.enter(cookie);
  const std::vector<json> frames{
      {{"room", "lobby"}},
      {{"type", 12}},
      {{"type", nullptr}},
      {{"type", "join"}},
      {{"type", "join"}, {"room", 1}},
      {{"type", "join"}, {"room", "a b"}},
      {{"type", "join"}, {"room", ""}},
      {{"type", "join"}, {"room", "lobby"}, {"after", "one"}, {"epoch", "x"}},
      {{"type", "join"}, {"room", "lobby"}, {"after", -1}, {"epoch", "x"}},
      {{"type", "join"}, {"room", "lobby"}, {"after", 1.5}, {"epoch", "x"}},
      {{"type", "join"}, {"room", "lobby"}, {"after", 1}, {"epoch", json::array()}},
      {{"type", "leave"}},
      {{"type", "message"}, {"text", "x"}},
      {{"type", "message"}, {"room", "lobby"}},
      {{"type", "message"}, {"room", "lobby"}, {"text", 1}},
      {{"type", "message"}, {"room", "lobby"}, {"text", nullptr}},
      {{"type", "message"}, {"room", "lobby"}, {"text", "x"}, {"id", 1}},
      {{"type", "message"}, {"room", "lobby"}, {"text", "x"}, {"id", ""}},
      {{"type", "message"}, {"room", "lobby"}, {"text", "x"}, {"id", std::string(65, 'i')}}};
  for (const auto& frame : frames) {
    socket.send(frame);
    BOOST_TEST_CONTEXT(frame) {
      socket.expect_error("bad_field");
    }
  }
  say_and_wait(socket, "after all that");
  BOOST_TEST(socket.expect("message")["text"] == "after all that");
}

BOOST_AUTO_TEST_CASE(unknown_types_are_answered_and_unknown_fields_ignored) {
  auto socket = server.enter(cookie);
  for (const auto* type :
       {"jion", "", "welcome", "ack", "a type that is much longer than any type there is"}) {
    socket.send({{"type", type}});
    BOOST_TEST_CONTEXT(type) {
      socket.expect_error("unknown_type");
    }
  }
  auto frame = say("hello", "id-1");
  frame["colour"] = json{{"red", 255}};
  socket.send(frame);
  BOOST_TEST(socket.expect("ack")["id"] == "id-1");
}

BOOST_AUTO_TEST_CASE(an_error_names_the_message_it_answers) {
  auto socket = server.open(cookie);
  socket.send(say("hello", "id-7"));
  const auto error = socket.expect_error("not_member");
  BOOST_TEST(error["id"] == "id-7");
  BOOST_TEST(error["room"] == "lobby");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace parley::test
