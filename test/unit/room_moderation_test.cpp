// A room and those who look after it: ranks, acts, settings, members.

#include <boost/test/unit_test.hpp>

#include "chat/room.hpp"

namespace room_moderation {

using namespace parley::chat;
using chat_room = parley::chat::room;

namespace {

const actor ada{"Ada", "ada"}, bob{"Bob", "bob"}, eve{"Eve", "eve"}, root{"Root", "root", true},
    chief{"Chief", "chief", true};

// Ada's room, in which bob moderates.
chat_room adas_room(room_record record = {},
                    std::unique_ptr<parley::chat::room_log> log = std::make_unique<memory_room_log>("e1",
                                                                                                    5)) {
  record.owner = "Ada";
  record.moderators = {"bob"};
  room_settings settings{.capacity = 100, .detail_limit = 100, .on_join = 50};
  settings.new_invite = [] { return "code"; };
  chat_room made(*room_name::parse("lobby"), settings, std::move(record), std::move(log));
  made.listen([](const chat_room::published&) {});
  return made;
}

moderation against(const actor& whom, moderation_act act) {
  moderation what;
  what.act = act;
  what.user = whom.user;
  what.key = whom.key;
  what.is_operator = whom.is_operator;
  what.mute_for = milliseconds(60'000);
  return what;
}

template <class Result>
std::string outcome(const tl::expected<Result, room_refusal>& result) {
  return result ? "done" : std::string(to_word(result.error().why.code));
}

tl::expected<void, room_refusal> say(chat_room& in, const actor& who, const std::string& id = "",
                                     time_point now = {}, unix_ms at = 0) {
  return in.publish({who, id, *message_text::parse("hello", 0), {}}, now, at);
}

void let_in(chat_room& into, const actor& who) {
  BOOST_REQUIRE(into.join({who, {}, {}}, 0).has_value());
}

// A log that takes nothing, or fails at what it has taken.
struct stubborn_log final : parley::chat::room_log {
  const std::string& epoch() const override { return name; }
  std::uint64_t last_seq() const override { return 0; }
  bool append(log_entry entry) override {
    if (!takes) return false;
    committed({fails ? outcome::failed : outcome::stored, 0, std::move(entry)});
    return true;
  }
  page read_after(std::uint64_t, std::size_t) const override { return {}; }
  page read_last(std::size_t) const override { return {}; }
  bool read(range, const std::string&, reader) override { return false; }
  bool count_unread(std::uint64_t, const std::string&, counter) override { return false; }

  std::string name = "e";
  bool takes = true, fails = false;
};

}  // namespace

}  // namespace room_moderation

BOOST_AUTO_TEST_SUITE(room_moderation)

BOOST_AUTO_TEST_CASE(acts_are_for_moderators_and_roles_for_owners) {
  struct row {
    const actor& who;
    moderation_act act;
    const actor& whom;
    std::string_view outcome;
  };
  using enum moderation_act;
  const row table[] = {
      {eve, kick, bob, "forbidden"},  {eve, mute, eve, "forbidden"},    {bob, mute, eve, "done"},
      {bob, unmute, eve, "done"},     {bob, kick, eve, "done"},         {bob, ban, eve, "done"},
      {bob, unban, eve, "done"},      {bob, ban, ada, "forbidden"},     {bob, ban, root, "forbidden"},
      {bob, kick, bob, "forbidden"},  {bob, appoint, eve, "forbidden"}, {ada, ban, bob, "done"},
      {ada, appoint, eve, "done"},    {ada, dismiss, eve, "done"},      {root, mute, ada, "done"},
      {root, appoint, eve, "done"},   {root, mute, chief, "forbidden"}, {ada, remove, eve, "done"},
      {eve, remove, eve, "forbidden"}};
  for (const auto& [who, act, whom, expected] : table) {
    auto in = adas_room();
    BOOST_TEST_CONTEXT(who.user << ' ' << to_word(act) << ' ' << whom.user)
    BOOST_TEST(outcome(in.moderate(who, against(whom, act), {}, 0)) == expected);
  }
}

BOOST_AUTO_TEST_CASE(who_is_muted_is_told_for_how_long_and_may_speak_afterwards) {
  auto in = adas_room();
  let_in(in, eve);
  BOOST_TEST(outcome(in.moderate(bob, against(eve, moderation_act::mute), {}, 1'000)) == "done");
  const auto refused = say(in, eve, "", {}, 2'000);
  BOOST_TEST(outcome(refused) == "muted");
  BOOST_TEST(refused.error().retry_after->count() == 59'000);
  BOOST_TEST(outcome(say(in, eve, "", {}, 61'000)) == "done");
  BOOST_TEST(outcome(in.moderate(bob, against(eve, moderation_act::mute), {}, 70'000)) == "done");
  BOOST_TEST(in.standing_of(eve, 70'000).muted->count() == 60'000);
  BOOST_TEST(outcome(in.moderate(bob, against(eve, moderation_act::unmute), {}, 71'000)) == "done");
  BOOST_TEST(outcome(say(in, eve, "", {}, 71'000)) == "done");
}

BOOST_AUTO_TEST_CASE(who_is_banned_stays_out_until_the_ban_is_lifted) {
  auto in = adas_room();
  BOOST_TEST(outcome(in.moderate(bob, against(eve, moderation_act::ban), {}, 0)) == "done");
  const auto refused = in.join({eve, {}, {}}, 0);
  BOOST_REQUIRE(!refused);
  BOOST_TEST(to_word(refused.error().code) == "forbidden");
  BOOST_TEST(outcome(in.moderate(bob, against(eve, moderation_act::unban), {}, 0)) == "done");
  BOOST_TEST(in.join({eve, {}, {}}, 0).has_value());
}

BOOST_AUTO_TEST_CASE(a_private_room_takes_members_and_who_has_the_invitation) {
  room_record closed;
  closed.is_private = true;
  closed.invite = "open sesame";
  auto in = adas_room(closed);
  for (const auto* wrong : {"", "open", "open sesame!"})
    BOOST_TEST(!in.join({eve, {}, wrong}, 0).has_value(), wrong);
  BOOST_TEST(in.join({ada, {}, ""}, 0)->invite == "open sesame");
  BOOST_TEST(in.join({bob, {}, ""}, 0).has_value());
  BOOST_TEST(in.join({root, {}, ""}, 0).has_value());
  BOOST_TEST(in.join({eve, {}, "open sesame"}, 0)->invite == "");
  in.leave("Eve");
  BOOST_TEST(in.join({eve, {}, ""}, 0).has_value());  // a member from then on
  BOOST_TEST(outcome(in.moderate(bob, against(eve, moderation_act::kick), {}, 0)) == "done");
  in.leave("Eve");
  BOOST_TEST(!in.join({eve, {}, ""}, 0).has_value());
}

BOOST_AUTO_TEST_CASE(settings_are_the_owners_and_the_topic_also_the_moderators) {
  auto in = adas_room();
  room_changes topic, slower, larger, invite;
  topic.topic = "tea";
  slower.slow_mode = milliseconds(5'000);
  larger.capacity = 101;
  invite.renew_invite = true;
  BOOST_TEST(outcome(in.configure(eve, topic, {}, 0)) == "forbidden");
  BOOST_TEST(outcome(in.configure(bob, topic, {}, 0)) == "done");
  BOOST_TEST(in.view().topic == "tea");
  BOOST_TEST(outcome(in.configure(bob, slower, {}, 0)) == "forbidden");
  BOOST_TEST(outcome(in.configure(ada, slower, {}, 0)) == "done");
  BOOST_TEST(outcome(in.configure(ada, larger, {}, 0)) == "bad_field");
  larger.capacity = 7;
  BOOST_TEST(outcome(in.configure(ada, larger, {}, 0)) == "done");
  BOOST_TEST(in.view().capacity == 7U);
  BOOST_TEST(outcome(in.configure(bob, invite, {}, 0)) == "forbidden");
}

BOOST_AUTO_TEST_CASE(a_change_is_an_event_that_says_what_changed_and_an_equal_one_is_none) {
  auto in = adas_room();
  std::vector<std::string> frames;
  in.listen([&](const chat_room::published& told) { frames.push_back(told.frame.value_or("")); });
  room_changes changes;
  changes.topic = "tea";
  changes.slow_mode = milliseconds(5'000);
  BOOST_TEST(outcome(in.configure(ada, changes, {}, 100)) == "done");
  BOOST_TEST(outcome(in.configure(ada, changes, {}, 200)) == "done");
  BOOST_REQUIRE(frames.size() == 1U);
  BOOST_TEST(
      frames[0] ==
      R"({"type":"room","room":"lobby","seq":1,"by":"Ada","topic":"tea","slow_mode_ms":5000,"at":100})");
}

BOOST_AUTO_TEST_CASE(a_room_that_becomes_private_keeps_those_who_are_in) {
  auto in = adas_room();
  let_in(in, eve);
  room_changes closing;
  closing.is_private = true;
  BOOST_TEST(outcome(in.configure(ada, closing, {}, 0)) == "done");
  BOOST_TEST(in.details(0).invite == "code");
  in.leave("Eve");
  BOOST_TEST(in.join({eve, {}, ""}, 0).has_value());
  BOOST_TEST(!in.join({{"Mallory", "mallory"}, {}, ""}, 0).has_value());
}

BOOST_AUTO_TEST_CASE(slow_mode_holds_each_member_back_and_nobody_who_looks_after_the_room) {
  room_record slow;
  slow.slow_mode = milliseconds(5'000);
  auto in = adas_room(slow);
  for (const auto& who : {ada, bob, eve}) let_in(in, who);
  const time_point start{std::chrono::hours(1)};
  using namespace std::chrono_literals;
  BOOST_TEST(outcome(say(in, eve, "x", start)) == "done");
  const auto refused = say(in, eve, "y", start + 2s);
  BOOST_TEST(outcome(refused) == "rate_limited");
  BOOST_TEST(refused.error().retry_after->count() == 3'000);
  BOOST_TEST(outcome(say(in, eve, "x", start + 2s)) == "done");  // the same once more
  BOOST_TEST(outcome(say(in, eve, "y", start + 5s)) == "done");
  for (int i = 0; i < 3; ++i) {
    BOOST_TEST(outcome(say(in, ada, "", start)) == "done");
    BOOST_TEST(outcome(say(in, bob, "", start)) == "done");
  }
}

BOOST_AUTO_TEST_CASE(a_removed_message_leaves_a_tombstone_and_an_event) {
  auto in = adas_room();
  let_in(in, eve);
  BOOST_TEST(outcome(say(in, eve)) == "done");
  std::vector<chat_room::published> told_of;
  in.listen([&](const chat_room::published& told) { told_of.push_back(told); });
  auto removal = against(eve, moderation_act::remove);
  removal.seq = 1;
  removal.reason = "rude";
  BOOST_TEST(outcome(in.moderate(bob, removal, {}, 300)) == "done");
  BOOST_TEST(outcome(in.moderate(bob, removal, {}, 300)) == "done");
  BOOST_REQUIRE(told_of.size() == 2U);
  BOOST_TEST(told_of[0].frame.value_or("") ==
             R"({"type":"removed","room":"lobby","seq":2,"by":"Bob","target":1,"reason":"rude","at":300})");
  BOOST_CHECK(told_of[1].what == parley::chat::room_log::outcome::missing);
  const auto answer = in.describe({ada, {}, {}}, 0);
  BOOST_REQUIRE(answer.messages.size() == 2U);
  BOOST_TEST(answer.messages[0].removed);
  BOOST_TEST(answer.messages[0].text == "");
}

BOOST_AUTO_TEST_CASE(a_room_of_two_takes_two_and_has_no_moderators) {
  room_record two;
  two.is_private = true;
  two.members = {"ada", "bob"};
  chat_room in(*room_name::parse("@ada:bob"), {}, two, std::make_unique<memory_room_log>("e1", 5));
  let_in(in, ada);
  let_in(in, bob);
  BOOST_TEST(in.view().capacity == 2U);
  BOOST_TEST(!in.join({eve, {}, ""}, 0).has_value());
  BOOST_TEST(!in.join({root, {}, ""}, 0).has_value());
  BOOST_TEST(outcome(in.moderate(root, against(ada, moderation_act::kick), {}, 0)) == "forbidden");
  BOOST_TEST(outcome(in.configure(ada, {}, {}, 0)) == "forbidden");
}

BOOST_AUTO_TEST_CASE(what_is_known_of_a_room_survives_as_text) {
  room_record all;
  all.owner = "Ada";
  all.opened_by = "bob";
  all.topic = "tea \"and\" cake";
  all.is_private = true;
  all.invite = "code";
  all.capacity = 7;
  all.slow_mode = milliseconds(5'000);
  all.moderators = {"bob"};
  all.banned = {"eve", "mallory"};
  all.members = {"carol"};
  all.muted = {{"dave", 1'790'000'000'000}};
  BOOST_CHECK(parse_room_record(to_json(all)) == all);
  BOOST_CHECK(parse_room_record(to_json(room_record{})) == room_record{});
  BOOST_CHECK(parse_room_record("{}") == room_record{});
  for (const auto* broken : {"", "[]", "{\"owner\":1}"}) BOOST_CHECK(!parse_room_record(broken));
}

BOOST_AUTO_TEST_CASE(who_is_banned_has_no_say_any_more) {
  auto in = adas_room();
  let_in(in, bob);
  BOOST_TEST(outcome(in.moderate(ada, against(bob, moderation_act::ban), {}, 0)) == "done");
  BOOST_TEST(!in.may_stay(bob));
  BOOST_TEST(outcome(say(in, bob)) == "not_member");  // before his sockets have heard of it
  BOOST_TEST(outcome(in.moderate(bob, against(eve, moderation_act::mute), {}, 0)) == "forbidden");
  room_changes topic;
  topic.topic = "mine";
  BOOST_TEST(outcome(in.configure(bob, topic, {}, 0)) == "forbidden");
  BOOST_TEST(outcome(in.moderate(ada, against(bob, moderation_act::unban), {}, 0)) == "done");
  BOOST_TEST(outcome(in.moderate(bob, against(eve, moderation_act::mute), {}, 0)) ==
             "forbidden");  // a member

  auto hers = adas_room();
  BOOST_TEST(outcome(hers.moderate(root, against(ada, moderation_act::ban), {}, 0)) == "done");
  BOOST_TEST(outcome(hers.configure(ada, topic, {}, 0)) == "forbidden");
}

BOOST_AUTO_TEST_CASE(an_operator_is_not_muted) {
  room_record once;
  once.muted = {{"root", 1'000'000}};  // before root became one
  auto in = adas_room(once);
  let_in(in, root);
  BOOST_TEST(outcome(say(in, root)) == "done");
}

BOOST_AUTO_TEST_CASE(an_act_that_changes_nothing_is_done_and_stores_nothing) {
  auto in = adas_room();
  std::size_t stored = 0;
  in.listen([&](const chat_room::published&) { ++stored; });
  const auto kicked = in.moderate(bob, against(eve, moderation_act::kick), {}, 0);
  BOOST_TEST((kicked.has_value() && !*kicked));
  const auto banned = in.moderate(bob, against(eve, moderation_act::ban), {}, 0);
  BOOST_TEST((banned.has_value() && *banned));
  BOOST_TEST(stored == 1U);
}

BOOST_AUTO_TEST_CASE(what_the_log_does_not_take_has_not_happened) {
  auto made = std::make_unique<stubborn_log>();
  auto& log = *made;
  auto in = adas_room({}, std::move(made));
  log.takes = false;
  BOOST_TEST(outcome(in.moderate(bob, against(eve, moderation_act::ban), {}, 0)) == "unavailable");
  BOOST_TEST(in.join({eve, {}, {}}, 0).has_value());
  room_changes topic;
  topic.topic = "tea";
  BOOST_TEST(outcome(in.configure(ada, topic, {}, 0)) == "unavailable");
  BOOST_TEST(in.view().topic == "");
}

BOOST_AUTO_TEST_CASE(what_could_not_be_stored_is_in_force_and_stored_later) {
  auto made = std::make_unique<stubborn_log>();
  auto& log = *made;
  auto in = adas_room({}, std::move(made));
  std::vector<chat_room::published> told;
  in.listen([&](const chat_room::published& news) { told.push_back(news); });
  log.fails = true;
  room_changes topic;
  topic.topic = "tea";
  BOOST_TEST(outcome(in.moderate(bob, against(eve, moderation_act::ban), {1, 7}, 0)) == "done");
  BOOST_TEST(outcome(in.configure(ada, topic, {1, 8}, 0)) == "done");
  BOOST_TEST(!in.join({eve, {}, {}}, 0).has_value());
  BOOST_TEST(in.has_unstored());
  in.store_again();
  BOOST_TEST(in.has_unstored());
  log.fails = false;
  told.clear();
  in.store_again();
  BOOST_TEST(!in.has_unstored());
  BOOST_REQUIRE(told.size() == 2U);
  BOOST_TEST(told[1].frame.value_or("") ==
             R"({"type":"room","room":"lobby","seq":0,"by":"Ada","topic":"tea","at":0})");
  for (const auto& news : told) {
    const auto record = parse_room_record(news.entry.record);
    BOOST_REQUIRE(record);
    BOOST_TEST(record->topic == "tea");
    BOOST_TEST(record->banned.contains("eve"));
    BOOST_TEST(news.entry.origin.number == 0U);  // nobody is answered twice
  }
}

BOOST_AUTO_TEST_CASE(a_turn_in_slow_mode_is_taken_only_by_what_is_stored) {
  room_record slow;
  slow.slow_mode = milliseconds(5'000);
  auto made = std::make_unique<stubborn_log>();
  auto& log = *made;
  auto in = adas_room(slow, std::move(made));
  let_in(in, eve);
  log.takes = false;
  BOOST_TEST(outcome(say(in, eve)) == "unavailable");
  log.takes = log.fails = true;
  BOOST_TEST(outcome(say(in, eve)) == "done");  // and fails
  log.fails = false;
  BOOST_TEST(outcome(say(in, eve)) == "done");
  BOOST_TEST(outcome(say(in, eve)) == "rate_limited");
}

BOOST_AUTO_TEST_CASE(a_membership_is_given_up_and_a_room_of_two_calls_back) {
  room_record closed;
  closed.is_private = true;
  closed.members = {"eve"};
  auto in = adas_room(closed);
  BOOST_TEST(in.give_up(eve, 0));
  BOOST_TEST(!in.give_up(eve, 0));
  BOOST_TEST(!in.give_up(ada, 0));  // it is hers
  BOOST_TEST(!in.join({eve, {}, {}}, 0).has_value());

  room_record two;
  two.is_private = true;
  two.members = {"ada", "bob"};
  chat_room theirs(*room_name::parse("@ada:bob"), {}, two, std::make_unique<memory_room_log>("e1", 5));
  theirs.listen([](const chat_room::published&) {});
  BOOST_TEST(!theirs.call_back(bob, 0));
  BOOST_TEST(theirs.give_up(ada, 0));
  BOOST_TEST(theirs.call_back(bob, 0).value_or("") == "ada");
  BOOST_TEST(!theirs.call_back(bob, 0));
  BOOST_TEST(theirs.give_up(ada, 0));
  BOOST_TEST(theirs.join({ada, {}, {}}, 0).has_value());  // it is hers to come back to
  BOOST_TEST(!theirs.call_back(bob, 0));
}

BOOST_AUTO_TEST_SUITE_END()
