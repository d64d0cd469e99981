// Every kind of request and answer, there and back as bytes.
#include "app/rooms/room_wire.hpp"

#include <vector>

#include <boost/test/unit_test.hpp>

namespace room_wire {

namespace {

using namespace parley;
using namespace std::chrono_literals;

const auto lobby = *chat::room_name::parse("lobby");
const chat::actor ada{"Ada", "ada", true};

room_request back(const room_request& sent) {
  const auto read = read_room_request(to_bytes(sent));
  BOOST_REQUIRE_MESSAGE(read, (read ? std::string() : read.error()));
  return *read;
}

room_answer back(const room_answer& sent) {
  const auto read = read_room_answer(to_bytes(sent));
  BOOST_REQUIRE_MESSAGE(read, (read ? std::string() : read.error()));
  return *read;
}

template <class What>
What back(What what) {
  const auto read = back(room_request{lobby, {3, 77}, ada, std::move(what)});
  return std::get<What>(read.what);
}

template <class What>
What answered(What what) {
  const auto read = back(room_answer{lobby, {3, 77}, std::move(what)});
  BOOST_TEST((read.room == lobby));
  BOOST_TEST((read.to == socket_id{3, 77}));
  return std::get<What>(read.what);
}

}  // namespace
}  // namespace room_wire

BOOST_AUTO_TEST_SUITE(room_wire)

BOOST_AUTO_TEST_CASE(who_asks_which_room_comes_through) {
  const auto read = back(room_request{lobby, {3, 77}, ada, leave_room{}});
  BOOST_TEST((read.room == lobby));
  BOOST_TEST((read.from == socket_id{3, 77}));
  BOOST_TEST(read.who.user == "Ada");
  BOOST_TEST(read.who.key == "ada");
  BOOST_TEST(read.who.is_operator);
  BOOST_TEST(std::holds_alternative<leave_room>(read.what));
}

BOOST_AUTO_TEST_CASE(a_join_comes_through) {
  const auto read = back(join_room{chat::room::position{"epoch", 1'234'567'890'123}, "invite", true});
  BOOST_REQUIRE(read.resume_at);
  BOOST_TEST(read.resume_at->epoch == "epoch");
  BOOST_TEST(read.resume_at->seq == 1'234'567'890'123U);
  BOOST_TEST(read.invite == "invite");
  BOOST_TEST(read.again);
  BOOST_TEST(!back(join_room{}).resume_at);
}

BOOST_AUTO_TEST_CASE(a_message_comes_through_in_every_script) {
  const std::string text = "上海 \xF0\x9F\x98\x80 \"\\";
  const auto read = back(publish_message{"id-1", *chat::message_text::parse(text, 50)});
  BOOST_TEST(read.id == "id-1");
  BOOST_TEST(read.text.str() == text);
}

BOOST_AUTO_TEST_CASE(questions_come_through) {
  using direction = chat::room_log::range::direction;
  const auto wanted = back(read_page{{direction::after, 42, 200}}).wanted;
  BOOST_TEST((wanted.where == direction::after));
  BOOST_TEST(wanted.seq == 42U);
  BOOST_TEST(wanted.limit == 200U);
  BOOST_TEST(back(count_unread{43}).after == 43U);
  back(say_typing{});
  back(tell_details{});
  back(give_up_room{});
}

BOOST_AUTO_TEST_CASE(an_act_of_moderation_comes_through) {
  const chat::moderation act{chat::moderation_act::dismiss, "Bob", "bob", true, 9, 600'000ms, "why"};
  const auto read = back(moderate_room{act}).act;
  BOOST_TEST((read.act == act.act));
  BOOST_TEST(read.user == "Bob");
  BOOST_TEST(read.key == "bob");
  BOOST_TEST(read.is_operator);
  BOOST_TEST(read.seq == 9U);
  BOOST_TEST((read.mute_for == 600'000ms));
  BOOST_TEST(read.reason == "why");
}

BOOST_AUTO_TEST_CASE(settings_come_through_and_so_does_what_is_not_said) {
  const chat::room_changes some{"topic", true, {}, 1'000ms, true};
  BOOST_TEST((back(configure_room{some}).changes == some));
  BOOST_TEST((back(configure_room{}).changes == chat::room_changes{}));
}

BOOST_AUTO_TEST_CASE(a_record_comes_through) {
  chat::room_record record;
  record.owner = "Ada";
  record.topic = "Tea";
  record.is_private = true;
  record.invite = "code";
  record.capacity = 7;
  record.slow_mode = 2'000ms;
  record.moderators = {"bob"};
  record.banned = {"eve"};
  record.members = {"ada", "bob"};
  record.muted = {{"carl", 1'790'000'000'000}};
  BOOST_TEST((back(make_room{record}).record == record));
}

BOOST_AUTO_TEST_CASE(answers_come_through) {
  const auto in = answered(entered{ada, std::string("\x81\x7E\x00\xFF", 4), {2, 512}});
  BOOST_TEST(in.who.key == "ada");
  BOOST_TEST(in.frame == std::string("\x81\x7E\x00\xFF", 4));
  BOOST_TEST((in.where == seat{2, 512}));
  const auto why = answered(not_entered{{chat::error_code::room_full, "Full."}}).why;
  BOOST_TEST((why.code == chat::error_code::room_full));
  BOOST_TEST(why.message == "Full.");
  BOOST_TEST(answered(put_out{"{}"}).json == "{}");
  BOOST_TEST(answered(stands{"{}"}).json == "{}");
  BOOST_TEST(answered(acknowledged{"{}", true}).repeated);
  BOOST_TEST((answered(refused{"{}", chat::error_code::muted}).why == chat::error_code::muted));
  BOOST_TEST(answered(page{"{}"}).json == "{}");
  BOOST_TEST(answered(told{"{}"}).json == "{}");
  BOOST_TEST(!answered(made{"{}", {}}).why_not);
  BOOST_TEST(answered(made{{}, chat::refusal{chat::error_code::forbidden, "No."}}).why_not->message == "No.");
}

BOOST_AUTO_TEST_CASE(what_is_no_request_is_refused_with_a_reason) {
  const auto good = to_bytes(room_request{lobby, {}, ada, say_typing{}});
  BOOST_TEST(!read_room_request(""));
  BOOST_TEST(!read_room_request(good.substr(0, good.size() - 1)));
  BOOST_TEST(!read_room_request("\xC0"));
  BOOST_TEST(!read_room_answer(good));
  for (std::size_t i = 0; i < good.size(); ++i) {  // whatever it is, it is no crash
    auto bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 0x55);
    const auto read = read_room_request(bad);
    if (!read) BOOST_TEST(!read.error().empty());
  }
}

BOOST_AUTO_TEST_CASE(what_nests_without_end_is_refused) {
  for (const std::size_t depth : {17U, 20'000U, 1'000'000U})
    BOOST_TEST(!read_room_request(std::string(depth, '\x91') + '\xC0'));
}

BOOST_AUTO_TEST_CASE(names_and_texts_are_parsed_again) {
  auto bytes = to_bytes(room_request{lobby, {}, ada, say_typing{}});
  const auto at = bytes.find("lobby");
  bytes.replace(at, 5, "lo by");
  BOOST_TEST(!read_room_request(bytes));
}

BOOST_AUTO_TEST_SUITE_END()
