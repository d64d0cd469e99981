#include "chat/client_frame.hpp"

#include <string>

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(client_frame)

using namespace std::string_literals;
using parley::chat::frame_refusal;
using parley::chat::parse_client_frame;
namespace chat = parley::chat;

namespace {

template <typename Frame>
Frame read(std::string_view json) {
  const auto parsed = parse_client_frame(json);
  BOOST_REQUIRE_MESSAGE(parsed, json << ": " << parsed.error().why.message);
  const auto* frame = std::get_if<Frame>(&*parsed);
  BOOST_REQUIRE_MESSAGE(frame, json << " is frame " << parsed->index());
  return *frame;
}

frame_refusal refuse(std::string_view json) {
  const auto parsed = parse_client_frame(json);
  BOOST_REQUIRE_MESSAGE(!parsed, json << " was taken");
  return parsed.error();
}

std::string quoted(std::string_view text) {
  return '"' + std::string(text) + '"';
}

std::string repeat(std::string_view text, std::size_t times) {
  std::string result;
  for (std::size_t i = 0; i < times; ++i) result += text;
  return result;
}

std::string message_with_id(std::string_view id) {
  return R"({"type":"message","room":"lobby","text":"hi","id":")" + std::string(id) + "\"}";
}

}  // namespace

BOOST_AUTO_TEST_CASE(login_has_a_name_and_a_password) {
  const auto frame =
      read<chat::login_frame>(R"({"type":"login","username":"Ada","password":"pa ss\"\u00e9"})");
  BOOST_TEST(frame.username == "Ada");
  BOOST_TEST(frame.password == "pa ss\"\xc3\xa9");
}

BOOST_AUTO_TEST_CASE(resume_has_a_token) {
  BOOST_TEST(read<chat::resume_frame>(R"({"type":"resume","token":"abc"})").token == "abc");
}

BOOST_AUTO_TEST_CASE(join_has_a_room_and_may_say_where_to_go_on) {
  const auto plain = read<chat::join_frame>(R"({"type":"join","room":"Lobby"})");
  BOOST_TEST(plain.room == "Lobby");
  BOOST_TEST(!plain.after.has_value());
  BOOST_TEST(plain.epoch == "");

  const auto resumed = read<chat::join_frame>(R"({"type":"join","room":"lobby","after":17,"epoch":"e1"})");
  BOOST_TEST(resumed.after.value() == 17U);
  BOOST_TEST(resumed.epoch == "e1");

  const auto nothing = read<chat::join_frame>(R"({"type":"join","room":"lobby","after":null,"epoch":null})");
  BOOST_TEST(!nothing.after.has_value());
  BOOST_TEST(nothing.epoch == "");
}

BOOST_AUTO_TEST_CASE(join_takes_any_seq) {
  for (const std::uint64_t seq : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{UINT64_MAX}}) {
    const auto json = R"({"type":"join","room":"lobby","after":)" + std::to_string(seq) + "}";
    BOOST_TEST(read<chat::join_frame>(json).after.value() == seq);
  }
}

BOOST_AUTO_TEST_CASE(leave_has_a_room) {
  BOOST_TEST(read<chat::leave_frame>(R"({"type":"leave","room":"lobby"})").room == "lobby");
}

BOOST_AUTO_TEST_CASE(message_has_a_room_and_a_text_and_may_have_an_id) {
  const auto plain = read<chat::message_frame>(R"({"type":"message","room":"lobby","text":" hi\n"})");
  BOOST_TEST(plain.room == "lobby");
  BOOST_TEST(plain.text == " hi\n");
  BOOST_TEST(plain.id == "");
  BOOST_TEST(read<chat::message_frame>(message_with_id("x")).id == "x");
}

BOOST_AUTO_TEST_CASE(history_goes_before_or_after_a_seq) {
  const auto back = read<chat::history_frame>(R"({"type":"history","room":"lobby","before":17,"limit":5})");
  BOOST_TEST(back.room == "lobby");
  BOOST_TEST(back.before.value() == 17U);
  BOOST_TEST(!back.after.has_value());
  BOOST_TEST(back.limit.value() == 5U);
  BOOST_TEST(read<chat::history_frame>(R"({"type":"history","room":"lobby","after":0})").after.value() == 0U);
  for (const auto* text :
       {R"({"type":"history","room":"lobby"})", R"({"type":"history","room":"lobby","before":1,"after":1})"})
    BOOST_TEST(to_word(refuse(text).why.code) == "bad_field", text);
}

