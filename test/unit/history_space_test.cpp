// What the history takes of the disk, and what it gives back.

#include <boost/test/unit_test.hpp>

#include "history_fixture.hpp"

namespace history_space {

using namespace parley::test::kept_history;
using outcome = any_log::outcome;

namespace {

struct space_fixture : history_fixture {
  bool has_space = true;

  history::settings with_space(std::size_t keep_count = 0) {
    auto how = settings(keep_count);
    how.has_space = [this] { return has_space; };
    return how;
  }
  // Many large messages, each with its number, a millisecond apart.
  void fill(any_log& to, int first, int last) {
    const auto before_it = commits.size();
    for (int i = first; i <= last; ++i)
      BOOST_TEST(to.append({"ada", "", std::to_string(i) + std::string(2'000, 'x'), now - 10'000 + i}));
    home.run_until([&] { return commits.size() == before_it + static_cast<std::size_t>(last - first + 1); });
  }
  void run_until_file(const std::function<bool()>& is_so) {
    const auto until = std::chrono::steady_clock::now() + 60s;
    while (!is_so() && std::chrono::steady_clock::now() < until) std::this_thread::sleep_for(5ms);
    home.run_waiting();
    BOOST_TEST(is_so());
  }
  std::int64_t used() const {
    SQLite::Database database(file.string(), SQLite::OPEN_READONLY, 2'000);
    const auto ask = [&](const char* what) { return database.execAndGet(what).getInt64(); };
    return (ask("PRAGMA page_count") - ask("PRAGMA freelist_count")) * ask("PRAGMA page_size");
  }
};

}  // namespace

}  // namespace history_space

BOOST_FIXTURE_TEST_SUITE(history_space, space_fixture)

BOOST_AUTO_TEST_CASE(without_space_messages_are_refused_and_removals_are_not) {
  open(with_space());
  append("ada", "x", "rude");
  has_space = false;
  BOOST_CHECK(append("ada", "y", "refused").what == outcome::failed);
  BOOST_CHECK(append("ada", "", "refused").what == outcome::failed);
  BOOST_CHECK(append("ada", "x", "rude").what == outcome::repeated);
  BOOST_TEST(!kept->open_log("attic", "{}", home.executor()).has_value());
  BOOST_TEST(kept->open_log("lobby", "{}", home.executor()).has_value());
  const auto before_it = commits.size();
  log = open_log("lobby");
  BOOST_TEST(log->append(removal_of(1)));
  home.run_until([&] { return commits.size() > before_it; });
  BOOST_CHECK(commits.back().what == outcome::stored);
  BOOST_TEST(log->last_seq() == 2U);
  has_space = true;
  BOOST_TEST(append("ada", "y", "refused").seq == 3U);
}

BOOST_AUTO_TEST_CASE(pruning_goes_on_without_space) {
  open(with_space());
  append_up_to(10);
  close();
  has_space = false;
  open(with_space(3));
  home.run_until([&] { return !log->read_after(6, 100).complete; });
  BOOST_TEST(texts(*read(after, 0, 100)) == "8 9 10");
}

BOOST_AUTO_TEST_CASE(past_its_size_the_oldest_of_all_rooms_go) {
  constexpr std::int64_t most = 4 << 20;
  auto how = with_space();
  how.max_size = most;
  open(how);
  const auto cellar = open_log("cellar");
  fill(*log, 1, 800);
  fill(*cellar, 801, 1'600);
  run_until_file([&] { return used() < most; });
  wait_for_pruning();
  BOOST_TEST(used() > most / 2);
  SQLite::Database database(file.string(), SQLite::OPEN_READONLY, 2'000);
  BOOST_TEST(database.execAndGet("SELECT max(at) FROM events").getInt64() == now - 8'400);
  const auto oldest = database.execAndGet("SELECT min(at) FROM events").getInt64() - (now - 10'000);
  const auto left = database.execAndGet("SELECT count(*) FROM events").getInt64();
  BOOST_TEST(oldest > 300);
  BOOST_TEST(left > 1'600 - oldest - 50);  // none went before an older one
}

BOOST_AUTO_TEST_CASE(past_its_size_wrong_times_hold_nothing_up) {
  auto how = with_space();
  how.max_size = 4 << 20;
  open(how);
  now = 2'000'000'000;
  fill(*log, 1, 800);
  now = 1'000'000;
  fill(*log, 801, 1'600);
  now = 0;  // all of it is still to come
  run_until_file([&] { return used() < 4 << 20; });
}

BOOST_AUTO_TEST_CASE(a_file_that_has_shrunk_gives_its_space_back) {
  open(with_space());
  fill(*log, 1, 5'000);
  close();
  const auto full = std::filesystem::file_size(file);
  BOOST_TEST(full > 20'000'000U);
  open(with_space(10));
  run_until_file([&] { return std::filesystem::file_size(file) < full / 4; });
  BOOST_TEST(texts(*read(after, 0, 1)).starts_with("4991"));
  append_up_to(5'001);
}

BOOST_AUTO_TEST_SUITE_END()
