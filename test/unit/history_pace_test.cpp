// When the writer does what: commits that let messages gather, and an index that is filled behind them.

#include "chat/history_tokenizer.hpp"
#include "history_fixture.hpp"

namespace {

using namespace parley::test::kept_history;

// How many messages a word is found in, by somebody who has just opened the file.
int indexed_in(const std::filesystem::path& file, const std::string& word) {
  SQLite::Database database(file.string(), SQLite::OPEN_READONLY, 10'000);
  parley::chat::add_tokenizer(database);
  SQLite::Statement count(database, "SELECT count(*) FROM words WHERE words MATCH ?");
  count.bind(1, word);
  count.executeStep();
  return count.getColumn(0).getInt();
}

struct paced_history : history_fixture {
  void open_with(std::chrono::milliseconds commit_interval, std::chrono::milliseconds index_interval) {
    auto how = settings();
    how.commit_interval = commit_interval;
    how.index_interval = index_interval;
    open(std::move(how));
  }
  std::size_t found(const std::string& query) {
    std::optional<parley::chat::search_page> page;
    BOOST_REQUIRE(kept->search({{"lobby"}, query, {}, 10}, home.executor(),
                               [&](std::optional<parley::chat::search_page> got) { page = std::move(got); }));
    home.run_until([&] { return page.has_value(); });
    return page->messages.size();
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(history_pace, paced_history)

BOOST_AUTO_TEST_CASE(the_first_message_waits_for_nothing_and_the_next_gather) {
  open_with(1h, 1h);
  append("ada", "", "at once");
  BOOST_REQUIRE(log->append({"ada", "", "later", now}));
  BOOST_REQUIRE(log->append({"bob", "", "with it", now}));
  BOOST_TEST(!kept->drain(20ms));
  home.run_waiting();
  BOOST_TEST(commits.size() == 1U);
  kept->stop();  // does not wait for the hour
  home.run_waiting();
  BOOST_TEST(commits.size() == 3U);
  close();
  open();
  BOOST_TEST(texts(log->read_last(5)) == "at once later with it");
}

BOOST_AUTO_TEST_CASE(what_is_shown_with_the_next_flush_waits_for_it) {
  auto how = settings();
  how.longest_gathering = 1h;
  open(std::move(how));
  BOOST_TEST(!log->is_storing());
  log->next_flush(parley::chat::clock::now() + 1h);
  BOOST_REQUIRE(log->append({"ada", "", "later", now}));
  BOOST_TEST(!kept->drain(20ms));
  BOOST_TEST(log->is_storing());
  log->next_flush({});
  append("bob", "", "at once");  // and the other one with it
  BOOST_TEST(commits.size() == 2U);
  BOOST_TEST(!log->is_storing());
}

BOOST_AUTO_TEST_CASE(nothing_waits_long_for_a_flush) {
  auto how = settings();
  how.longest_gathering = 1ms;
  open(std::move(how));
  log->next_flush(parley::chat::clock::now() + 1h);
  append("ada", "", "in time");
  BOOST_TEST(commits.size() == 1U);
}

BOOST_AUTO_TEST_CASE(words_are_indexed_by_themselves_after_a_while) {
  open_with(0ms, 1ms);
  append("ada", "", "red tea");
  for (int look = 0; look < 6'000 && indexed_in(file, "tea") == 0; ++look)
    std::this_thread::sleep_for(10ms);  // the writer's clock is the real one
  BOOST_TEST(indexed_in(file, "tea") == 1);
}

BOOST_AUTO_TEST_CASE(a_search_finds_what_was_not_indexed_yet) {
  open_with(0ms, 1h);
  append("ada", "", "red tea");
  append("ada", "", "green tea");
  BOOST_TEST(indexed_in(file, "tea") == 0);
  BOOST_TEST(found("tea") == 2U);
  append("ada", "", "no tea");
  BOOST_TEST(found("tea") == 3U);
}

BOOST_AUTO_TEST_CASE(what_the_last_process_did_not_index_the_next_one_does) {
  open_with(0ms, 1h);
  append("ada", "", "red tea");
  close();
  BOOST_TEST(indexed_in(file, "tea") == 0);
  open_with(0ms, 1h);
  for (int look = 0; look < 6'000 && indexed_in(file, "tea") == 0; ++look) std::this_thread::sleep_for(10ms);
  BOOST_TEST(indexed_in(file, "tea") == 1);
}

BOOST_AUTO_TEST_CASE(a_message_removed_before_it_was_indexed_is_not_found) {
  open_with(0ms, 1h);
  append("ada", "", "red tea");
  append("ada", "", "green tea");
  const auto before_it = commits.size();
  BOOST_TEST(log->append(removal_of(1)));
  home.run_until([&] { return commits.size() > before_it; });
  BOOST_TEST(found("tea") == 1U);
  BOOST_TEST(found("red") == 0U);
}

BOOST_AUTO_TEST_CASE(a_crowd_of_messages_is_indexed_slice_by_slice) {
  open_with(0ms, 1ms);
  constexpr std::size_t many = 5'000;  // more than two slices
  for (std::size_t i = 0; i < many; ++i) BOOST_REQUIRE(log->append({"ada", "", "tea", now}));
  home.run_until([&] { return commits.size() == many; });
  for (int look = 0; look < 6'000 && indexed_in(file, "tea") < static_cast<int>(many); ++look)
    std::this_thread::sleep_for(10ms);
  BOOST_TEST(indexed_in(file, "tea") == static_cast<int>(many));
}

BOOST_AUTO_TEST_SUITE_END()
