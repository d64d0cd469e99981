// What moderators and owners may do to a room and to those in it, asked for on the socket, as a client that
// no page restrains.

#include <sstream>

#include <boost/test/unit_test.hpp>

#include "attic.hpp"

namespace parley::test {
namespace room_moderation {

using namespace own_rooms;

}  // namespace room_moderation

BOOST_FIXTURE_TEST_SUITE(room_moderation, own_rooms::attic)

BOOST_AUTO_TEST_CASE(who_is_kicked_is_out_on_all_sockets_and_may_come_back) {
  auto second = server.open(bob_cookie);
  expect_joined(second, "attic");
  moderate(ada, act("kick", "Bob", {{"reason", "enough"}}));
  for (auto* socket : {&bob, &second}) {
    const auto left = socket->expect("left");
    BOOST_TEST(left["by"] == "Ada");
    BOOST_TEST(left["reason"] == "enough");
    BOOST_TEST(left["banned"] == false);
  }
  bob.send(say("still here?", "x", "attic"));
  bob.expect_error("not_member");
  BOOST_TEST(eventually([&] { return listed(ada, "attic")["count"] == 1; }));
  expect_joined(bob, "attic");
}

BOOST_AUTO_TEST_CASE(who_is_banned_is_out_and_stays_out) {
  moderate(ada, act("ban", "bob"));
  BOOST_TEST(bob.expect("left")["banned"] == true);
  bob.send(join("attic"));
  bob.expect_error("forbidden");
  moderate(ada, act("unban", "bob"));
  expect_joined(bob, "attic");
}

BOOST_AUTO_TEST_CASE(who_is_muted_is_told_and_heard_again_afterwards) {
  moderate(ada, act("mute", "bob", {{"for_ms", 60'000}, {"reason", "loud"}}));
  const auto standing = bob.expect("standing");
  BOOST_TEST(standing["muted_ms"].get<int>() > 50'000);
  BOOST_TEST(standing["reason"] == "loud");
  bob.send(say("hello", "x", "attic"));
  const auto error = bob.expect_error("muted");
  BOOST_TEST(error["id"] == "x");
  BOOST_TEST(error["retry_after_ms"].get<int>() > 50'000);
  auto second = server.open(bob_cookie);
  BOOST_TEST(expect_joined(second, "attic")["muted_ms"].get<int>() > 50'000);
  moderate(ada, act("unmute", "bob"));
  BOOST_TEST(bob.expect("standing")["muted_ms"] == 0);
  seq_of(bob, "thanks");
  expect_message(ada, "thanks");
}

BOOST_AUTO_TEST_CASE(a_removed_message_is_gone_for_all_who_are_there_and_who_come_later) {
  const auto before = expect_joined(bob, "attic");
  const auto seq = seq_of(bob, "something rude");
  seq_of(bob, "something nice");
  ada.send(removal_of(seq));
  const auto removed = bob.expect("removed");
  BOOST_TEST(removed["target"] == seq);
  BOOST_TEST(removed["by"] == "Ada");
  BOOST_TEST(removed["reason"] == "rude");
  ada.send(removal_of(seq));
  ada.expect_error("no_such_message");

  auto eve = server.open(eve_cookie);
  const auto joined = expect_joined(eve, "attic");
  BOOST_TEST(joined["messages"][0]["removed"] == true);
  BOOST_TEST(!joined["messages"][0].contains("text"));
  BOOST_TEST(joined["messages"][2]["type"] == "removed");
  auto request = join("attic");
  request["after"] = seq;
  request["epoch"] = before["epoch"];
  eve.send(request);
  const auto recovered = eve.expect("joined");
  BOOST_TEST(recovered["recovered"] == true);
  BOOST_TEST(recovered["messages"][1]["target"] == seq);
  eve.send({{"type", "history"}, {"room", "attic"}, {"after", 0}});
  BOOST_TEST(eve.expect("history")["messages"][0]["removed"] == true);
  for (const auto& entry : std::filesystem::directory_iterator(server.data()))
    if (entry.path().filename() == "audit.log") BOOST_TEST(lacks(read_file(entry.path()), "something rude"));
}

BOOST_AUTO_TEST_CASE(a_member_may_do_nothing_of_it) {
  const auto seq = seq_of(ada, "hello");
  for (const auto* what : {"mute", "unmute", "kick", "ban", "unban", "appoint", "dismiss"}) {
    bob.send(act(what, "Ada"));
    bob.expect_error("forbidden");
  }
  bob.send(removal_of(seq));
  bob.expect_error("forbidden");
  auto eve = server.open(eve_cookie);  // not even in the room
  eve.send(act("kick", "bob"));
  eve.expect_error("forbidden");
  seq_of(bob, "still here");
}

BOOST_AUTO_TEST_CASE(a_moderator_is_appointed_and_dismissed_and_may_not_touch_the_owner) {
  moderate(ada, act("appoint", "bob"));
  BOOST_TEST(bob.expect("standing")["role"] == "moderator");
  auto eve = server.open(eve_cookie);
  expect_joined(eve, "attic");
  moderate(bob, act("kick", "eve"));
  bob.send(act("kick", "ada"));
  bob.expect_error("forbidden");
  bob.send(act("appoint", "eve"));
  bob.expect_error("forbidden");
  bob.send(configure("attic", {{"topic", "set by a moderator"}}));
  BOOST_TEST(bob.expect("settings")["topic"] == "set by a moderator");
  bob.send(configure("attic", {{"private", true}}));
  bob.expect_error("forbidden");
  moderate(ada, act("dismiss", "bob"));
  BOOST_TEST(bob.expect("standing")["role"] == "member");
  bob.send(act("kick", "eve"));
  bob.expect_error("forbidden");
}

BOOST_AUTO_TEST_CASE(an_operator_may_do_everything_in_every_room) {
  auto root = server.open(root_cookie);
  moderate(root, act("kick", "ada"));
  ada.expect("left");
  moderate(root, act("ban", "bob", {}, "lobby"));
  bob.send(join("lobby"));
  bob.expect_error("forbidden");
  root.send(act("kick", "no-such-user"));
  root.expect_error("no_such_user");
  root.send(act("kick", "eve", {}, "nowhere"));
  root.expect_error("no_such_room");
}

BOOST_AUTO_TEST_CASE(every_act_that_changes_something_is_in_the_audit_log) {
  const auto seq = seq_of(bob, "hello");
  moderate(ada, act("mute", "bob", {{"for_ms", 1'000}, {"reason", "loud"}}));
  moderate(ada, act("kick", "bob"));
  ada.send(configure("attic", {{"topic", "tea"}}));
  ada.expect("settings");
  // And these change nothing.
  moderate(ada, act("kick", "bob"));
  for (const auto* nothing : {"dismiss", "unban", "unmute"})
    for (const auto* user : {"bob", "bob"}) moderate(ada, act(nothing, user));
  ada.send(configure("attic", {{"topic", "tea"}}));
  ada.expect("settings");
  ada.send(removal_of(seq));
  ada.expect("removed");
  BOOST_TEST(server.stop() == 0);
  const auto file = server.data() / "audit.log";
  BOOST_TEST(mode_of(file) == 0600u);
  std::istringstream lines(read_file(file));
  std::vector<std::string> acts;
  for (std::string line; std::getline(lines, line);) {
    const auto act = json::parse(line);
    BOOST_TEST(act["room"] == "attic");
    BOOST_TEST(act["by"] == "Ada");
    acts.push_back(act["act"]);
    if (act["act"] == "mute") {
      BOOST_TEST(act["user"] == "bob");
      BOOST_TEST(act["for_ms"] == 1'000);
      BOOST_TEST(act["details"] == "loud");
    }
    if (act["act"] == "remove") BOOST_TEST(act["seq"] == seq);
  }
  BOOST_TEST((acts == std::vector<std::string>{"create", "mute", "kick", "configure", "unmute", "remove"}));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace parley::test
