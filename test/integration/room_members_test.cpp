// Who belongs to a room and who does not any more; and what those may still do who try.

#include <optional>

#include <boost/test/unit_test.hpp>

#include "attic.hpp"

namespace parley::test {
namespace room_members {

using namespace own_rooms;

namespace {

json leave_for_good(const std::string& room) {
  return {{"type", "leave"}, {"room", room}, {"for_good", true}};
}

// What a newcomer's welcome names.
json rooms_of(const server_process& server, const std::string& cookie) {
  upgrade how;
  how.cookie = cookie;
  websocket_client socket(server.port(), how);
  return socket.expect("welcome")["rooms"];
}

}  // namespace
}  // namespace room_members

BOOST_FIXTURE_TEST_SUITE(room_members, own_rooms::attic)

BOOST_AUTO_TEST_CASE(who_is_banned_has_no_power_left) {
  moderate(ada, act("appoint", "bob"));
  bob.expect("standing");
  moderate(ada, act("ban", "bob"));
  BOOST_TEST(bob.expect("left")["banned"] == true);
  bob.send(configure("attic"));
  bob.expect_error("forbidden");
  bob.send(configure("attic", {{"topic", "mine"}}));
  bob.expect_error("forbidden");
  bob.send(act("ban", "eve"));
  bob.expect_error("forbidden");
  bob.send(removal_of(1));
  bob.expect_error("forbidden");
  bob.send(say("still here", "x", "attic"));
  bob.expect_error("not_member");
}

BOOST_AUTO_TEST_CASE(who_is_banned_while_asking_again_stays_out) {
  auto second = server.open(bob_cookie);
  expect_joined(second, "attic");
  for (int round = 0; round < 20; ++round) second.send(join("attic"));
  moderate(ada, act("ban", "bob"));
  for (int round = 0; round < 20; ++round) second.send(join("attic"));
  bob.expect("left");
  seq_of(ada, "without bob");
  BOOST_TEST(eventually([&] { return listed(ada, "attic")["count"] == 1; }));
  second.send(say("with me", "x", "attic"));
  seq_of(ada, "still without");
  second.send({{"type", "rooms"}});
  bool refused = false, asked = false;
  while (!refused || !asked) {  // whatever he was told until now, it was none of this
    const auto frame = second.expect_one_of({"rooms", "message", "joined", "left", "error", "presence"});
    if (frame["type"] == "message") BOOST_TEST(frame["text"] != "still without");
    refused = refused || (frame["type"] == "error" && frame["code"] == "not_member");
    asked = asked || frame["type"] == "rooms";
  }
}

// Whoever asks to be told once more while a kick is on its way hears of the kick, and is out.
BOOST_AUTO_TEST_CASE(who_is_kicked_while_asking_again_is_out) {
  constexpr int rounds = 27, acts_of_a_socket = 9;
  std::optional<websocket_client> keeper;
  for (int round = 0; round < rounds; ++round) {
    if (round % acts_of_a_socket == 0) keeper.emplace(server.open(ada_cookie));
    auto asking = server.open(bob_cookie);
    expect_joined(asking, "attic");
    const bool asks_first = round % 2 == 0;
    if (asks_first) asking.send(join("attic"));
    keeper->send(act("kick", "bob"));
    if (!asks_first) asking.send(join("attic"));
    keeper->expect("moderated");
    BOOST_TEST(asking.expect("left")["by"] == "Ada");
  }
}

BOOST_AUTO_TEST_CASE(nobody_but_the_operators_themselves_is_above_them) {
  auto root = server.open(root_cookie);
  expect_joined(root, "attic");
  for (const auto* what : {"mute", "kick", "ban"}) {
    ada.send(act(what, "root"));
    ada.expect_error("forbidden");
  }
  seq_of(root, "still here");
}

BOOST_AUTO_TEST_CASE(who_talks_to_whom_is_not_told_to_others) {
  ada.send(join("@ada:bob"));
  ada.expect("joined");
  auto eve = server.open(eve_cookie);
  std::vector<std::string> answers;
  for (const auto* room : {"@ada:bob", "@ada:root"}) {
    for (const auto& question : {configure(room), act("kick", "bob", {}, room), join(room)}) {
      eve.send(question);
      answers.push_back(eve.expect_error("forbidden")["message"]);
    }
  }
  for (std::size_t i = 0; i < 3; ++i) BOOST_TEST(answers[i] == answers[i + 3]);
}

BOOST_AUTO_TEST_CASE(a_private_room_is_left_for_good_on_all_sockets) {
  ada.send(create("den", {{"private", true}}));
  const std::string invite = ada.expect("settings")["invite"];
  expect_joined(bob, "den", invite);
  auto second = server.open(bob_cookie);
  expect_joined(second, "den");
  BOOST_TEST((rooms_of(server, bob_cookie) == json{"lobby", "den"}));
  bob.send(leave_for_good("den"));
  const auto left = second.expect("left");
  BOOST_TEST(left["by"] == "bob");
  BOOST_TEST(left["banned"] == false);
  BOOST_TEST((rooms_of(server, bob_cookie) == json{"lobby"}));
  second.send(join("den"));
  second.expect_error("forbidden");
  expect_joined(bob, "den", invite);
  ada.send(leave_for_good("den"));  // it stays hers
  bob.send(leave_for_good("den"));
  BOOST_TEST(eventually([&] { return rooms_of(server, bob_cookie) == json{"lobby"}; }));
  BOOST_TEST((rooms_of(server, ada_cookie) == json{"lobby", "den"}));
}

BOOST_AUTO_TEST_CASE(a_room_of_two_that_one_has_left_calls_back_when_the_other_speaks) {
  ada.send(join("@ada:bob"));
  ada.expect("joined");
  bob.expect("invited");
  bob.send(leave_for_good("@ada:bob"));
  BOOST_TEST(eventually([&] { return rooms_of(server, bob_cookie) == json{"lobby"}; }));
  seq_of(ada, "are you there?", "@ada:bob");
  BOOST_TEST(bob.expect("invited")["by"] == "Ada");
  const auto joined = expect_joined(bob, "@ada:bob");
  BOOST_TEST(joined["messages"][0]["text"] == "are you there?");
  BOOST_TEST((rooms_of(server, bob_cookie) == json{"lobby", "@ada:bob"}));
}

BOOST_AUTO_TEST_CASE(both_may_open_their_room_at_the_same_moment) {
  auto second = server.open(ada_cookie);
  for (auto* socket : {&ada, &bob, &second}) socket->send(join("@ada:bob"));
  for (auto* socket : {&ada, &bob, &second}) BOOST_TEST(socket->expect("joined")["room"] == "@ada:bob");
}

BOOST_AUTO_TEST_CASE(what_the_room_refuses_counts_as_refused) {
  moderate(ada, act("mute", "bob"));
  bob.expect("standing");
  server.configure("{auth: {operators: [root]}, limits: {message_interval: 0s, flood: 5 in 1m}}");
  BOOST_TEST(server.stop() == 0);
  server.start();
  auto muted = server.open(bob_cookie);
  expect_joined(muted, "attic");
  for (int i = 0; i < 6; ++i) muted.send(say("let me speak", std::to_string(i), "attic"));
  BOOST_TEST(muted.expect_close().code == 4506);
}

BOOST_AUTO_TEST_CASE(acts_have_a_pace) {
  for (int i = 0; i < 31; ++i) ada.send(act(i % 2 == 0 ? "ban" : "unban", "eve"));
  const auto refused = ada.expect_error("rate_limited");
  BOOST_TEST(refused["room"] == "attic");
  BOOST_TEST(refused["retry_after_ms"] > 0);
}

BOOST_AUTO_TEST_CASE(what_is_no_word_is_not_searched_for) {
  for (const auto& query :
       {std::string("\0", 1), std::string("a\nb"), std::string(101, 'x'), std::string("   ")}) {
    ada.send({{"type", "search"}, {"query", query}});
    ada.expect_error("bad_field");
  }
  ada.send({{"type", "search"}, {"query", "tea"}});
  ada.expect("found");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace parley::test
