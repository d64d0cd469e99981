// What is said is shown before it is stored, where an operator wants it so.

#include <boost/test/unit_test.hpp>

#include "full_disk.hpp"
#include "history_fixture.hpp"

namespace at_once {

using namespace parley::test::kept_history;
using outcome = any_log::outcome;

namespace {

struct hasty : history_fixture {
  history::settings hastily() {
    auto how = settings();
    how.at_once = true;
    return how;
  }
  void open_hastily() { open(hastily()); }

  // Until the writer has told all that became of so many entries.
  void wait_for(std::size_t count) {
    home.run_until([&] { return commits.size() >= count; });
  }

  void settle() {
    BOOST_TEST(kept->drain(60s));
    home.run_waiting();
  }

  // What a kill at this moment would leave.
  void kill() {
    settle();
    const parley::test::temporary_folder elsewhere;
    for (const auto* end : {"", "-wal"})
      std::filesystem::copy_file(file.string() + end, elsewhere.path() / (std::string("copy") + end));
    close();
    for (const auto* end : {"", "-wal", "-shm"}) std::filesystem::remove(file.string() + end);
    for (const auto* end : {"", "-wal"})
      std::filesystem::copy_file(elsewhere.path() / (std::string("copy") + end), file.string() + end);
    commits.clear();
  }
};

}  // namespace

}  // namespace at_once

BOOST_FIXTURE_TEST_SUITE(at_once, hasty)

BOOST_AUTO_TEST_CASE(a_message_is_shown_first_and_acknowledged_when_it_is_stored) {
  open_hastily();
  BOOST_TEST(log->append({"ada", "x", "hello", now}));
  BOOST_REQUIRE(commits.size() == 1U);
  BOOST_CHECK(commits[0].what == outcome::shown);
  BOOST_TEST(commits[0].seq == 1U);
  BOOST_TEST(log->last_seq() == 1U);
  BOOST_TEST(texts(log->read_last(5)) == "hello");
  wait_for(2);
  BOOST_CHECK(commits[1].what == outcome::stored);
  BOOST_TEST(commits[1].was_shown);
  BOOST_TEST(commits[1].seq == 1U);
}

BOOST_AUTO_TEST_CASE(a_page_from_the_file_holds_all_that_was_shown_before) {
  open_hastily();
  for (int i = 1; i <= 200; ++i) BOOST_TEST(log->append({"ada", "", std::to_string(i), now}));
  const auto page = read(after, 0, 200);
  BOOST_REQUIRE(page);
  BOOST_TEST(page->messages.size() == 200U);
  std::optional<std::size_t> unread;
  BOOST_TEST(log->append({"ada", "", "201", now}));
  BOOST_TEST(log->count_unread(0, "bob", [&](std::optional<std::size_t> count) { unread = count; }));
  home.run_until([&] { return unread.has_value(); });
  BOOST_TEST(*unread == 201U);
}

BOOST_AUTO_TEST_CASE(an_id_sent_again_is_shown_once_and_acknowledged_when_the_first_is_stored) {
  open_hastily();
  for (int i = 0; i < 3; ++i) BOOST_TEST(log->append({"ada", "x", "hello", now}));
  BOOST_TEST(log->append({"bob", "x", "another's", now}));
  wait_for(6);
  BOOST_CHECK(commits[0].what == outcome::shown);
  BOOST_CHECK(commits[1].what == outcome::shown);
  BOOST_TEST(commits[1].entry.user == "bob");
  BOOST_CHECK(commits[2].what == outcome::stored);
  for (int i = 3; i < 5; ++i) {
    BOOST_CHECK(commits[i].what == outcome::repeated);
    BOOST_TEST(commits[i].seq == 1U);
  }
  close();
  commits.clear();
  open_hastily();
  BOOST_TEST(log->append({"ada", "x", "hello", now}));
  wait_for(1);
  BOOST_CHECK(commits[0].what == outcome::repeated);
  BOOST_TEST(commits[0].seq == 1U);
}

BOOST_AUTO_TEST_CASE(a_clean_end_keeps_epoch_and_seqs) {
  open_hastily();
  const auto epoch = log->epoch();
  append("ada", "", "1");
  settle();
  close();
  open();
  BOOST_TEST(log->epoch() == epoch);
  BOOST_TEST(log->last_seq() == 1U);
  BOOST_TEST(append("ada", "", "2").seq == 2U);
}

