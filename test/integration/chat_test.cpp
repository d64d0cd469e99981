// Talking: everybody in the room gets every message, in one order, and a resend is no second message.

#include <boost/test/unit_test.hpp>

#include "contains.hpp"
#include "server_process.hpp"

namespace parley::test {
BOOST_AUTO_TEST_SUITE(chat)
namespace {

struct two_people {
  server_process server;
  std::string ada_cookie = server.register_user("Ada");
  std::string bob_cookie = server.register_user("bob");
  websocket_client ada = server.enter(ada_cookie);
  websocket_client bob = server.enter(bob_cookie);
};

std::int64_t unix_ms() {
  return std::chrono::duration_cast<milliseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace

BOOST_FIXTURE_TEST_CASE(a_message_reaches_everyone_in_the_room_its_sender_included, two_people) {
  const auto before = unix_ms();
  ada.send(say("hello", "id-1"));
  const auto ack = ada.expect("ack");
  BOOST_TEST(ack["id"] == "id-1");
  BOOST_TEST(ack["room"] == "lobby");
  for (auto* person : {&ada, &bob}) {
    const auto message = person->expect("message");
    BOOST_TEST_CONTEXT(message) {
      BOOST_TEST(message["room"] == "lobby");
      BOOST_TEST(message["from"] == "Ada");
      BOOST_TEST(message["text"] == "hello");
      BOOST_TEST(message["seq"] == ack["seq"]);
      BOOST_TEST(message["at"].get<std::int64_t>() >= before);
      BOOST_TEST(message["at"].get<std::int64_t>() <= unix_ms());
    }
  }
}

BOOST_FIXTURE_TEST_CASE(an_ack_comes_before_its_message, two_people) {
  // silent() ends at the first frame of the type it waits for; the ack must be in by then.
  for (int i = 0; i < 20; ++i) {
    const auto id = "id-" + std::to_string(i);
    ada.send(say("hello", id));
    ada.expect("message");
    BOOST_TEST(ada.expect("ack", clock::now())["id"] == id);
  }
}

BOOST_FIXTURE_TEST_CASE(a_message_without_an_id_is_not_acked, two_people) {
  ada.send(say("no ack please"));
  BOOST_TEST(bob.expect("message")["text"] == "no ack please");
  const auto ack = say_and_wait(ada, "ack please");
  BOOST_TEST(ack["seq"] > 0);
  ada.send_frame({opcode::ping, "end"});
  BOOST_TEST(ada.expect_pong() == "end");
  BOOST_TEST(ada.silent("ack", clock::now()));
}

BOOST_FIXTURE_TEST_CASE(the_same_id_again_gets_the_first_ack_and_is_not_said_twice, two_people) {
  ada.send(say("only once", "same"));
  const auto first = ada.expect("ack");
  ada.send(say("only once", "same"));
  BOOST_TEST(ada.expect("ack") == first);
  auto from_elsewhere = server.enter(ada_cookie);
  from_elsewhere.send(say("only once", "same"));
  BOOST_TEST(from_elsewhere.expect("ack") == first);
  ada.send(say("and then", "other"));
  BOOST_TEST(bob.expect("message")["text"] == "only once");
  BOOST_TEST(bob.expect("message")["text"] == "and then");
}

BOOST_FIXTURE_TEST_CASE(the_same_id_of_another_user_is_another_message, two_people) {
  ada.send(say("from ada", "same"));
  bob.send(say("from bob", "same"));
  const auto one = ada.expect("ack")["seq"], two = bob.expect("ack")["seq"];
  BOOST_TEST(one != two);
}

BOOST_FIXTURE_TEST_CASE(an_id_may_have_64_characters, two_people) {
  const std::string longest(64, 'i');
  ada.send(say("hello", longest));
  BOOST_TEST(ada.expect("ack")["id"] == longest);
}

BOOST_FIXTURE_TEST_CASE(every_socket_of_a_user_gets_every_message, two_people) {
  auto second_tab = server.enter(ada_cookie);
  bob.send(say("to both"));
  BOOST_TEST(ada.expect("message")["text"] == "to both");
  BOOST_TEST(second_tab.expect("message")["text"] == "to both");
}

BOOST_FIXTURE_TEST_CASE(text_is_data_whatever_it_looks_like, two_people) {
  for (const auto* text : {"<script>alert(1)</script>", "\"quotes\" \\ and {braces}",
                           "\xf0\x9f\xa6\x8a \xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d", "%s %n", "'; DROP TABLE"}) {
    ada.send(say(text));
    BOOST_TEST(bob.expect("message")["text"] == text);
  }
}

BOOST_FIXTURE_TEST_CASE(the_sequence_rises_without_a_gap_after_joined, two_people) {
  say_and_wait(ada, "before");
  auto late = server.open(bob_cookie);
  late.send(join());
  auto last = late.expect("joined")["seq"].get<std::int64_t>();
  for (int i = 0; i < 50; ++i) {
    const auto seq = say_and_wait(ada, "message " + std::to_string(i))["seq"].get<std::int64_t>();
    BOOST_TEST(seq > last);
    const auto message = late.expect("message");
    BOOST_TEST(message["seq"] == seq);
    BOOST_TEST(message["text"] == "message " + std::to_string(i));
    last = seq;
  }
}

BOOST_FIXTURE_TEST_CASE(joining_in_the_middle_of_a_conversation_misses_and_repeats_nothing, two_people) {
  constexpr int count = 300;
  auto newcomer = server.open(bob_cookie);
  for (int i = 0; i < count; ++i) {
    ada.send(say("message " + std::to_string(i)));
    if (i == count / 2) newcomer.send(join());
  }
  const auto joined = newcomer.expect("joined");
  std::vector<std::string> seen;
  for (const auto& message : joined["messages"]) seen.push_back(message["text"]);
  while (seen.empty() || seen.back() != "message " + std::to_string(count - 1))
    seen.push_back(newcomer.expect("message")["text"]);
  // What joined holds (at most a page) and what came after it follow each other.
  const auto first = std::stoi(seen.front().substr(8));
  BOOST_TEST(seen.size() == static_cast<std::size_t>(count - first));
  for (std::size_t i = 0; i < seen.size(); ++i)
    BOOST_TEST(seen[i] == "message " + std::to_string(first + static_cast<int>(i)));
}

// Four shards, publishers and members on all of them: the kernel spreads the connections.
BOOST_AUTO_TEST_CASE(all_members_on_all_shards_see_one_order) {
  server_process server("server: {shards: 4}\nhistory: {on_join: 0}");
  constexpr int people = 6, sockets_each = 4, rounds = 25;
  std::vector<websocket_client> sockets;
  for (int person = 0; person < people; ++person) {
    const auto cookie = server.register_user("user" + std::to_string(person));
    for (int i = 0; i < sockets_each; ++i) sockets.push_back(server.enter(cookie));
  }
  for (int round = 0; round < rounds; ++round)
    for (std::size_t i = 0; i < sockets.size(); ++i)
      sockets[i].send(say(std::to_string(i) + "." + std::to_string(round)));

  const auto total = sockets.size() * rounds;
  std::vector<std::string> first;
  for (auto& socket : sockets) {
    std::vector<std::string> seen;
    std::int64_t last = -1;
    for (std::size_t i = 0; i < total; ++i) {
      const auto message = socket.expect("message");
      const auto seq = message["seq"].get<std::int64_t>();
      BOOST_REQUIRE(seq > last);
      last = seq;
      seen.push_back(message["text"]);
    }
    if (first.empty()) first = seen;
    BOOST_REQUIRE(seen == first);
  }
  // And each publisher's own order is kept in it.
  for (std::size_t i = 0; i < sockets.size(); ++i) {
    const auto prefix = std::to_string(i) + ".";
    int round = 0;
    for (const auto& text : first)
      if (text.rfind(prefix, 0) == 0) BOOST_TEST(text == prefix + std::to_string(round++));
    BOOST_TEST(round == rounds);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace parley::test
