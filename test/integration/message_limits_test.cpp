// The limits on what one may say and how often, and that a refused message reaches nobody.

#include <boost/test/unit_test.hpp>

#include "http_client.hpp"
#include "server_process.hpp"

namespace parley::test {
BOOST_AUTO_TEST_SUITE(message_limits)
namespace {

std::string repeat(const std::string& text, int count) {
  std::string all;
  for (int i = 0; i < count; ++i) all += text;
  return all;
}

struct one_person {
  server_process server;
  websocket_client ada = server.enter(server.register_user("Ada"));

  void check_refused(const std::string& text, const std::string& code) {
    ada.send(say(text, "refused"));
    BOOST_TEST_CONTEXT(json(text)) {
      BOOST_TEST(ada.expect_error(code)["id"] == "refused");
    }
  }
};

const std::string snowman = "\xe2\x98\x83", fox = "\xf0\x9f\xa6\x8a", acute = "\xcc\x81",
                  family = "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7";

}  // namespace

BOOST_FIXTURE_TEST_CASE(fifty_code_points_are_taken_and_one_more_is_too_long, one_person) {
  for (const auto& character : {std::string("x"), snowman, fox}) {
    ada.send(say(repeat(character, 50)));
    BOOST_TEST(ada.expect("message")["text"] == repeat(character, 50));
    check_refused(repeat(character, 51), "too_long");
  }
}

BOOST_FIXTURE_TEST_CASE(combining_marks_and_joiners_count, one_person) {
  ada.send(say(repeat("e" + acute, 25)));
  BOOST_TEST(ada.expect("message")["text"] == repeat("e" + acute, 25));
  check_refused(repeat("e" + acute, 25) + "e", "too_long");
  ada.send(say(repeat(family, 16) + "xx"));  // three code points each
  BOOST_TEST(ada.expect("message")["text"] == repeat(family, 16) + "xx");
  check_refused(repeat(family, 17), "too_long");
}

BOOST_FIXTURE_TEST_CASE(white_space_around_is_trimmed_before_counting, one_person) {
  for (const std::string& space :
       {std::string("   "), std::string("\t\n "), std::string("\xc2\xa0\xe3\x80\x80"), repeat(" ", 500)}) {
    ada.send(say(space + repeat("x", 50) + space));
    BOOST_TEST(ada.expect("message")["text"] == repeat("x", 50));
  }
  ada.send(say(" two  words "));
  BOOST_TEST(ada.expect("message")["text"] == "two  words");
}

BOOST_FIXTURE_TEST_CASE(nothing_to_say_is_bad_field, one_person) {
  for (const auto* text : {"", "   ", "\n\t", "\xc2\xa0", "\xe2\x80\x83"}) check_refused(text, "bad_field");
}

BOOST_FIXTURE_TEST_CASE(what_parts_lines_is_bad_field, one_person) {
  for (const std::string& line_break : std::vector<std::string>{"\n", "\r", "\xc2\x85", "\xe2\x80\xa8"})
    check_refused("a" + line_break + "b", "bad_field");
}

BOOST_FIXTURE_TEST_CASE(what_cannot_be_seen_is_dropped, one_person) {
  for (const std::string& unseen :
       std::vector<std::string>{std::string("\0", 1), "\x01", "\x07", "\x7f", "\xe2\x80\xaa", "\xe2\x80\xae",
                                "\xe2\x81\xa6", "\xe2\x81\xa9"}) {
    ada.send(say("a" + unseen + "b"));
    BOOST_TEST(ada.expect("message")["text"] == "ab");
  }
}

BOOST_FIXTURE_TEST_CASE(a_refused_message_reaches_nobody_and_is_not_kept, one_person) {
  auto bob = server.enter(server.register_user("bob"));
  check_refused(repeat("x", 51), "too_long");
  check_refused("\x01", "bad_field");
  say_and_wait(ada, "fine");
  BOOST_TEST(bob.expect("message")["text"] == "fine");
  auto late = server.open(server.register_user("eve"));
  late.send(join());
  BOOST_TEST(late.expect("joined")["messages"].size() == 1u);
}

BOOST_FIXTURE_TEST_CASE(the_length_is_the_operators_choice, one_person) {
  server_process terse("limits: {message_length: 5}");
  auto person = terse.enter(terse.register_user("Ada"));
  person.send(say("12345"));
  BOOST_TEST(person.expect("message")["text"] == "12345");
  person.send(say("123456"));
  person.expect_error("too_long");
}

// Ten seconds where a test must be sure that they are not yet over, on the slowest machine too.
struct slow_room {
  server_process server{"limits: {message_interval: 10s}"};
  std::string cookie = server.register_user("Ada");
  websocket_client ada = server.enter(cookie);

