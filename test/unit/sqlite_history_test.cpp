// The history that survives.

#include "chat/sqlite_history.hpp"

#include <fstream>

#include <boost/test/unit_test.hpp>
#include <sys/stat.h>

#include "full_disk.hpp"
#include "history_fixture.hpp"

namespace sqlite_history {
using namespace parley::test::kept_history;
}  // namespace sqlite_history

BOOST_FIXTURE_TEST_SUITE(sqlite_history, history_fixture)

BOOST_AUTO_TEST_CASE(what_was_committed_is_there_after_a_restart) {
  open();
  const auto epoch = log->epoch();
  append_up_to(8);
  close();
  open();
  BOOST_TEST(log->epoch() == epoch);
  BOOST_TEST(log->last_seq() == 8U);
  BOOST_TEST(texts(log->read_last(3)) == "6 7 8");
  const auto all = read(after, 0, 100);
  BOOST_REQUIRE(all);
  BOOST_TEST(texts(*all) == "1 2 3 4 5 6 7 8");
  BOOST_TEST(all->complete);
  BOOST_TEST(append("ada", "", "9").seq == 9U);
}

BOOST_AUTO_TEST_CASE(nothing_is_told_before_it_is_committed) {
  open();
  BOOST_TEST(log->append({"ada", "x", "hello", now}));
  BOOST_TEST(log->last_seq() == 0U);
  BOOST_TEST(commits.empty());
  BOOST_TEST(kept->drain(60s));
  home.run_until([&] { return !commits.empty(); });
  BOOST_TEST(log->last_seq() == 1U);
  BOOST_CHECK(commits[0].what == any_log::outcome::stored);
  BOOST_TEST(commits[0].entry.text == "hello");
  BOOST_TEST(commits[0].entry.id == "x");
}

BOOST_AUTO_TEST_CASE(an_id_sent_again_is_known_also_after_a_restart) {
  open();
  append("ada", "x", "hello");
  append("bob", "x", "another's");
  close();
  open();
  const auto again = append("ada", "x", "other words");
  BOOST_CHECK(again.what == any_log::outcome::repeated);
  BOOST_TEST(again.seq == 1U);
  BOOST_TEST(texts(log->read_last(5)) == "hello another's");
  const auto next = append("ada", "y", "new");
  BOOST_TEST(next.seq > 2U);
  BOOST_TEST(log->last_seq() == next.seq);
}

BOOST_AUTO_TEST_CASE(the_same_id_twice_in_one_commit_is_stored_once) {
  open();
  for (int i = 0; i < 100; ++i) BOOST_TEST(log->append({"ada", "x", "hello", now}));
  home.run_until([&] { return commits.size() == 100; });
  BOOST_CHECK(commits[0].what == any_log::outcome::stored);
  for (std::size_t i = 1; i < commits.size(); ++i) {
    BOOST_CHECK(commits[i].what == any_log::outcome::repeated);
    BOOST_TEST(commits[i].seq == 1U);
  }
}

BOOST_AUTO_TEST_CASE(rooms_have_logs_of_their_own) {
  open();
  const auto other = open_log("cellar");
  append("ada", "x", "upstairs");
  BOOST_TEST(other->append({"ada", "x", "downstairs", now}));
  home.run_until([&] { return commits.size() == 2; });
  BOOST_CHECK(commits[1].what == any_log::outcome::stored);
  BOOST_TEST(other->last_seq() == 1U);
  BOOST_TEST(texts(other->read_last(5)) == "downstairs");
  BOOST_TEST(log->epoch() != other->epoch());
  kept->stop();
}

BOOST_AUTO_TEST_CASE(what_is_at_hand_answers_at_once_and_the_rest_is_read) {
  open();
  append_up_to(12);  // of which 8 to 12 are at hand
  const auto near = log->read_after(9, 100);
  BOOST_TEST(texts(near) == "10 11 12");
  BOOST_TEST(near.complete);
  BOOST_TEST(!near.more);
  const auto far = log->read_after(3, 100);
  BOOST_TEST(texts(far) == "");
  BOOST_TEST(far.complete);
  BOOST_TEST(far.more);
  BOOST_TEST(log->read_last(5).more);
  BOOST_TEST(!log->read_after(13, 100).complete);

  const auto first = read(after, 3, 4);
  BOOST_REQUIRE(first);
  BOOST_TEST(texts(*first) == "4 5 6 7");
  BOOST_TEST(first->more);
  const auto back = read(before, 4, 2);
  BOOST_REQUIRE(back);
  BOOST_TEST(texts(*back) == "2 3");
  BOOST_TEST(back->more);
  BOOST_TEST(texts(*read(before, 3, 2)) == "1 2");
  BOOST_TEST(!read(before, 3, 2)->more);
  BOOST_TEST(texts(*read(after, UINT64_MAX, 2)) == "");
}

