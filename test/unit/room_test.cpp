#include "chat/room.hpp"

#include <boost/test/unit_test.hpp>

namespace room {

using namespace parley::chat;
using parley::chat::joined;
using chat_room = parley::chat::room;

namespace {

// Small, so that bounds are reached soon.
const room_settings small{.capacity = 3, .detail_limit = 2, .on_join = 3};
const room_settings roomy{.capacity = 0, .detail_limit = 100, .on_join = 50};
constexpr std::size_t keep = 5;

chat_room make_room(const room_settings& settings = roomy, const room_record& record = {}) {
  return chat_room(*room_name::parse("Lobby"), settings, record,
                   std::make_unique<memory_room_log>("e1", keep));
}

struct room_fixture {
  chat_room lobby = make_room();

  // What became of a message: in memory that is known at once.
  static chat_room::published publish(chat_room& in, const std::string& user, const std::string& id,
                                      const message_text& words, unix_ms at) {
    std::optional<chat_room::published> result;
    in.listen([&](const chat_room::published& told) { result = told; });
    enter(in, user);
    BOOST_REQUIRE(in.publish({{user, user}, id, words, {}}, {}, at).has_value());
    in.leave(user);
    return *result;
  }
  static message_text text(std::string_view words) { return *message_text::parse(words, 0); }
  static joined enter(chat_room& into, const std::string& user,
                      const std::optional<chat_room::position>& resume_at = std::nullopt) {
    auto answer = into.join({{user, user}, resume_at, {}}, 0);
    BOOST_REQUIRE(answer);
    return std::move(*answer);
  }
  static joined told(const chat_room& in,
                     const std::optional<chat_room::position>& resume_at = std::nullopt) {
    return in.describe({{"ada", "ada"}, resume_at, {}}, 0);
  }
  // Says "1", "2", ... up to `last`.
  static void say_up_to(chat_room& in, int last) {
    for (int i = 1; i <= last; ++i) publish(in, "ada", "", text(std::to_string(i)), 100);
  }
};

std::string names(const joined& answer) {
  if (!answer.members) return "not named";
  std::string result;
  for (const auto& name : *answer.members) result += (result.empty() ? "" : " ") + name;
  return result;
}

std::string texts(const joined& answer) {
  std::string result;
  for (const auto& message : answer.messages) result += (result.empty() ? "" : " ") + message.text;
  return result;
}

}  // namespace

}  // namespace room

BOOST_FIXTURE_TEST_SUITE(room, room_fixture)

BOOST_AUTO_TEST_CASE(who_joins_is_told_the_room_and_who_is_in) {
  enter(lobby, "bob");
  publish(lobby, "bob", "", text("hello"), 1'790'000'000'000);
  const auto answer = enter(lobby, "ada");
  BOOST_TEST(answer.room == "lobby");
  BOOST_TEST(answer.epoch == "e1");
  BOOST_TEST(answer.seq == 1U);
  BOOST_TEST(answer.count == 2U);
  BOOST_TEST(names(answer) == "ada bob");
  BOOST_REQUIRE(answer.messages.size() == 1U);
  BOOST_TEST(answer.messages[0].seq == 1U);
  BOOST_TEST(answer.messages[0].from == "bob");
  BOOST_TEST(answer.messages[0].text == "hello");
  BOOST_TEST(answer.messages[0].at == 1'790'000'000'000);
  BOOST_TEST(!answer.more);
  BOOST_TEST(!answer.recovered);
}

BOOST_AUTO_TEST_CASE(a_user_is_in_while_at_least_one_socket_is) {
  enter(lobby, "ada");
  BOOST_TEST(enter(lobby, "ada").count == 1U);
  lobby.leave("ada");
  BOOST_TEST(lobby.has("ada"));
  lobby.leave("ada");
  BOOST_TEST(!lobby.has("ada"));
  BOOST_TEST(enter(lobby, "bob").count == 1U);
}

BOOST_AUTO_TEST_CASE(somebody_who_is_not_in_cannot_leave) {
  enter(lobby, "ada");
  lobby.take_presence();
  lobby.leave("eve");
  BOOST_TEST(!lobby.presence_changed());
  BOOST_TEST(enter(lobby, "ada").count == 1U);
}

BOOST_AUTO_TEST_CASE(a_full_room_refuses_the_next_user_and_says_so) {
  auto full = make_room(small);
  for (const auto* user : {"ada", "bob", "eve"}) enter(full, user);
  const auto refused = full.join({{"mallory", "mallory"}, {}, {}}, 0);
  BOOST_REQUIRE(!refused);
  BOOST_TEST(to_word(refused.error().code) == "room_full");
  BOOST_TEST(refused.error().message == "The room lobby is full: 3 are in.");
  BOOST_TEST(!full.has("mallory"));
}

