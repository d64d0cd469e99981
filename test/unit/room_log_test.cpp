#include "chat/room_log.hpp"

#include <optional>

#include <boost/test/unit_test.hpp>

namespace room_log {

using parley::chat::memory_room_log;
using any_log = parley::chat::room_log;

namespace {

constexpr std::size_t all = 1000;

// Appends, and gives what became of it: in memory that is known at once.
struct appended {
  std::uint64_t seq;
  bool repeated;
};
appended append(any_log& to, const std::string& user, const std::string& id, const std::string& text,
                parley::chat::unix_ms at) {
  appended result{};
  to.listen([&](const any_log::commit& commit) {
    result = {commit.seq, commit.what == any_log::outcome::repeated};
  });
  BOOST_TEST(to.append({user, id, text, at}));
  return result;
}

struct log_fixture {
  memory_room_log log{"e1", 10};

  // Appends messages "1", "2", ... up to `last`, by their seq.
  void append_up_to(std::uint64_t last) {
    while (log.last_seq() < last) {
      const auto seq = log.last_seq() + 1;
      append(log, "ada", "", std::to_string(seq), static_cast<std::int64_t>(seq) * 100);
    }
  }
};

// The texts of a page, with spaces between.
std::string texts(const parley::chat::room_log::page& page) {
  std::string result;
  for (const auto& message : page.messages) result += (result.empty() ? "" : " ") + message.text;
  return result;
}

}  // namespace

}  // namespace room_log

BOOST_FIXTURE_TEST_SUITE(room_log, log_fixture)

BOOST_AUTO_TEST_CASE(a_new_log_is_empty_and_keeps_its_epoch) {
  BOOST_TEST(log.epoch() == "e1");
  BOOST_TEST(log.last_seq() == 0U);
  BOOST_TEST(texts(log.read_last(all)) == "");
  const auto page = log.read_after(0, all);
  BOOST_TEST(page.messages.empty());
  BOOST_TEST(page.complete);
  BOOST_TEST(!page.more);
}

BOOST_AUTO_TEST_CASE(each_message_takes_the_next_seq) {
  for (std::uint64_t seq = 1; seq <= 3; ++seq) {
    const auto appended = append(log, "ada", "", "hi", 100);
    BOOST_TEST(appended.seq == seq);
    BOOST_TEST(!appended.repeated);
    BOOST_TEST(log.last_seq() == seq);
  }
}

BOOST_AUTO_TEST_CASE(a_message_is_given_back_as_it_was) {
  append(log, "ada", "id-1", "hello", 1'790'000'000'123);
  const auto page = log.read_last(all);
  BOOST_REQUIRE(page.messages.size() == 1U);
  const auto& message = page.messages.front();
  BOOST_TEST(message.seq == 1U);
  BOOST_TEST(message.from == "ada");
  BOOST_TEST(message.text == "hello");
  BOOST_TEST(message.at == 1'790'000'000'123);
}

BOOST_AUTO_TEST_CASE(an_id_sent_again_gives_the_first_seq_and_adds_nothing) {
  append(log, "ada", "x", "hello", 100);
  append(log, "bob", "", "between", 200);
  const auto again = append(log, "ada", "x", "another text", 300);
  BOOST_TEST(again.repeated);
  BOOST_TEST(again.seq == 1U);
  BOOST_TEST(log.last_seq() == 2U);
  BOOST_TEST(texts(log.read_last(all)) == "hello between");
}

BOOST_AUTO_TEST_CASE(an_id_belongs_to_its_user) {
  append(log, "ada", "x", "hello", 100);
  BOOST_TEST(!append(log, "bob", "x", "hello", 100).repeated);
  BOOST_TEST(!append(log, "ad", "ax", "hello", 100).repeated);
  BOOST_TEST(!append(log, "adax", "x", "hello", 100).repeated);
  BOOST_TEST(append(log, "bob", "x", "hello", 100).seq == 2U);
}

BOOST_AUTO_TEST_CASE(without_an_id_nothing_is_a_repetition) {
  append(log, "ada", "", "hello", 100);
  BOOST_TEST(!append(log, "ada", "", "hello", 100).repeated);
  BOOST_TEST(log.last_seq() == 2U);
}

BOOST_AUTO_TEST_CASE(the_newest_ids_are_remembered_and_the_oldest_forgotten) {
  constexpr int ids = 20'000;
  for (int i = 0; i < ids; ++i) append(log, "ada", "a-client's-own-id-" + std::to_string(i), "hello", 100);
  BOOST_TEST(append(log, "ada", "a-client's-own-id-" + std::to_string(ids - 1), "hello", 100).repeated);
  BOOST_TEST(append(log, "ada", "a-client's-own-id-" + std::to_string(ids - 9000), "hello", 100).repeated);
  BOOST_TEST(!append(log, "ada", "a-client's-own-id-0", "hello", 100).repeated);
  BOOST_TEST(append(log, "ada", "a-client's-own-id-0", "hello", 100).repeated);
}