BOOST_AUTO_TEST_CASE(the_oldest_are_removed_by_count) {
  open(settings(3));
  append_up_to(10);
  home.run_until([&] { return !log->read_after(6, 100).complete; });
  BOOST_TEST(log->read_after(7, 100).complete);
  const auto rest = read(after, 0, 100);
  BOOST_REQUIRE(rest);
  BOOST_TEST(texts(*rest) == "8 9 10");
  BOOST_TEST(!rest->complete);
  BOOST_TEST(!log->read_last(5).more);
  close();
  open(settings(3));
  BOOST_TEST(!log->read_after(6, 100).complete);
  BOOST_TEST(log->read_after(7, 100).complete);
}

BOOST_AUTO_TEST_CASE(what_is_not_stored_pushes_nothing_out) {
  open(settings(3));
  append("ada", "x", "1");
  append("ada", "", "2");
  for (int i = 0; i < 20; ++i) BOOST_CHECK(append("ada", "x", "1").what == any_log::outcome::repeated);
  BOOST_TEST(append("ada", "", "3").seq == 3U);
  append("ada", "", "4");
  home.run_until([&] { return !log->read_after(0, 100).complete; });
  BOOST_TEST(texts(*read(after, 0, 100)) == "2 3 4");
}

BOOST_AUTO_TEST_CASE(what_is_no_message_pushes_no_message_out) {
  open(settings(3));
  append_up_to(3);
  const auto before_it = commits.size();
  for (int i = 0; i < 10; ++i) {
    log_entry topic{"ada", "", R"({"topic":"tea"})", now};
    topic.kind = parley::chat::event_kind::settings;
    BOOST_TEST(log->append(topic));
  }
  home.run_until([&] { return commits.size() == before_it + 10; });
  wait_for_pruning();
  BOOST_TEST(read(after, 0, 100)->messages.size() == 13U);
  BOOST_TEST(append("ada", "", "4").seq == 14U);
  home.run_until([&] { return !log->read_after(0, 100).complete; });
  BOOST_TEST(read(after, 0, 100)->messages.size() == 13U);
}

BOOST_AUTO_TEST_CASE(rooms_that_nobody_opens_are_pruned_too) {
  open(settings());
  const auto other = open_log("cellar");
  for (int i = 1; i <= 9; ++i) BOOST_TEST(other->append({"ada", "", std::to_string(i), now}));
  home.run_until([&] { return commits.size() == 9; });
  close();
  open(settings(3));
  append_up_to(5);
  SQLite::Database database(file.string(), SQLite::OPEN_READONLY);
  const auto until = std::chrono::steady_clock::now() + 60s;
  const auto left = [&] { return database.execAndGet("SELECT count(*) FROM events").getInt(); };
  while (left() != 6 && std::chrono::steady_clock::now() < until) std::this_thread::yield();
  BOOST_TEST(left() == 6);
}

BOOST_AUTO_TEST_CASE(the_oldest_are_removed_by_age_and_seqs_go_on) {
  open(settings(0, 1h));
  append_up_to(3);
  now = 1'000'000 + 2 * 3'600'000;
  home.run_until([&] { return !log->read_after(2, 100).complete; });
  BOOST_TEST(texts(log->read_last(5)) == "");
  close();
  open(settings(0, 1h));
  BOOST_TEST(log->last_seq() == 3U);
  BOOST_TEST(append("ada", "", "4").seq == 4U);
}

BOOST_AUTO_TEST_CASE(nothing_is_removed_for_its_age_while_the_clocks_disagree) {
  open(settings(0, 1h));
  append_up_to(3);
  clocks_agree = false;
  now = 1'000'000 + 40 * 86'400'000LL;
  wait_for_pruning();
  append_up_to(4);
  wait_for_pruning();
  BOOST_TEST(texts(*read(after, 0, 100)) == "1 2 3 4");
  now = 1'000'000 + 60'000;
  clocks_agree = true;
  wait_for_pruning();
  BOOST_TEST(texts(*read(after, 0, 100)) == "1 2 3 4");
  now = 1'000'000 + 2 * 3'600'000;
  home.run_until([&] { return !log->read_after(2, 100).complete; });
}