BOOST_AUTO_TEST_CASE(a_full_room_takes_another_socket_of_who_is_in) {
  auto full = make_room(small);
  for (const auto* user : {"ada", "bob", "eve", "ada", "ada"})
    BOOST_TEST(full.join({{user, user}, {}, {}}, 0).has_value());
}

BOOST_AUTO_TEST_CASE(a_full_room_has_a_place_again_when_somebody_has_gone) {
  auto full = make_room(small);
  for (const auto* user : {"ada", "bob", "eve"}) enter(full, user);
  full.leave("bob");
  BOOST_TEST(full.join({{"mallory", "mallory"}, {}, {}}, 0).has_value());
  BOOST_TEST(!full.join({{"bob", "bob"}, {}, {}}, 0).has_value());
}

BOOST_AUTO_TEST_CASE(a_refused_user_is_no_presence) {
  auto full = make_room(small);
  for (const auto* user : {"ada", "bob", "eve"}) enter(full, user);
  full.take_presence();
  BOOST_TEST(!full.join({{"mallory", "mallory"}, {}, {}}, 0).has_value());
  BOOST_TEST(!full.presence_changed());
}

BOOST_AUTO_TEST_CASE(a_capacity_of_zero_is_no_bound) {
  for (int i = 0; i < 2000; ++i) enter(lobby, "user" + std::to_string(i));
  BOOST_TEST(enter(lobby, "ada").count == 2001U);
}

BOOST_AUTO_TEST_CASE(members_are_named_up_to_the_limit_and_counted_above_it) {
  auto some = make_room(small);
  BOOST_TEST(names(enter(some, "bob")) == "bob");
  BOOST_TEST(names(enter(some, "ada")) == "ada bob");
  const auto third = enter(some, "eve");
  BOOST_TEST(names(third) == "not named");
  BOOST_TEST(third.count == 3U);
  some.leave("eve");
  BOOST_TEST(names(enter(some, "ada")) == "ada bob");
}

BOOST_AUTO_TEST_CASE(being_told_once_more_changes_nothing) {
  enter(lobby, "ada");
  say_up_to(lobby, 2);
  lobby.take_presence();
  const auto answer = told(lobby);
  BOOST_TEST(names(answer) == "ada");
  BOOST_TEST(texts(answer) == "1 2");
  BOOST_TEST(!lobby.presence_changed());
  lobby.leave("ada");
  BOOST_TEST(!lobby.has("ada"));
}

// --- presence ---

BOOST_AUTO_TEST_CASE(who_came_and_went_since_is_one_frame) {
  enter(lobby, "ada");
  enter(lobby, "bob");
  BOOST_TEST(lobby.presence_changed());
  BOOST_TEST(lobby.take_presence() ==
             R"({"type":"presence","room":"lobby","joined":["ada","bob"],"left":[],"count":2})");
  BOOST_TEST(!lobby.presence_changed());
  lobby.leave("ada");
  enter(lobby, "eve");
  BOOST_TEST(lobby.presence_changed());
  BOOST_TEST(lobby.take_presence() ==
             R"({"type":"presence","room":"lobby","joined":["eve"],"left":["ada"],"count":2})");
}

BOOST_AUTO_TEST_CASE(a_second_socket_is_no_presence) {
  enter(lobby, "ada");
  lobby.take_presence();
  enter(lobby, "ada");
  BOOST_TEST(!lobby.presence_changed());
  lobby.leave("ada");
  BOOST_TEST(!lobby.presence_changed());
}

// Somebody may have joined in between, and was told of the first and not of the second.
BOOST_AUTO_TEST_CASE(who_comes_and_goes_between_two_presence_frames_is_named_for_the_last_of_it) {
  enter(lobby, "ada");
  lobby.leave("ada");
  BOOST_TEST(lobby.take_presence() ==
             R"({"type":"presence","room":"lobby","joined":[],"left":["ada"],"count":0})");
  enter(lobby, "ada");
  lobby.take_presence();
  lobby.leave("ada");
  enter(lobby, "ada");
  BOOST_TEST(lobby.take_presence() ==
             R"({"type":"presence","room":"lobby","joined":["ada"],"left":[],"count":1})");
  BOOST_TEST(!lobby.presence_changed());
}

BOOST_AUTO_TEST_CASE(above_the_limit_presence_is_a_count_and_back_below_it_names_everybody) {
  auto some = make_room(small);
  for (const auto* user : {"ada", "bob", "eve"}) enter(some, user);
  BOOST_TEST(some.take_presence() == R"({"type":"presence","room":"lobby","count":3})");
  some.leave("eve");
  BOOST_TEST(some.take_presence() ==
             R"({"type":"presence","room":"lobby","joined":["ada","bob"],"left":["eve"],"count":2})");
  some.leave("bob");
  BOOST_TEST(some.take_presence() ==
             R"({"type":"presence","room":"lobby","joined":[],"left":["bob"],"count":1})");
}