BOOST_AUTO_TEST_CASE(the_last_messages_come_oldest_first) {
  append_up_to(5);
  struct row {
    std::size_t limit;
    std::string_view texts;
    bool more;
  };
  for (const auto& [limit, expected, more] : {row{0, "", true}, row{1, "5", true}, row{3, "3 4 5", true},
                                              row{5, "1 2 3 4 5", false}, row{all, "1 2 3 4 5", false}}) {
    const auto page = log.read_last(limit);
    BOOST_TEST(texts(page) == expected, limit);
    BOOST_TEST(page.more == more, limit);
  }
}

BOOST_AUTO_TEST_CASE(only_the_newest_are_kept) {
  append_up_to(25);
  BOOST_TEST(log.last_seq() == 25U);
  BOOST_TEST(texts(log.read_last(all)) == "16 17 18 19 20 21 22 23 24 25");
}

BOOST_AUTO_TEST_CASE(reading_on_gives_exactly_what_came_after) {
  append_up_to(25);  // of which 16 to 25 are kept
  struct row {
    std::uint64_t after;
    std::size_t limit;
    std::string_view texts;
    bool complete, more;
  };
  const row table[] = {
      {25, all, "", true, false},
      {24, all, "25", true, false},
      {20, all, "21 22 23 24 25", true, false},
      {20, 5, "21 22 23 24 25", true, false},
      {20, 4, "21 22 23 24", true, true},
      {20, 0, "", true, true},
      {25, 0, "", true, false},
      {15, all, "16 17 18 19 20 21 22 23 24 25", true, false},
      {14, all, "16 17 18 19 20 21 22 23 24 25", false, false},
      {0, 2, "16 17", false, true},
      {26, all, "", false, false},
      {UINT64_MAX, all, "", false, false},
  };
  for (const auto& [after, limit, expected, complete, more] : table) {
    const auto page = log.read_after(after, limit);
    BOOST_TEST_CONTEXT("after " << after << ", at most " << limit) {
      BOOST_TEST(texts(page) == expected);
      BOOST_TEST(page.complete == complete);
      BOOST_TEST(page.more == more);
    }
  }
}

BOOST_AUTO_TEST_CASE(reading_back_gives_what_came_before) {
  append_up_to(25);  // of which 16 to 25 are kept
  struct row {
    std::uint64_t before;
    std::size_t limit;
    std::string_view texts;
    bool more;
  };
  const row table[] = {
      {20, 3, "17 18 19", true}, {19, 3, "16 17 18", false}, {16, all, "", false},
      {0, all, "", false},       {99, 2, "24 25", true},
  };
  for (const auto& [before, limit, expected, more] : table) {
    std::optional<any_log::page> page;
    BOOST_TEST(log.read({any_log::range::direction::before, before, limit}, "ada",
                        [&](std::optional<any_log::page> read) { page = std::move(read); }));
    BOOST_REQUIRE(page);
    BOOST_TEST(texts(*page) == expected, before);
    BOOST_TEST(page->more == more, before);
  }
}

BOOST_AUTO_TEST_CASE(a_page_is_bounded_in_bytes_and_never_empty_for_it) {
  append(log, "ada", "", std::string(any_log::max_page + 1, 'x'), 100);
  append(log, "ada", "", "small", 100);
  const auto page = log.read_after(0, all);
  BOOST_TEST(page.messages.size() == 1U);
  BOOST_TEST(page.more);
  BOOST_TEST(log.read_after(1, all).messages.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_log_that_keeps_nothing_still_counts_and_knows_repetitions) {
  memory_room_log off("e2", 0);
  append(off, "ada", "x", "hello", 100);
  BOOST_TEST(append(off, "bob", "y", "hi", 200).seq == 2U);
  BOOST_TEST(append(off, "ada", "x", "hello", 300).seq == 1U);
  BOOST_TEST(texts(off.read_last(all)) == "");
  BOOST_TEST(off.read_after(2, all).complete);
  BOOST_TEST(!off.read_after(1, all).complete);
}

BOOST_AUTO_TEST_CASE(what_is_no_message_pushes_no_message_out) {
  append_up_to(10);
  for (int i = 0; i < 20; ++i) {
    parley::chat::log_entry topic{"ada", "", R"({"topic":"tea"})", 1'100};
    topic.kind = parley::chat::event_kind::settings;
    BOOST_TEST(log.append(topic));
  }
  BOOST_TEST(log.read_after(0, all).messages.size() == 30U);
  append_up_to(32);
  BOOST_TEST(log.read_after(0, all).messages.front().seq == 3U);
  BOOST_TEST(log.read_after(2, all).complete);
  BOOST_TEST(!log.read_after(1, all).complete);
}

BOOST_AUTO_TEST_SUITE_END()
