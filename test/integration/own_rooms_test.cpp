// Rooms that people make: making, finding and configuring them, private ones, rooms of two, and searching.
// Everything is asked for on the socket, as a client that no page restrains.

#include <algorithm>

#include <boost/test/unit_test.hpp>

#include "attic.hpp"

namespace parley::test {

BOOST_FIXTURE_TEST_SUITE(own_rooms, attic)

// --- making and finding ---

BOOST_AUTO_TEST_CASE(a_room_is_made_listed_and_talked_in) {
  auto eve = server.open(eve_cookie);
  eve.send(create("Cellar", {{"topic", "wine"}, {"capacity", 7}, {"slow_mode_ms", 5000}}));
  const auto settings = eve.expect("settings");
  BOOST_TEST(settings["room"] == "cellar");
  BOOST_TEST(settings["owner"] == "eve");
  const auto there = listed(ada, "cellar");
  BOOST_TEST_CONTEXT(there) {
    BOOST_TEST(there["topic"] == "wine");
    BOOST_TEST(there["capacity"] == 7);
    BOOST_TEST(there["count"] == 0);
    BOOST_TEST(there["owner"] == "eve");
    BOOST_TEST(there["slow_mode_ms"] == 5000);
    BOOST_TEST(there["private"] == false);
  }
  const auto joined = expect_joined(ada, "cellar");
  BOOST_TEST(joined["topic"] == "wine");
  BOOST_TEST(joined["role"] == "member");
  BOOST_TEST(listed(bob, "cellar", "WIN")["count"] == 1);
  BOOST_TEST(listed(bob, "cellar", "beer").is_null());
  BOOST_TEST(expect_joined(eve, "cellar")["role"] == "owner");
  eve.send(say("hello", "x", "cellar"));
  BOOST_TEST(expect_message(ada, "hello")["room"] == "cellar");
  BOOST_TEST(bob.silent("message", clock::now() + 200ms));
}

BOOST_AUTO_TEST_CASE(a_name_is_given_once_and_has_rules) {
  bob.send(create("ATTIC"));
  bob.expect_error("name_taken");
  bob.send(create("lobby"));
  bob.expect_error("name_taken");
  for (const auto* wrong : {"", "ab", "no spaces", "@ada:bob"}) {
    bob.send(create(wrong));
    bob.expect_error("bad_field");
  }
  bob.send(create("loft", {{"capacity", 51}}));
  BOOST_TEST(contains(bob.expect_error("bad_field")["message"].get<std::string>(), "at most 50"));
  bob.send(join("nowhere"));
  bob.expect_error("no_such_room");
}

BOOST_AUTO_TEST_CASE(there_are_so_many_rooms_and_so_many_of_one_user) {
  server_process few("rooms: {max: 3, per_user: 2}");
  auto first = few.open(few.register_user("first")), second = few.open(few.register_user("second"));
  for (const auto* name : {"one", "two"}) {
    first.send(create(name));
    first.expect("settings");
  }
  first.send(create("three"));
  BOOST_TEST(contains(first.expect_error("forbidden")["message"].get<std::string>(), "made 2 rooms"));
  second.send(create("three"));
  second.expect("settings");
  second.send(create("four"));
  BOOST_TEST(contains(second.expect_error("forbidden")["message"].get<std::string>(), "no more may be made"));
}

BOOST_AUTO_TEST_CASE(a_full_room_takes_exactly_so_many_when_many_knock_at_once) {
  ada.send(configure("attic", {{"capacity", 5}}));
  ada.expect("settings");
  std::vector<websocket_client> crowd;
  for (int i = 0; i < 12; ++i)
    crowd.push_back(server.open(server.register_user("guest" + std::to_string(i))));
  for (auto& one : crowd) one.send(join("attic"));
  int in = 0, full = 0;
  for (auto& one : crowd) {
    const auto answer = one.expect_one_of({"joined", "error"});
    if (answer["type"] == "joined") ++in;
    if (answer["type"] == "error" && answer["code"] == "room_full") ++full;
  }
  BOOST_TEST(in == 3);
  BOOST_TEST(full == 9);
  BOOST_TEST(listed(ada, "attic")["count"] == 5);
}

BOOST_AUTO_TEST_CASE(rooms_and_what_was_said_there_survive_a_restart) {
  ada.send(configure("attic", {{"topic", "tea"}, {"private", true}}));
  const auto invite = ada.expect("settings")["invite"];
  moderate(ada, act("appoint", "BOB"));
  moderate(ada, act("ban", "eve"));
  seq_of(ada, "hello");
  const auto epoch = expect_joined(ada, "attic")["epoch"];
  BOOST_TEST(server.stop() == 0);
  server.start();
  auto again = server.open(bob_cookie);
  const auto joined = expect_joined(again, "attic");
  BOOST_TEST(joined["epoch"] == epoch);
  BOOST_TEST(joined["topic"] == "tea");
  BOOST_TEST(joined["role"] == "moderator");
  BOOST_TEST(joined["invite"] == invite);
  BOOST_TEST(joined["messages"].back()["text"] == "hello");
  auto eve = server.open(eve_cookie);
  eve.send(join("attic"));
  eve.expect_error("forbidden");
}

// --- settings ---

BOOST_AUTO_TEST_CASE(a_change_is_an_event_that_all_see_and_that_one_can_recover) {
  const auto before = expect_joined(bob, "attic");
  ada.send(configure("attic", {{"topic", "tea"}}));
  const auto event = bob.expect("room");
  BOOST_TEST(event["topic"] == "tea");
  BOOST_TEST(event["by"] == "Ada");
  BOOST_TEST(event["seq"].get<int>() == before["seq"].get<int>() + 1);
  auto request = join("attic");
  request["after"] = before["seq"];
  request["epoch"] = before["epoch"];
  bob.send(request);
  const auto recovered = bob.expect("joined");
  BOOST_TEST(recovered["recovered"] == true);
  BOOST_TEST(recovered["messages"][0]["type"] == "room");
  BOOST_TEST(recovered["messages"][0]["topic"] == "tea");
}

BOOST_AUTO_TEST_CASE(only_the_owner_and_operators_configure) {
  bob.send(configure("attic", {{"topic", "mine"}}));
  bob.expect_error("forbidden");
  bob.send(configure("attic"));
  bob.expect_error("forbidden");
  auto root = server.open(root_cookie);
  root.send(configure("lobby", {{"topic", "welcome"}}));
  BOOST_TEST(root.expect("settings")["topic"] == "welcome");
  ada.send(configure("lobby", {{"topic", "mine"}}));
  ada.expect_error("forbidden");
}

BOOST_AUTO_TEST_CASE(slow_mode_holds_members_back_and_says_for_how_long) {
  ada.send(configure("attic", {{"slow_mode_ms", 60'000}}));
  ada.expect("settings");
  seq_of(bob, "one");
  bob.send(say("two", "two", "attic"));
  const auto error = bob.expect_error("rate_limited");
  BOOST_TEST(error["id"] == "two");
  BOOST_TEST(error["retry_after_ms"].get<int>() > 50'000);
  BOOST_TEST(error["retry_after_ms"].get<int>() <= 60'000);
  bob.send(say("one", "one", "attic"));  // the first once more is no second message
  bob.expect("ack");
  seq_of(ada, "the owner may");
  seq_of(ada, "always");
}

// --- private rooms and rooms of two ---

BOOST_AUTO_TEST_CASE(a_private_room_is_entered_with_its_invitation_which_can_be_renewed) {
  ada.send(create("den", {{"private", true}}));
  const auto invite = ada.expect("settings")["invite"].get<std::string>();
  BOOST_TEST(invite.size() >= 16U);
  auto eve = server.open(eve_cookie);
  BOOST_TEST(listed(eve, "den").is_null());
  BOOST_TEST(!listed(ada, "den").is_null());
  eve.send(join("den"));
  eve.expect_error("forbidden");
  BOOST_TEST(!expect_joined(eve, "den", invite).contains("invite"));
  BOOST_TEST(!listed(eve, "den").is_null());
  ada.send(configure("den", {{"renew_invite", true}}));
  const auto renewed = ada.expect("settings")["invite"].get<std::string>();
  BOOST_TEST(renewed != invite);
  bob.send([&] {
    auto late = join("den");
    late["invite"] = invite;
    return late;
  }());
  bob.expect_error("forbidden");
  expect_joined(bob, "den", renewed);
  auto again = server.open(eve_cookie);
  expect_joined(again, "den");  // a member needs no invitation any more
}

BOOST_AUTO_TEST_CASE(two_people_have_a_room_of_their_own) {
  auto eve = server.open(eve_cookie);
  ada.send(join("@bob:Ada"));
  const auto joined = ada.expect("joined");
  BOOST_TEST(joined["room"] == "@ada:bob");
  BOOST_TEST(joined["capacity"] == 2);
  const auto invited = bob.expect("invited");
  BOOST_TEST(invited["room"] == "@ada:bob");
  BOOST_TEST(invited["by"] == "Ada");
  expect_joined(bob, "@ada:bob");
  seq_of(ada, "between us", "@ada:bob");
  BOOST_TEST(expect_message(bob, "between us")["from"] == "Ada");

  eve.send(join("@ada:bob"));
  eve.expect_error("forbidden");
  BOOST_TEST(listed(eve, "@ada:bob").is_null());
  auto root = server.open(root_cookie);
  BOOST_TEST(listed(root, "@ada:bob").is_null());
  root.send(configure("@ada:bob", {{"topic", "mine"}}));
  root.expect_error("forbidden");
  ada.send(join("@ada:nobody"));
  ada.expect_error("no_such_user");
  auto later = server.open(bob_cookie, {});
  later.send({{"type", "rooms"}});
  BOOST_TEST(!listed(later, "@ada:bob").is_null());
}

BOOST_AUTO_TEST_CASE(a_welcome_names_the_private_rooms_that_wait_for_one) {
  ada.send(join("@ada:bob"));
  ada.expect("joined");
  upgrade how;
  how.cookie = bob_cookie;
  websocket_client later(server.port(), how);
  const auto welcome = later.expect("welcome");
  BOOST_TEST((welcome["rooms"] == json{"lobby", "@ada:bob"}), welcome);
  BOOST_TEST(welcome["roles"] == json::array());
  how.cookie = root_cookie;
  websocket_client root(server.port(), how);
  BOOST_TEST((root.expect("welcome")["roles"] == json{"operator"}));
}

// --- questions ---

BOOST_AUTO_TEST_CASE(a_search_finds_what_was_said_in_rooms_one_is_in) {
  ada.send(create("den", {{"private", true}}));
  ada.expect("settings");
  expect_joined(ada, "den");
  seq_of(ada, "tea in the attic");
  seq_of(ada, "tea in the den", "den");
  const auto found = [](websocket_client& socket, json what) {
    what["type"] = "search";
    socket.send(what);
    std::vector<std::string> texts;
    const auto page = socket.expect("found");
    for (const auto& message : page["messages"]) {
      std::string text;
      for (const auto& part : message["parts"]) text += part.get<std::string>();
      texts.push_back(text);
    }
    return texts;
  };
  using texts = std::vector<std::string>;
  auto everywhere = found(ada, {{"query", "tea"}});
  std::sort(everywhere.begin(), everywhere.end());  // both may be of the same millisecond
  BOOST_TEST((everywhere == texts{"tea in the attic", "tea in the den"}));
  BOOST_TEST((found(ada, {{"query", "tea"}, {"room", "attic"}}) == texts{"tea in the attic"}));
  BOOST_TEST((found(bob, {{"query", "TEA"}}) == texts{"tea in the attic"}));
  seq_of(ada, "more tea in the attic");
  BOOST_TEST((found(bob, {{"query", "tea"}}) == texts{"more tea in the attic", "tea in the attic"}));
  bob.send({{"type", "search"}, {"query", "tea"}, {"room", "den"}});
  bob.expect_error("not_member");
}

BOOST_AUTO_TEST_CASE(unread_messages_are_counted_by_the_server) {
  const auto seq = seq_of(ada, "one");
  seq_of(ada, "two");
  seq_of(bob, "mine");
  const auto unread = [](websocket_client& socket, const json& after) {
    socket.send({{"type", "unread"}, {"room", "attic"}, {"after", after}});
    return socket.expect("unread")["count"].get<int>();
  };
  BOOST_TEST(unread(bob, 0) == 2);
  BOOST_TEST(unread(bob, seq) == 1);
  BOOST_TEST(unread(ada, seq) == 1);
  bob.send({{"type", "unread"}, {"room", "lobby"}, {"after", 0}});
  bob.expect_error("not_member");
}

BOOST_AUTO_TEST_CASE(who_types_is_seen_typing_but_not_too_often) {
  for (int i = 0; i < 5; ++i) bob.send({{"type", "typing"}, {"room", "attic"}});
  const auto typing = ada.expect("typing");
  BOOST_TEST(typing["user"] == "bob");
  BOOST_TEST(typing["room"] == "attic");
  BOOST_TEST(ada.silent("typing", clock::now() + 300ms));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace parley::test