// --- messages ---

BOOST_AUTO_TEST_CASE(a_message_becomes_one_frame_for_everybody) {
  const auto first = publish(lobby, "ada", "", text("hello \"Bob\""), 1'790'000'000'000);
  BOOST_TEST(first.seq == 1U);
  BOOST_REQUIRE(first.frame);
  BOOST_TEST(
      *first.frame ==
      R"({"type":"message","room":"lobby","seq":1,"from":"ada","text":"hello \"Bob\"","at":1790000000000})");
  BOOST_TEST(publish(lobby, "bob", "", text("hi"), 1'790'000'000'001).seq == 2U);
}

BOOST_AUTO_TEST_CASE(a_message_sent_again_is_acknowledged_and_shown_to_nobody) {
  publish(lobby, "ada", "x", text("hello"), 100);
  publish(lobby, "bob", "y", text("hi"), 200);
  const auto again = publish(lobby, "ada", "x", text("hello"), 300);
  BOOST_TEST(again.seq == 1U);
  BOOST_TEST(!again.frame.has_value());
  BOOST_TEST(told(lobby).seq == 2U);
}

BOOST_AUTO_TEST_CASE(the_same_id_of_somebody_else_is_another_message) {
  publish(lobby, "ada", "x", text("hello"), 100);
  const auto other = publish(lobby, "bob", "x", text("hello"), 100);
  BOOST_TEST(other.seq == 2U);
  BOOST_TEST(other.frame.has_value());
}

BOOST_AUTO_TEST_CASE(a_newcomer_is_given_the_last_messages_and_told_that_there_are_more) {
  auto some = make_room(small);
  say_up_to(some, 3);
  auto answer = told(some);
  BOOST_TEST(texts(answer) == "1 2 3");
  BOOST_TEST(!answer.more);
  publish(some, "ada", "", text("4"), 100);
  answer = told(some);
  BOOST_TEST(texts(answer) == "2 3 4");
  BOOST_TEST(answer.more);
}

BOOST_AUTO_TEST_CASE(who_comes_back_is_given_exactly_what_was_missed_or_told_that_something_may_be_missing) {
  auto some = make_room(small);
  say_up_to(some, 8);  // of which 4 to 8 are kept, and a page holds three
  struct row {
    std::string_view what;
    chat_room::position from;
    std::string_view texts;
    bool recovered, more;
  };
  const row table[] = {
      {"missed nothing", {"e1", 8}, "", true, false},
      {"missed one", {"e1", 7}, "8", true, false},
      {"missed a page", {"e1", 5}, "6 7 8", true, false},
      {"missed more than a page", {"e1", 4}, "5 6 7", true, true},
      {"missed what is not kept any more", {"e1", 1}, "6 7 8", false, true},
      {"was never here", {"e1", 0}, "6 7 8", false, true},
      {"knows another epoch", {"e0", 7}, "6 7 8", false, true},
      {"knows no epoch", {"", 7}, "6 7 8", false, true},
      {"knows a seq that is still to come", {"e1", 9}, "6 7 8", false, true},
      {"knows the largest seq", {"e1", UINT64_MAX}, "6 7 8", false, true},
  };
  for (const auto& [what, from, expected, recovered, more] : table) {
    const auto answer = told(some, from);
    BOOST_TEST_CONTEXT(what) {
      BOOST_TEST(texts(answer) == expected);
      BOOST_TEST(answer.recovered == recovered);
      BOOST_TEST(answer.more == more);
      BOOST_TEST(answer.seq == 8U);
      BOOST_TEST(answer.epoch == "e1");
    }
  }
}

BOOST_AUTO_TEST_CASE(joining_recovers_as_describing_does) {
  say_up_to(lobby, 3);
  const auto answer = enter(lobby, "ada", chat_room::position{"e1", 1});
  BOOST_TEST(texts(answer) == "2 3");
  BOOST_TEST(answer.recovered);
}

BOOST_AUTO_TEST_CASE(a_room_without_history_gives_none_and_recovers_only_who_missed_nothing) {
  chat_room off(*room_name::parse("lobby"), {}, {}, std::make_unique<memory_room_log>("e1", 0));
  say_up_to(off, 3);
  BOOST_TEST(texts(told(off)) == "");
  BOOST_TEST(told(off, chat_room::position{"e1", 3}).recovered);
  BOOST_TEST(!told(off, chat_room::position{"e1", 2}).recovered);
}

BOOST_AUTO_TEST_SUITE_END()
