// Who is in the room: joining, leaving, presence and the room that is full.

#include <set>

#include <boost/test/unit_test.hpp>

#include "server_process.hpp"

namespace parley::test {
namespace rooms {
namespace {

json leave(const std::string& room = "lobby") {
  return {{"type", "leave"}, {"room", room}};
}

using names = std::set<std::string>;

names members_of(const json& joined) {
  return joined["members"].get<names>();
}

// Reads presence until this name has come or gone; gives the frame that said so.
json expect_presence(websocket_client& socket, const std::string& how, const std::string& name) {
  for (;;) {
    auto presence = socket.expect("presence");
    const auto& list = presence[how];
    if (std::find(list.begin(), list.end(), name) != list.end()) return presence;
  }
}

struct running {
  server_process server;
  std::string ada_cookie = server.register_user("Ada");
  std::string bob_cookie = server.register_user("bob");

  json joined_by(websocket_client& socket) {
    socket.send(join());
    return socket.expect("joined");
  }
};

}  // namespace

}  // namespace rooms

BOOST_FIXTURE_TEST_SUITE(rooms, running)

BOOST_AUTO_TEST_CASE(joined_says_who_is_there) {
  auto ada = server.open(ada_cookie), bob = server.open(bob_cookie);
  const auto alone = joined_by(ada);
  BOOST_TEST_CONTEXT(alone) {
    BOOST_TEST(alone["room"] == "lobby");
    BOOST_TEST(alone["count"] == 1);
    BOOST_TEST((members_of(alone) == names{"Ada"}));
    BOOST_TEST(!alone["epoch"].is_null());
    BOOST_TEST(alone["seq"].is_number_integer());
    BOOST_TEST(alone["messages"] == json::array());
    BOOST_TEST(alone["more"] == false);
  }
  const auto both = joined_by(bob);
  BOOST_TEST(both["count"] == 2);
  BOOST_TEST((members_of(both) == names{"Ada", "bob"}));
}

BOOST_AUTO_TEST_CASE(joined_holds_what_was_last_said) {
  auto ada = server.enter(ada_cookie);
  for (int i = 0; i < 60; ++i) say_and_wait(ada, "message " + std::to_string(i));
  auto bob = server.open(bob_cookie);
  const auto joined = joined_by(bob);
  BOOST_TEST(joined["messages"].size() == 50u);
  BOOST_TEST(joined["more"] == true);
  BOOST_TEST(joined["messages"][0]["text"] == "message 10");
  BOOST_TEST(joined["messages"][49]["text"] == "message 59");
  BOOST_TEST(joined["messages"][49]["seq"] == joined["seq"]);
  BOOST_TEST(joined["messages"][49]["from"] == "Ada");
}

BOOST_AUTO_TEST_CASE(others_are_told_who_comes_and_who_leaves) {
  auto ada = server.enter(ada_cookie);
  auto bob = server.enter(bob_cookie);
  BOOST_TEST(expect_presence(ada, "joined", "bob")["count"] == 2);
  bob.send(leave());
  BOOST_TEST(expect_presence(ada, "left", "bob")["count"] == 1);
  joined_by(bob);
  expect_presence(ada, "joined", "bob");
  bob.close();
  expect_presence(ada, "left", "bob");
}

BOOST_AUTO_TEST_CASE(presence_counts_people_and_not_sockets) {
  auto ada = server.enter(ada_cookie);
  auto one = server.enter(bob_cookie), two = server.enter(bob_cookie);
  BOOST_TEST(expect_presence(ada, "joined", "bob")["count"] == 2);
  one.close();
  one.expect_close();
  say_and_wait(two, "still here");
  ada.expect("message");
  BOOST_TEST(ada.silent("presence", clock::now()));
  auto late = server.open(ada_cookie);
  BOOST_TEST(joined_by(late)["count"] == 2);
  two.close();
  BOOST_TEST(expect_presence(ada, "left", "bob")["count"] == 1);
}

// Else a crowd of n would cost n * n frames.
BOOST_AUTO_TEST_CASE(a_crowd_that_comes_within_one_interval_is_one_presence_frame) {
  server_process patient("presence: {interval: 30s}\nserver: {shards: 2}");
  auto ada = patient.enter(patient.register_user("Ada"));
  std::vector<websocket_client> crowd;
  for (int i = 0; i < 30; ++i)
    crowd.push_back(patient.open(patient.register_user("user" + std::to_string(i))));
  for (auto& one : crowd) one.send(join());
  for (auto& one : crowd) one.expect("joined");
  say_and_wait(crowd.back(), "we are all here");
  ada.expect("message");
  int frames = 0;  // at most her own coming, which went at once
  while (!ada.silent("presence", clock::now())) {
    ada.expect("presence");
    ++frames;
  }
  BOOST_TEST(frames <= 1);
  auto late = patient.open(patient.register_user("late"));
  BOOST_TEST(joined_by(late)["count"] == 32);
}

BOOST_AUTO_TEST_CASE(joining_twice_is_answered_and_changes_nothing) {
  auto ada = server.open(ada_cookie), bob = server.enter(bob_cookie);
  joined_by(ada);
  BOOST_TEST(joined_by(ada)["count"] == 2);
  say_and_wait(bob, "once");
  BOOST_TEST(ada.expect("message")["text"] == "once");
  say_and_wait(bob, "twice");
  BOOST_TEST(ada.expect("message")["text"] == "twice");
  ada.send(leave());
  BOOST_TEST(expect_presence(bob, "left", "Ada")["count"] == 1);
}

BOOST_AUTO_TEST_CASE(after_leaving_one_hears_nothing_and_may_not_speak) {
  auto ada = server.enter(ada_cookie), bob = server.enter(bob_cookie);
  ada.send(leave());
  ada.send(say("from outside"));
  ada.expect_error("not_member");
  say_and_wait(bob, "behind her back");
  ada.send_frame({opcode::ping, "end"});
  ada.expect_pong();
  BOOST_TEST(ada.silent("message", clock::now()));
  BOOST_TEST(joined_by(ada)["messages"][0]["text"] == "behind her back");
}

BOOST_AUTO_TEST_CASE(leaving_right_after_joining_leaves) {
  auto ada = server.open(ada_cookie);
  ada.send(join());
  ada.send(leave());
  ada.expect("joined");
  ada.send(say("from outside", "outside"));
  const auto answer = ada.expect_one_of({"ack", "error"});
  BOOST_TEST_INFO(answer);
  BOOST_TEST(answer["code"] == "not_member");
  BOOST_TEST_INFO(answer);
  BOOST_TEST(answer["id"] == "outside");
}

BOOST_AUTO_TEST_CASE(leaving_a_room_one_is_not_in_harms_nobody) {
  auto ada = server.open(ada_cookie);
  ada.send(leave());
  ada.send(leave("elsewhere"));
  BOOST_TEST(joined_by(ada)["count"] == 1);
}

BOOST_AUTO_TEST_CASE(whoever_has_not_joined_may_not_speak) {
  auto ada = server.open(ada_cookie);
  ada.send(say("hello"));
  BOOST_TEST(ada.expect_error("not_member")["room"] == "lobby");
}

BOOST_AUTO_TEST_CASE(there_is_no_other_room) {
  auto ada = server.open(ada_cookie);
  ada.send(join("elsewhere"));
  BOOST_TEST(ada.expect_error("no_such_room")["room"] == "elsewhere");
}

BOOST_AUTO_TEST_CASE(the_default_room_is_the_operators_choice) {
  server_process server_of_pub("rooms: {default: the.Pub}");
  upgrade how;
  how.cookie = server_of_pub.register_user("Ada");
  websocket_client ada(server_of_pub.port(), how);
  const auto room = ada.expect("welcome")["rooms"][0].get<std::string>();
  ada.send(join(room));
  BOOST_TEST(ada.expect("joined")["room"] == room);
  ada.send(join("lobby"));
  ada.expect_error("no_such_room");
}

BOOST_AUTO_TEST_CASE(above_the_detail_limit_only_the_count_is_told) {
  server_process crowded("presence: {detail_limit: 2}");
  const auto one = crowded.register_user("one");
  auto first = crowded.enter(one), second = crowded.enter(crowded.register_user("two"));
  expect_presence(first, "joined", "two");
  auto third = crowded.open(crowded.register_user("three"));
  third.send(join());
  const auto joined = third.expect("joined");
  BOOST_TEST_CONTEXT(joined) {
    BOOST_TEST(joined["count"] == 3);
    BOOST_TEST(!joined.contains("members"));
  }
  const auto presence = first.expect("presence");
  BOOST_TEST_CONTEXT(presence) {
    BOOST_TEST(presence["count"] == 3);
    BOOST_TEST(!presence.contains("joined"));
  }
}

BOOST_AUTO_TEST_CASE(a_room_holds_exactly_its_capacity_however_many_knock_at_once) {
  server_process small("server: {shards: 4}\nrooms: {capacity: 5}");
  std::vector<websocket_client> crowd;
  for (int i = 0; i < 12; ++i) crowd.push_back(small.open(small.register_user("user" + std::to_string(i))));
  for (int round = 0; round < 5; ++round) {
    for (auto& one : crowd) one.send(join());
    std::vector<websocket_client*> inside;
    for (auto& one : crowd) {
      const auto answer = one.expect_one_of({"joined", "error"});
      if (answer["type"] == "joined")
        inside.push_back(&one);
      else
        BOOST_TEST(answer["code"] == "room_full");
    }
    BOOST_TEST(inside.size() == 5u);
    for (auto* one : inside) {
      one->send(leave());
      one->send(say("outside"));
      one->expect_error("not_member");
    }
  }
}

BOOST_AUTO_TEST_CASE(a_second_socket_of_a_member_finds_room_in_a_full_room) {
  server_process small("rooms: {capacity: 1}");
  const auto cookie = small.register_user("Ada");
  auto one = small.enter(cookie);
  auto two = small.enter(cookie);
  auto other = small.open(small.register_user("bob"));
  other.send(join());
  other.expect_error("room_full");
  one.close();
  one.expect_close();
  two.close();
  two.expect_close();
  BOOST_TEST(eventually([&] {
    other.send(join());
    return other.expect_one_of({"joined", "error"})["type"] == "joined";
  }));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace parley::test