  void check_too_soon(websocket_client& socket) {
    socket.send(say("too soon", "early"));
    const auto error = socket.expect_error("rate_limited");
    BOOST_TEST_CONTEXT(error) {
      BOOST_TEST(error["id"] == "early");
      BOOST_TEST(error.value("retry_after_ms", 0) > 0);
      BOOST_TEST(error.value("retry_after_ms", 0) <= 10'000);
    }
  }
};

BOOST_FIXTURE_TEST_CASE(the_second_message_too_soon_is_refused_and_reaches_nobody, slow_room) {
  auto bob = server.enter(server.register_user("bob"));
  say_and_wait(ada, "first");
  check_too_soon(ada);
  say_and_wait(bob, "another user may");
  BOOST_TEST(bob.expect("message")["text"] == "first");
  BOOST_TEST(bob.expect("message")["text"] == "another user may");
}

BOOST_FIXTURE_TEST_CASE(the_rate_is_counted_over_all_sockets_of_a_user, slow_room) {
  auto second = server.enter(cookie);
  say_and_wait(ada, "first");
  check_too_soon(second);
}

BOOST_FIXTURE_TEST_CASE(the_rate_is_counted_over_all_log_ins_of_a_user, slow_room) {
  http_client elsewhere(server.port());
  elsewhere.post("/api/login", credentials("Ada"));
  auto second = server.enter(elsewhere.cookie);
  say_and_wait(second, "first");
  check_too_soon(ada);
}

BOOST_AUTO_TEST_CASE(the_rate_is_counted_on_whatever_shard_the_sockets_are) {
  server_process server("server: {shards: 4}\nlimits: {message_interval: 10s}");
  const auto cookie = server.register_user("Ada");
  std::vector<websocket_client> sockets;
  for (int i = 0; i < 16; ++i) sockets.push_back(server.enter(cookie));
  for (std::size_t i = 0; i < sockets.size(); ++i)
    sockets[i].send(say("me first", "id-" + std::to_string(i)));
  int acked = 0;
  for (auto& socket : sockets) {
    const auto answer = socket.expect_one_of({"ack", "error"});
    if (answer["type"] == "ack")
      ++acked;
    else
      BOOST_TEST(answer["code"] == "rate_limited");
  }
  BOOST_TEST(acked == 1);
}

BOOST_FIXTURE_TEST_CASE(a_reconnect_does_not_reset_the_rate, slow_room) {
  say_and_wait(ada, "first");
  ada.close();
  ada.expect_close();
  auto again = server.enter(cookie);
  check_too_soon(again);
}

BOOST_FIXTURE_TEST_CASE(a_message_refused_for_its_text_does_not_use_up_the_interval, slow_room) {
  ada.send(say(std::string(51, 'x')));
  ada.expect_error("too_long");
  say_and_wait(ada, "short enough");
}

BOOST_AUTO_TEST_CASE(one_may_speak_again_when_retry_after_is_over) {
  server_process server("limits: {message_interval: 1s}");
  auto ada = server.enter(server.register_user("Ada"));
  for (int i = 0; i < 3; ++i) {
    say_and_wait(ada, "message " + std::to_string(i));
    ada.send(say("too soon"));
    const auto wait = ada.expect_error("rate_limited").value("retry_after_ms", 0);
    BOOST_TEST(wait > 0);
    BOOST_TEST(wait <= 1'000);
    ada.expect("message");
    BOOST_TEST(ada.silent("message", within(milliseconds(wait))));
  }
}

BOOST_AUTO_TEST_CASE(whoever_floods_is_closed_with_4506) {
  server_process server("limits: {message_interval: 10s, flood: 5 in 1m}");
  auto ada = server.enter(server.register_user("Ada")), bob = server.enter(server.register_user("bob"));
  say_and_wait(ada, "allowed");
  for (int i = 0; i < 5; ++i) {
    ada.send(say("refused"));
    ada.expect_error("rate_limited");
  }
  ada.send(say("one too many"));
  BOOST_TEST(ada.expect_close().code == 4506);
  say_and_wait(bob, "peace");
  BOOST_TEST(bob.expect("message")["text"] == "allowed");
  BOOST_TEST(bob.expect("message")["text"] == "peace");
}

BOOST_AUTO_TEST_CASE(nonsense_counts_as_flood_too) {
  server_process server("limits: {flood: 5 in 1m}");
  auto ada = server.open(server.register_user("Ada"));
  for (int i = 0; i < 6; ++i) ada.send_text("nonsense");
  BOOST_TEST(ada.expect_close().code == 4506);
}

BOOST_AUTO_TEST_CASE(frames_that_come_too_fast_are_refused) {
  server_process server("limits: {frame_rate: 20 in 1m}");
  auto ada = server.enter(server.register_user("Ada"));
  for (int i = 0; i < 60; ++i) ada.send({{"type", "activity"}});
  const auto error = ada.expect_error("rate_limited");
  BOOST_TEST_INFO(error);
  BOOST_TEST(error.value("retry_after_ms", 0) > 0);
}

BOOST_AUTO_TEST_CASE(a_message_that_comes_too_fast_is_refused_with_its_id) {
  server_process server("limits: {frame_rate: 2 in 1m}");
  auto ada = server.enter(server.register_user("Ada"));  // one frame
  ada.send(say("first", "m1"));
  ada.expect("ack");
  ada.send(say("second", "m2"));
  const auto error = ada.expect_error("rate_limited");
  BOOST_TEST(error["id"] == "m2");
  BOOST_TEST(error["room"] == "lobby");
}

// A second window is no second allowance.
BOOST_AUTO_TEST_CASE(questions_are_counted_over_all_sockets_of_a_user) {
  server_process server("limits: {questions: 2 in 1m, searches: 1 in 1m}");
  const auto cookie = server.register_user("Ada");
  auto one = server.open(cookie), other = server.open(cookie), bob = server.open(server.register_user("Bob"));
  for (auto* socket : {&one, &other}) {
    socket->send({{"type", "rooms"}});
    socket->expect("rooms");
  }
  one.send({{"type", "rooms"}});
  BOOST_TEST(one.expect_error("rate_limited").value("retry_after_ms", 0) > 0);
  other.send({{"type", "rooms"}});
  other.expect_error("rate_limited");
  bob.send({{"type", "rooms"}});
  bob.expect("rooms");
}

BOOST_AUTO_TEST_CASE(bytes_that_come_too_fast_are_refused) {
  server_process server("limits: {byte_rate: 40KiB in 1m, flood: 5 in 1m}");
  auto ada = server.enter(server.register_user("Ada"));
  const auto large = R"({"type":"activity","id":"m1","x":")" + std::string(16'000, 'x') + "\"}";
  for (int i = 0; i < 3; ++i) ada.send_text(large);
  const auto error = ada.expect_error("rate_limited");
  BOOST_TEST(error["message"] == "Too much at once: at most 40KiB in 1m.");
  BOOST_TEST(error["id"] == "m1");
  BOOST_TEST(error.value("retry_after_ms", 0) > 0);
  BOOST_TEST(say_and_wait(ada, "short ones may").contains("seq"));
  for (int i = 0; i < 5; ++i) ada.send_text(large);
  BOOST_TEST(ada.expect_close().code == 4506);
}

// Lower bounds of time only: a slow machine is no failure.
BOOST_AUTO_TEST_CASE(what_a_user_sends_beyond_the_share_of_a_shard_waits) {
  server_process server("{limits: {user_share: 1}, server: {shards: 1}}");
  const auto cookie = server.register_user("Ada");
  auto one = server.open(cookie), other = server.open(cookie);
  const auto large = R"({"type":"none","x":")" + std::string(16'000, 'x') + "\"}";
  const auto began = clock::now();
  for (int i = 0; i < 150; ++i)  // 80 us each, in any build: of a second's hundredth, 125 at once
    for (auto* socket : {&one, &other}) {
      socket->send_text(large);
      socket->expect_error("unknown_type");
    }
  BOOST_TEST((clock::now() - began > std::chrono::milliseconds(900)));
}

BOOST_AUTO_TEST_CASE(what_an_address_asks_for_beyond_its_share_waits) {
  server_process server("{limits: {address_share: 1}, server: {shards: 1}}");
  http_client client(server.port());
  const auto began = clock::now();
  for (int i = 0; i < 400; ++i) BOOST_REQUIRE(client.get("/api/session").status == 200);  // 50 us each
  BOOST_TEST((clock::now() - began > std::chrono::milliseconds(900)));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace parley::test