BOOST_AUTO_TEST_CASE(an_id_has_1_to_64_code_points) {
  for (const auto& id : {"x"s, repeat("x", 64), repeat("\xc3\xa9", 64), repeat("\xf0\x9f\x98\x80", 64)})
    BOOST_TEST(read<chat::message_frame>(message_with_id(id)).id == id);
  for (const auto& id : {""s, repeat("x", 65), repeat("\xf0\x9f\x98\x80", 65)}) {
    const auto refused = refuse(message_with_id(id));
    BOOST_TEST(to_word(refused.why.code) == "bad_field");
    BOOST_TEST(refused.why.message == "The field \"id\" has to have 1 to 64 characters.");
  }
}

BOOST_AUTO_TEST_CASE(activity_and_logout_have_no_fields) {
  read<chat::activity_frame>(R"({"type":"activity"})");
  read<chat::logout_frame>(R"({"type":"logout"})");
}

BOOST_AUTO_TEST_CASE(order_white_space_and_unknown_fields_do_not_matter) {
  const auto frame = read<chat::leave_frame>(
      " {\n\t\"room\" : \"lobby\", \"later\": {\"a\": [1]}, \"type\" : \"leave\" }\r\n");
  BOOST_TEST(frame.room == "lobby");
  read<chat::activity_frame>(R"({"type":"activity","room":17,"id":{}})");
}

BOOST_AUTO_TEST_CASE(what_is_not_one_json_object_is_bad_json) {
  for (const auto& text : {""s,
                           " "s,
                           "{"s,
                           "}"s,
                           "[]"s,
                           "17"s,
                           "null"s,
                           "true"s,
                           "\"type\""s,
                           "activity"s,
                           "{}{}"s,
                           R"({"type":"activity"} x)"s,
                           R"({"type":"activity",})"s,
                           R"({type:"activity"})"s,
                           R"({'type':'activity'})"s,
                           R"({"type":"activity"//
})"s,
                           "{\"type\":\"leave\",\"room\":\"a\xff\"}"s,
                           "{\"type\":\"leave\",\"room\":\"\xed\xa0\x80\"}"s,
                           R"({"type":"leave","room":"\ud800"})"s,
                           "{\"type\":\"leave\",\"room\":\"a\nb\"}"s,
                           "{\"type\":\"activity\"}\0"s,
                           R"([{"type":"activity"}])"s}) {
    const auto refused = refuse(text);
    BOOST_TEST_CONTEXT(text) {
      BOOST_TEST(to_word(refused.why.code) == "bad_json");
      BOOST_TEST(refused.why.message == "A frame has to be one JSON object.");
      BOOST_TEST(refused.id == "");
      BOOST_TEST(refused.room == "");
    }
  }
}

BOOST_AUTO_TEST_CASE(deep_nesting_breaks_nothing) {
  constexpr std::size_t deep = 8000;  // of a frame of 16 KiB
  const auto nested = repeat("[", deep) + repeat("]", deep);
  BOOST_TEST(to_word(refuse(nested).why.code) == "bad_json");
  BOOST_TEST(to_word(refuse(repeat("[", 2 * deep)).why.code) == "bad_json");
  BOOST_TEST(to_word(refuse(repeat("{\"a\":", 3000)).why.code) == "bad_json");
  read<chat::activity_frame>(R"({"type":"activity","x":)" + nested + "}");
}

