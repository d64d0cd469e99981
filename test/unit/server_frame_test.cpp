#include "chat/server_frame.hpp"

#include <fstream>
#include <iterator>

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(server_frame)

using namespace std::chrono_literals;
namespace chat = parley::chat;

namespace {

constexpr chat::client_limits usual{.message_length = 50,
                                    .message_interval = 1s,
                                    .frame_size = 16'384,
                                    .warn_after = 20s,
                                    .kick_after = 30s,
                                    .input_is_activity = true};

std::string protocol_page() {
  std::ifstream file(PARLEY_SOURCE_DIR "/docs/protocol.md");
  BOOST_REQUIRE(file);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

BOOST_AUTO_TEST_CASE(limits_are_numbers_with_units_in_their_names) {
  BOOST_TEST(to_json(usual) == R"({"message_length":50,"message_interval_ms":1000,"frame_size":16384,)"
                               R"("warn_after_ms":20000,"kick_after_ms":30000,"activity":"input"})");
}

BOOST_AUTO_TEST_CASE(limits_that_are_off_are_zero) {
  BOOST_TEST(to_json(chat::client_limits{.input_is_activity = false}) ==
             R"({"message_length":0,"message_interval_ms":0,"frame_size":0,)"
             R"("warn_after_ms":0,"kick_after_ms":0,"activity":"message"})");
}

BOOST_AUTO_TEST_CASE(welcome_bears_a_token_only_where_there_is_one) {
  const auto common = R"({"type":"welcome","user":"Ada","roles":[],"limits":)" + to_json(usual);
  BOOST_TEST(to_json(chat::welcome{"Ada", usual, {"lobby", "attic"}, "tok"}) ==
             common + R"(,"rooms":["lobby","attic"],"token":"tok"})");
  BOOST_TEST(to_json(chat::welcome{"Ada", usual, {}, ""}) == common + R"(,"rooms":[]})");
}

BOOST_AUTO_TEST_CASE(joined_tells_the_room_its_members_and_messages) {
  chat::joined frame;
  frame.room = "lobby";
  frame.epoch = "e1";
  frame.seq = 18'446'744'073'709'551'615U;
  frame.count = 2;
  frame.members = {"Ada", "bob"};
  frame.messages = {{7, "Ada", "hello", 1'790'000'000'000}, {8, "bob", "hi", 1'790'000'000'001}};
  frame.more = true;
  BOOST_TEST(
      to_json(frame) ==
      R"({"type":"joined","room":"lobby","epoch":"e1","seq":18446744073709551615,"count":2,)"
      R"("members":["Ada","bob"],"topic":"","private":false,"capacity":0,"slow_mode_ms":0,"role":"","messages":[)"
      R"({"seq":7,"from":"Ada","text":"hello","at":1790000000000},)"
      R"({"seq":8,"from":"bob","text":"hi","at":1790000000001}],"more":true,"recovered":false})");
}

BOOST_AUTO_TEST_CASE(joined_leaves_the_members_out_where_they_are_not_named) {
  chat::joined frame;
  frame.room = "lobby";
  frame.epoch = "e1";
  frame.count = 501;
  frame.recovered = true;
  BOOST_TEST(to_json(frame) ==
             R"({"type":"joined","room":"lobby","epoch":"e1","seq":0,"count":501,)"
             R"("topic":"","private":false,"capacity":0,"slow_mode_ms":0,"role":"","messages":[],)"
             R"("more":false,"recovered":true})");
  frame.members.emplace();
  BOOST_TEST(to_json(frame) ==
             R"({"type":"joined","room":"lobby","epoch":"e1","seq":0,"count":501,"members":[],)"
             R"("topic":"","private":false,"capacity":0,"slow_mode_ms":0,"role":"","messages":[],)"
             R"("more":false,"recovered":true})");
}

BOOST_AUTO_TEST_CASE(message_has_its_place_and_its_sender) {
  BOOST_TEST(chat::event_json("lobby", {7, "Ada", "hello", 1'790'000'000'000}) ==
             R"({"type":"message","room":"lobby","seq":7,"from":"Ada","text":"hello","at":1790000000000})");
}

BOOST_AUTO_TEST_CASE(text_is_escaped_as_json_wants_and_no_further) {
  struct row {
    std::string_view text, json;
  };
  const row table[] = {
      {"\"\\/", R"("\"\\/")"},
      {"<b>&amp;", R"("<b>&amp;")"},
      {"\xc3\xa9\xf0\x9f\x98\x80", "\"\xc3\xa9\xf0\x9f\x98\x80\""},
      {"\n\x01", R"("\n\u0001")"},
  };
  for (const auto& [text, json] : table)
    BOOST_TEST(chat::event_json("lobby", {1, "ada", std::string(text), 0}) ==
               R"({"type":"message","room":"lobby","seq":1,"from":"ada","text":)" + std::string(json) +
                   R"(,"at":0})");
}

BOOST_AUTO_TEST_CASE(a_byte_that_is_not_utf8_costs_one_character_and_no_exception) {
  BOOST_TEST(chat::event_json("lobby", {1, "ada",
                                        "a\xff"
                                        "b",
                                        0}) ==
             "{\"type\":\"message\",\"room\":\"lobby\",\"seq\":1,\"from\":\"ada\",\"text\":\"a\xef\xbf\xbd"
             "b\",\"at\":0}");
}

BOOST_AUTO_TEST_CASE(ack_names_the_message) {
  BOOST_TEST(to_json(chat::ack{"x", "lobby", 7}) == R"({"type":"ack","id":"x","room":"lobby","seq":7})");
}

BOOST_AUTO_TEST_CASE(presence_names_who_came_and_went_or_only_counts) {
  BOOST_TEST(to_json(chat::presence{"lobby", {{"Ada"}}, {{"bob", "eve"}}, 3}) ==
             R"({"type":"presence","room":"lobby","joined":["Ada"],"left":["bob","eve"],"count":3})");
  BOOST_TEST(to_json(chat::presence{"lobby", {}, {}, 501}) ==
             R"({"type":"presence","room":"lobby","count":501})");
}

BOOST_AUTO_TEST_CASE(warning_has_the_time_left_or_is_taken_back) {
  BOOST_TEST(chat::warning_json(10s) == R"({"type":"warning","kick_in_ms":10000})");
  BOOST_TEST(chat::warning_called_off_json() == R"({"type":"warning","active":true})");
}

BOOST_AUTO_TEST_CASE(error_names_what_it_answers_and_when_to_try_again) {
  const chat::refusal why{chat::error_code::rate_limited, "Too soon."};
  BOOST_TEST(to_json(chat::error_frame{why, "x", "lobby", 700ms}) ==
             R"({"type":"error","code":"rate_limited","message":"Too soon.","id":"x","room":"lobby",)"
             R"("retry_after_ms":700})");
  BOOST_TEST(to_json(chat::error_frame{why, "", "", std::nullopt}) ==
             R"({"type":"error","code":"rate_limited","message":"Too soon."})");
  BOOST_TEST(to_json(chat::error_frame{why, "", "", 0ms}) ==
             R"({"type":"error","code":"rate_limited","message":"Too soon.","retry_after_ms":0})");
}

BOOST_AUTO_TEST_CASE(every_error_code_has_its_word_and_stands_in_the_protocol) {
  using enum chat::error_code;
  struct row {
    chat::error_code code;
    std::string_view word;
  };
  const row table[] = {
      {bad_json, "bad_json"},
      {bad_field, "bad_field"},
      {unknown_type, "unknown_type"},
      {too_long, "too_long"},
      {rate_limited, "rate_limited"},
      {not_logged_in, "not_logged_in"},
      {already_logged_in, "already_logged_in"},
      {bad_credentials, "bad_credentials"},
      {throttled, "throttled"},
      {forbidden, "forbidden"},
      {not_member, "not_member"},
      {no_such_room, "no_such_room"},
      {room_full, "room_full"},
      {unavailable, "unavailable"},
      {name_taken, "name_taken"},
  };
  const auto page = protocol_page();
  for (const auto& [code, word] : table) {
    BOOST_TEST(to_word(code) == word);
    BOOST_TEST(page.find("| `" + std::string(word) + "` |") != std::string::npos, word);
  }
}

BOOST_AUTO_TEST_CASE(every_close_code_stands_in_the_protocol_and_its_reason_fits_the_frame) {
  using enum chat::close_code;
  constexpr std::size_t reason_size = 123;  // RFC 6455, 5.5
  const auto page = protocol_page();
  for (const auto code :
       {normal, protocol_error, not_text, not_utf8, too_big, internal_error, restarting, too_slow,
        too_many_sockets, not_logged_in, idle, logged_out, revoked, removed, flood}) {
    const auto number = std::to_string(static_cast<int>(code));
    BOOST_TEST(page.find(number) != std::string::npos, number);
    BOOST_TEST(!to_reason(code).empty(), number);
    BOOST_TEST(to_reason(code).size() <= reason_size, number);
  }
}

BOOST_AUTO_TEST_CASE(events_bear_their_type_where_they_are_no_messages) {
  chat::room_message removed{7, "Ada", "", 100};
  removed.removed = true;
  chat::room_message removal{8, "Bob", "", 200};
  removal.kind = chat::event_kind::removal;
  removal.target = 7;
  chat::room_message settings{9, "Ada", R"({"topic":"tea"})", 300};
  settings.kind = chat::event_kind::settings;
  BOOST_TEST(to_json(chat::history_page{"attic", {removed, removal, settings}, false, true}) ==
             R"({"type":"history","room":"attic","messages":[{"seq":7,"from":"Ada","removed":true,"at":100},)"
             R"({"type":"removed","seq":8,"by":"Bob","target":7,"at":200},)"
             R"({"type":"room","seq":9,"by":"Ada","topic":"tea","at":300}],"more":false,"complete":true})");
}

BOOST_AUTO_TEST_CASE(rooms_are_listed_with_what_they_show_of_themselves) {
  BOOST_TEST(
      to_json(chat::room_listing{
          {{"attic", {"tea", "Ada", false, 50, chat::milliseconds(5'000)}, 37}}, true, "37:attic"}) ==
      R"({"type":"rooms","rooms":[{"room":"attic","count":37,"topic":"tea","owner":"Ada","private":false,)"
      R"("capacity":50,"slow_mode_ms":5000}],"more":true,"next":"37:attic"})");
}

BOOST_AUTO_TEST_CASE(what_was_found_comes_in_parts) {
  BOOST_TEST(to_json(chat::search_page{"tea", {{"attic", 7, "Ada", {"red ", "tea", ""}, 100}}, false}) ==
             R"({"type":"found","query":"tea","messages":[{"room":"attic","seq":7,"from":"Ada",)"
             R"("parts":["red ","tea",""],"at":100}],"more":false})");
}

BOOST_AUTO_TEST_SUITE_END()
