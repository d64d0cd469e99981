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
  if (!parsed) BOOST_FAIL(json << ": " << parsed.error().why.message);
  const auto* frame = std::get_if<Frame>(&*parsed);
  BOOST_REQUIRE_MESSAGE(frame, json << " is frame " << parsed->index());
  return *frame;
}

frame_refusal refuse(std::string_view json) {
  const auto parsed = parse_client_frame(json);
  BOOST_REQUIRE_MESSAGE(!parsed, json << " was taken");
  return parsed.error();
}

std::string json_string(std::string_view text) {
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
  read<chat::activity_frame>(R"({"type":"activity","x":)" + repeat("[", 150) + repeat("]", 150) + "}");
}

// What nobody needs costs nobody much: it is read up to a bound, and no further.
BOOST_AUTO_TEST_CASE(a_frame_of_many_values_is_refused_with_its_id) {
  const auto start = R"({"type":"activity","id":"a","room":"lobby","x":)"s;
  for (const auto& many : {"[" + repeat("0,", 7000) + "0]", "{" + repeat(R"("k":0,)", 2000) + R"("k":0})",
                           repeat("[", 7000) + repeat("]", 7000)}) {
    const auto refused = refuse(start + many + "}");
    BOOST_TEST(to_word(refused.why.code) == "bad_json");
    BOOST_TEST(refused.why.message == "A frame may have at most 200 values.");
    BOOST_TEST(refused.id == "a");
    BOOST_TEST(refused.room == "lobby");
  }
  std::string fields = R"({"type":"activity")";
  for (int i = 0; i < 1000; ++i) fields += ",\"f" + std::to_string(i) + "\":0";
  BOOST_TEST(refuse(fields + "}").why.message == "A frame may have at most 32 fields.");
}

BOOST_AUTO_TEST_CASE(a_field_that_comes_twice_is_refused) {
  const auto refused = refuse(R"({"type":"message","id":"a","room":"lobby","text":"hi","room":"attic"})");
  BOOST_TEST(to_word(refused.why.code) == "bad_json");
  BOOST_TEST(refused.why.message == "A frame may name a field only once.");
  BOOST_TEST(refused.id == "a");
  read<chat::activity_frame>(R"({"type":"activity","x":{"a":1,"a":2}})");
}

// A phone that cuts an emoji in two sends one half of it.
BOOST_AUTO_TEST_CASE(half_a_character_is_refused_with_the_id) {
  for (const auto* half : {R"(\ud83d)", R"(\uDE00)", R"(\ud83d\ud83d\ude00)", R"(\ude00\ud83d)",
                           R"(a\ud83da)", R"(\ud83d\n)", R"(\\\ud83d)"}) {
    BOOST_TEST_CONTEXT(half) {
      const auto refused =
          refuse(R"({"type":"message","room":"lobby","text":)" + json_string(half) + R"(,"id":"a"})");
      BOOST_TEST(to_word(refused.why.code) == "bad_field");
      BOOST_TEST(refused.why.message ==
                 "A frame may not hold half a character: a surrogate without the other one.");
      BOOST_TEST(refused.id == "a");
      BOOST_TEST(refused.room == "lobby");
    }
  }
  const auto text = [](const std::string& escaped) {
    return read<chat::message_frame>(R"({"type":"message","room":"lobby","text":)" + json_string(escaped) +
                                     "}")
        .text;
  };
  BOOST_TEST(text(R"(\ud83d\uDE00)") == "\xf0\x9f\x98\x80");
  BOOST_TEST(text(R"(\\ud83d)") == R"(\ud83d)");
  BOOST_TEST(text(R"(\\)") == R"(\)");
}

BOOST_AUTO_TEST_CASE(an_id_that_was_read_before_the_text_broke_is_told) {
  BOOST_TEST(refuse(R"({"type":"message","id":"a","text":"hi)").id == "a");
  BOOST_TEST(refuse("{\"id\":\"a\",\"text\":\"h\ni\"}").id == "a");
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
    const auto refused = refuse(R"({"type":)" + json_string(type) + "}");
    BOOST_TEST(to_word(refused.why.code) == "unknown_type");
    BOOST_TEST(refused.why.message == "There is no frame of the type " + json_string(type) + ".");
  }
}