BOOST_AUTO_TEST_CASE(what_is_said_while_the_clock_is_wrong_is_kept_for_its_time) {
  open(settings(0, 1h));
  const auto say_at = [&](const std::string& text, unix_ms at) {
    const auto before_it = commits.size();
    BOOST_TEST(log->append({"ada", "", text, at}));
    home.run_until([&] { return commits.size() > before_it; });
  };
  now = 90 * 86'400'000LL;
  clocks_agree = false;
  say_at("back", now - 40 * 86'400'000LL);
  say_at("ahead", now + 40 * 86'400'000LL);
  clocks_agree = true;
  wait_for_pruning();
  BOOST_TEST(texts(*read(after, 0, 100)) == "back ahead");
  now += 3'600'000 + 1;
  home.run_until([&] { return !log->read_after(1, 100).complete; });
  BOOST_TEST(texts(*read(after, 0, 100)) == "");
}

BOOST_AUTO_TEST_CASE(messages_from_the_future_hold_nothing_up) {
  open(settings(0, 1h));
  constexpr int many = 2'500;  // more than are looked at in a turn
  for (int i = 0; i < many; ++i) BOOST_TEST(log->append({"ada", "", "wrong", 4'000'000'000'000}));
  home.run_until([&] { return commits.size() == many; });
  append_up_to(many + 1);
  wait_for_pruning();
  BOOST_TEST(log->read_after(0, 1).complete);
  now += 2 * 3'600'000;
  append("ada", "", "new");
  home.run_until([&] { return !log->read_after(many, 100).complete; });
  BOOST_TEST(texts(*read(after, 0, 100)) == "new");
}

// --- removals, settings, search ---

BOOST_AUTO_TEST_CASE(a_removed_message_loses_its_text_on_disk_and_in_memory) {
  open();
  append("ada", "", "a secret");
  append("ada", "", "harmless");
  const auto before_it = commits.size();
  BOOST_TEST(log->append(removal_of(1)));
  BOOST_TEST(log->append(removal_of(1)));
  BOOST_TEST(log->append(removal_of(77)));
  home.run_until([&] { return commits.size() == before_it + 3; });
  BOOST_CHECK(commits[before_it].what == any_log::outcome::stored);
  BOOST_CHECK(commits[before_it + 1].what == any_log::outcome::missing);
  BOOST_CHECK(commits[before_it + 2].what == any_log::outcome::missing);
  BOOST_TEST(log->last_seq() == 3U);
  for (int again = 0; again < 2; ++again) {
    const auto at_hand = log->read_last(5);
    const auto stored = read(after, 0, 100);
    BOOST_REQUIRE(stored);
    for (const auto& page : {at_hand, *stored}) {
      BOOST_REQUIRE(page.messages.size() == 3U);
      BOOST_TEST(page.messages[0].text == "");
      BOOST_TEST(page.messages[0].removed);
      BOOST_TEST(!page.messages[1].removed);
      BOOST_TEST(page.messages[2].target == 1U);
      BOOST_CHECK(page.messages[2].kind == parley::chat::event_kind::removal);
    }
    close();
    open();
  }
}

BOOST_AUTO_TEST_CASE(what_is_known_of_a_room_is_stored_with_and_without_an_event) {
  open();
  BOOST_REQUIRE(kept->known_rooms().size() == 1U);
  BOOST_TEST(kept->known_rooms()[0].record == "{}");
  log_entry silent{"ada", "", "", 0};
  silent.record = "first";
  silent.only_record = true;
  BOOST_TEST(log->append(silent));
  home.run_until([&] { return commits.size() == 1; });
  BOOST_TEST(log->last_seq() == 0U);
  close();
  open();
  BOOST_TEST(kept->known_rooms()[0].record == "first");
  log_entry shown{"ada", "", R"({"topic":"tea"})", 0};
  shown.kind = parley::chat::event_kind::settings;
  shown.record = "second";
  BOOST_TEST(log->append(shown));
  home.run_until([&] { return log->last_seq() == 1U; });
  close();
  open();
  BOOST_TEST(kept->known_rooms()[0].record == "second");
  BOOST_TEST(texts(log->read_last(5)) == R"({"topic":"tea"})");
}

BOOST_AUTO_TEST_CASE(unread_are_the_messages_of_others_after_a_place) {
  open();
  append("ada", "", "1");
  append("bob", "", "2");
  append("bob", "", "3");
  const auto before_it = commits.size();
  BOOST_TEST(log->append(removal_of(2)));
  home.run_until([&] { return commits.size() > before_it; });
  const auto unread = [&](std::uint64_t seq, const std::string& reader) {
    std::optional<std::size_t> count;
    BOOST_REQUIRE(log->count_unread(seq, reader, [&](std::optional<std::size_t> got) { count = got; }));
    home.run_until([&] { return count.has_value(); });
    return *count;
  };
  BOOST_TEST(unread(0, "ada") == 2U);
  BOOST_TEST(unread(0, "bob") == 1U);
  BOOST_TEST(unread(2, "ada") == 1U);
  BOOST_TEST(unread(9, "ada") == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