BOOST_AUTO_TEST_CASE(after_a_kill_no_seq_is_given_again_and_the_epoch_is_another) {
  open_hastily();
  const auto epoch = log->epoch();
  for (int i = 1; i <= 3; ++i) BOOST_TEST(log->append({"ada", "", std::to_string(i), now}));
  kill();
  open_hastily();
  BOOST_TEST(log->epoch() != epoch);
  BOOST_TEST(texts(log->read_last(5)) == "1 2 3");
  BOOST_TEST(log->last_seq() >= 50'000U);
  BOOST_TEST(log->append({"ada", "", "4", now}));
  const auto last = commits.at(0).seq;
  BOOST_TEST(last > 50'000U);
  kill();
  open();  // also where the operator has thought better of it
  BOOST_TEST(append("ada", "", "5").seq > last);
  const auto all = read(after, 0, 100);
  BOOST_REQUIRE(all);
  BOOST_TEST(texts(*all) == "1 2 3 4 5");
}

BOOST_AUTO_TEST_CASE(crashes_push_no_message_out) {
  auto how = hastily();
  how.keep_count = 5;
  open(how);
  for (int i = 1; i <= 5; ++i) BOOST_TEST(log->append({"ada", std::to_string(i), std::to_string(i), now}));
  for (int crash = 0; crash < 3; ++crash) {
    kill();
    open(how);
    for (int again = 1; again <= 5; ++again)
      BOOST_TEST(log->append({"ada", std::to_string(again), std::to_string(again), now}));
    wait_for(5);
    for (const auto& commit : commits) BOOST_CHECK(commit.what == outcome::repeated);
    wait_for_pruning();
    BOOST_TEST(texts(*read(after, 0, 100)) == "1 2 3 4 5");
  }
  append("ada", "", "6");
  wait_for_pruning();
  BOOST_TEST(texts(*read(after, 0, 100)) == "2 3 4 5 6");
}

BOOST_AUTO_TEST_CASE(seqs_go_on_beyond_the_first_that_were_reserved) {
  open_hastily();
  constexpr std::size_t many = 120'000;
  std::size_t asked = 0;
  while (asked < many) {
    if (log->append({"ada", "", "x", now}))
      ++asked;
    else
      wait_for(commits.size() + 1);  // more than can be stored
  }
  wait_for(2 * many);
  BOOST_TEST(log->last_seq() == many);
  std::uint64_t shown = 0;
  for (const auto& commit : commits) {
    if (commit.what != outcome::shown) continue;
    BOOST_REQUIRE(commit.seq == shown + 1);
    shown = commit.seq;
  }
  BOOST_TEST(shown == many);
}

BOOST_AUTO_TEST_CASE(a_removal_is_shown_when_the_text_is_gone) {
  open_hastily();
  BOOST_TEST(log->append({"ada", "", "rude", now}));
  BOOST_TEST(log->append(removal_of(1)));
  BOOST_TEST(log->append(removal_of(77)));
  BOOST_TEST(log->append({"ada", "", "polite", now}));
  wait_for(7);
  std::vector<std::pair<outcome, std::uint64_t>> removals;
  for (const auto& commit : commits)
    if (commit.entry.kind == parley::chat::event_kind::removal)
      removals.emplace_back(commit.what, commit.seq);
  BOOST_REQUIRE(removals.size() == 3U);
  BOOST_CHECK(removals[0] == std::make_pair(outcome::shown, std::uint64_t{3}));
  BOOST_CHECK(removals[1].first == outcome::missing);
  BOOST_CHECK(removals[2] == std::make_pair(outcome::stored, std::uint64_t{3}));
  for (const auto& page : {log->read_last(5), *read(after, 0, 100)}) {
    BOOST_REQUIRE(page.messages.size() == 3U);
    BOOST_TEST(page.messages[0].removed);
    BOOST_TEST(page.messages[1].text == "polite");
    BOOST_TEST(page.messages[2].target == 1U);
  }
}

BOOST_AUTO_TEST_CASE(what_was_shown_and_cannot_be_stored_is_refused_and_may_be_said_again) {
  open_hastily();
  append("ada", "", "1");
  wait_for(2);
  commits.clear();
  const std::string large(20'000, 'x');
  {
    const parley::test::full_disk full(4096);
    BOOST_TEST(log->append({"ada", "x", large, now}));
    wait_for(2);
  }
  BOOST_CHECK(commits[0].what == outcome::shown);
  BOOST_CHECK(commits[1].what == outcome::failed);
  BOOST_TEST(texts(log->read_last(5)) == "1");
  commits.clear();
  BOOST_TEST(log->append({"ada", "x", large, now}));
  wait_for(2);
  BOOST_CHECK(commits[0].what == outcome::shown);
  BOOST_TEST(commits[0].seq == 3U);
  BOOST_CHECK(commits[1].what == outcome::stored);
}

BOOST_AUTO_TEST_SUITE_END()