BOOST_AUTO_TEST_CASE(a_long_unknown_type_is_not_repeated) {
  const auto refused = refuse(R"({"type":)" + json_string(repeat("x", 10'000)) + "}");
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
  BOOST_TEST(refuse(R"({"type":"shout","id":)" + json_string(longest_id) + "}").id == longest_id);
  const auto refused = refuse(R"({"type":"shout","id":)" + json_string(repeat("x", 1000)) + R"(,"room":)" +
                              json_string(repeat("x", 1000)) + "}");
  BOOST_TEST(refused.id == "");
  BOOST_TEST(refused.room == "");
}

BOOST_AUTO_TEST_CASE(a_room_is_created_and_configured_with_the_settings_that_are_there) {
  const auto plain = read<chat::create_frame>(R"({"type":"create","room":"attic"})");
  BOOST_TEST(plain.room == "attic");
  BOOST_CHECK(plain.settings == chat::room_changes{});
  const auto all = read<chat::configure_frame>(
      R"({"type":"configure","room":"attic","topic":" tea ","private":true,"capacity":7,"slow_mode_ms":5000,"renew_invite":true})");
  BOOST_TEST(all.changes.topic.value() == "tea");
  BOOST_TEST(all.changes.is_private.value());
  BOOST_TEST(all.changes.capacity.value() == 7U);
  BOOST_TEST(all.changes.slow_mode.value().count() == 5'000);
  BOOST_TEST(all.changes.renew_invite);
  for (const auto* wrong :
       {R"("topic":7)", R"("topic":"two\nlines")", R"("private":"yes")", R"("capacity":-1)",
        R"("capacity":10000001)", R"("slow_mode_ms":3600001)", R"("slow_mode_ms":1.5)"})
    BOOST_TEST(
        to_word(refuse(R"({"type":"configure","room":"attic",)" + std::string(wrong) + "}").why.code) ==
            "bad_field",
        wrong);
}

BOOST_AUTO_TEST_CASE(moderation_has_an_act_and_whom_or_what_it_concerns) {
  const auto mute = read<chat::moderate_frame>(
      R"({"type":"moderate","room":"attic","act":"mute","user":"Eve","for_ms":60000,"reason":"rude"})");
  BOOST_CHECK(mute.act.act == chat::moderation_act::mute);
  BOOST_TEST(mute.act.user == "Eve");
  BOOST_TEST(mute.act.mute_for.count() == 60'000);
  BOOST_TEST(mute.act.reason == "rude");
  const auto remove =
      read<chat::moderate_frame>(R"({"type":"moderate","room":"attic","act":"remove","seq":17})");
  BOOST_TEST(remove.act.seq == 17U);
  for (const auto& word : chat::moderation_words) {
    const auto json =
        R"({"type":"moderate","room":"attic","user":"Eve","seq":1,"act":")" + std::string(word) + "\"}";
    BOOST_TEST(chat::to_word(read<chat::moderate_frame>(json).act.act) == word);
  }
  for (const auto* wrong :
       {R"("act":"hug","user":"Eve")", R"("user":"Eve")", R"("act":"mute")", R"("act":"remove")",
        R"("act":"mute","user":"Eve","for_ms":10)", R"("act":"mute","user":"Eve","reason":"two\nlines")"})
    BOOST_TEST(to_word(refuse(R"({"type":"moderate","room":"attic",)" + std::string(wrong) + "}").why.code) ==
                   "bad_field",
               wrong);
}

BOOST_AUTO_TEST_CASE(questions_are_short) {
  BOOST_TEST(read<chat::rooms_frame>(R"({"type":"rooms"})").query == "");
  BOOST_TEST(read<chat::rooms_frame>(R"({"type":"rooms","query":"tea"})").query == "tea");
  const auto search = read<chat::search_frame>(
      R"({"type":"search","query":"tea","room":"attic","before_at":1790000000000,"before_seq":7})");
  BOOST_TEST(search.room == "attic");
  BOOST_TEST(search.before.value().at == 1'790'000'000'000);
  BOOST_TEST(search.before.value().seq == 7U);
  BOOST_TEST(!read<chat::search_frame>(R"({"type":"search","query":"tea"})").before.has_value());
  for (const auto* type : {"rooms", "search"})
    BOOST_TEST(
        to_word(refuse(R"({"type":")" + std::string(type) + R"(","query":")" + repeat("x", 101) + "\"}")
                    .why.code) == "bad_field");
  BOOST_TEST(read<chat::unread_frame>(R"({"type":"unread","room":"attic","after":7})").after == 7U);
  BOOST_TEST(to_word(refuse(R"({"type":"unread","room":"attic"})").why.code) == "bad_field");
  BOOST_TEST(read<chat::typing_frame>(R"({"type":"typing","room":"attic"})").room == "attic");
  BOOST_TEST(read<chat::join_frame>(R"({"type":"join","room":"attic","invite":"code"})").invite == "code");
}

BOOST_AUTO_TEST_SUITE_END()