BOOST_AUTO_TEST_CASE(each_field_that_is_missing_or_wrong_is_named) {
  struct row {
    std::string_view json, message;
  };
  const row table[] = {
      {R"({})", R"(The field "type" has to be a string.)"},
      {R"({"type":null})", R"(The field "type" has to be a string.)"},
      {R"({"type":17})", R"(The field "type" has to be a string.)"},
      {R"({"type":["message"]})", R"(The field "type" has to be a string.)"},
      {R"({"Type":"activity"})", R"(The field "type" has to be a string.)"},

      {R"({"type":"login","password":"x"})", R"(The field "username" is missing.)"},
      {R"({"type":"login","username":17,"password":"x"})", R"(The field "username" has to be a string.)"},
      {R"({"type":"login","username":null,"password":"x"})", R"(The field "username" has to be a string.)"},
      {R"({"type":"login","username":"ada"})", R"(The field "password" is missing.)"},
      {R"({"type":"login","username":"ada","password":["x"]})",
       R"(The field "password" has to be a string.)"},

      {R"({"type":"resume"})", R"(The field "token" is missing.)"},
      {R"({"type":"resume","token":{}})", R"(The field "token" has to be a string.)"},

      {R"({"type":"join"})", R"(The field "room" is missing.)"},
      {R"({"type":"join","room":false})", R"(The field "room" has to be a string.)"},
      {R"({"type":"join","room":"lobby","after":"1"})",
       R"(The field "after" has to be a whole number from 0.)"},
      {R"({"type":"join","room":"lobby","after":-1})",
       R"(The field "after" has to be a whole number from 0.)"},
      {R"({"type":"join","room":"lobby","after":1.5})",
       R"(The field "after" has to be a whole number from 0.)"},
      {R"({"type":"join","room":"lobby","after":true})",
       R"(The field "after" has to be a whole number from 0.)"},
      {R"({"type":"join","room":"lobby","after":18446744073709551616})",
       R"(The field "after" has to be a whole number from 0.)"},
      {R"({"type":"join","room":"lobby","epoch":17})", R"(The field "epoch" has to be a string.)"},

      {R"({"type":"leave"})", R"(The field "room" is missing.)"},
      {R"({"type":"leave","room":[]})", R"(The field "room" has to be a string.)"},

      {R"({"type":"message","text":"hi"})", R"(The field "room" is missing.)"},
      {R"({"type":"message","room":1,"text":"hi"})", R"(The field "room" has to be a string.)"},
      {R"({"type":"message","room":"lobby"})", R"(The field "text" is missing.)"},
      {R"({"type":"message","room":"lobby","text":{}})", R"(The field "text" has to be a string.)"},
      {R"({"type":"message","room":"lobby","text":"hi","id":17})", R"(The field "id" has to be a string.)"},
  };
  for (const auto& [json, message] : table) {
    const auto refused = refuse(json);
    BOOST_TEST_CONTEXT(json) {
      BOOST_TEST(to_word(refused.why.code) == "bad_field");
      BOOST_TEST(refused.why.message == message);
    }
  }
}

BOOST_AUTO_TEST_CASE(the_first_wrong_field_is_the_one_that_is_named) {
  BOOST_TEST(refuse(R"({"type":"message","id":17})").why.message == R"(The field "room" is missing.)");
  BOOST_TEST(refuse(R"({"type":"login","password":1})").why.message == R"(The field "username" is missing.)");
}

BOOST_AUTO_TEST_CASE(an_unknown_type_is_named) {
  for (const auto* type : {"shout", "", "Message", "message "}) {
    const auto refused = refuse(R"({"type":)" + quoted(type) + "}");
    BOOST_TEST(to_word(refused.why.code) == "unknown_type");
    BOOST_TEST(refused.why.message == "There is no frame of the type " + quoted(type) + ".");
  }
}

BOOST_AUTO_TEST_CASE(a_long_unknown_type_is_not_repeated) {
  const auto refused = refuse(R"({"type":)" + quoted(repeat("x", 10'000)) + "}");
  BOOST_TEST(to_word(refused.why.code) == "unknown_type");
  BOOST_TEST(refused.why.message.size() < 200U);
}

BOOST_AUTO_TEST_CASE(a_refusal_bears_the_id_and_the_room_of_what_it_answers) {
  struct row {
    std::string_view json, id, room;
  };
  const row table[] = {
      {R"({"type":"message","room":"lobby","id":"x"})", "x", "lobby"},
      {R"({"type":"message","room":"lobby","text":17})", "", "lobby"},
      {R"({"type":"message","room":17,"id":"x"})", "x", ""},
      {R"({"type":"shout","room":"lobby","id":"x"})", "x", "lobby"},
      {R"({"room":"lobby","id":"x"})", "x", "lobby"},
      {R"({"type":"message","room":"lobby","text":"hi","id":17})", "", "lobby"},
  };
  for (const auto& [json, id, room] : table) {
    const auto refused = refuse(json);
    BOOST_TEST_CONTEXT(json) {
      BOOST_TEST(refused.id == id);
      BOOST_TEST(refused.room == room);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_refusal_repeats_nothing_longer_than_an_id_or_a_room_can_be) {
  const auto longest_id = repeat("\xf0\x9f\x98\x80", 64);
  BOOST_TEST(refuse(R"({"type":"shout","id":)" + quoted(longest_id) + "}").id == longest_id);
  const auto refused = refuse(R"({"type":"shout","id":)" + quoted(repeat("x", 1000)) + R"(,"room":)" +
                              quoted(repeat("x", 1000)) + "}");
  BOOST_TEST(refused.id == "");
  BOOST_TEST(refused.room == "");
}

BOOST_AUTO_TEST_SUITE_END()
