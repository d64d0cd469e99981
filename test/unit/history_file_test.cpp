// The file of the history: whose it is, what may be wrong with it, and what is made of it after an end that
// was none of ours.

#include <fstream>

#include <boost/test/unit_test.hpp>
#include <sys/stat.h>

#include "chat/sqlite_history.hpp"
#include "full_disk.hpp"
#include "history_fixture.hpp"

namespace history_file {
using namespace parley::test::kept_history;
}  // namespace history_file

BOOST_FIXTURE_TEST_SUITE(history_file, history_fixture)

BOOST_AUTO_TEST_CASE(a_file_of_the_first_version_is_taken_over) {
  {
    SQLite::Database old(file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    old.exec(R"(
      CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
      CREATE TABLE rooms(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, epoch TEXT NOT NULL,
        last_seq INTEGER NOT NULL DEFAULT 0, pruned INTEGER NOT NULL DEFAULT 0) STRICT;
      CREATE TABLE events(room INTEGER NOT NULL REFERENCES rooms, seq INTEGER NOT NULL, user TEXT NOT NULL, id TEXT,
        text TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY(room, seq)) STRICT, WITHOUT ROWID;
      CREATE UNIQUE INDEX events_by_id ON events(room, user, id) WHERE id IS NOT NULL;
      INSERT INTO rooms(id, name, epoch) VALUES(1, 'lobby', 'old');
      INSERT INTO events VALUES(1, 1, 'ada', 'x', 'red tea', 100);
      PRAGMA application_id = 0x5061726C;
      PRAGMA user_version = 1;
    )");
  }
  open();
  BOOST_TEST(log->epoch() == "old");
  BOOST_TEST(texts(log->read_last(5)) == "red tea");
  BOOST_TEST(kept->known_rooms()[0].record == "{}");
  BOOST_CHECK(append("ada", "x", "red tea").what == any_log::outcome::repeated);
  std::optional<parley::chat::search_page> found;
  BOOST_REQUIRE(
      kept->search({{"lobby"}, "tea", {}, 10}, home.executor(),
                   [&](std::optional<parley::chat::search_page> page) { found = std::move(page); }));
  home.run_until([&] { return found.has_value(); });
  BOOST_TEST(found->messages.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_file_of_the_third_version_is_taken_over_and_indexed_anew) {
  {
    SQLite::Database old(file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    old.exec(R"(
      CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
      CREATE TABLE rooms(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, epoch TEXT NOT NULL,
        last_seq INTEGER NOT NULL DEFAULT 0, pruned INTEGER NOT NULL DEFAULT 0, record TEXT NOT NULL,
        reserved INTEGER NOT NULL DEFAULT 0, indexed INTEGER NOT NULL DEFAULT 0) STRICT;
      CREATE TABLE events(room INTEGER NOT NULL REFERENCES rooms, seq INTEGER NOT NULL, user TEXT NOT NULL, id TEXT,
        text TEXT NOT NULL, at INTEGER NOT NULL, kind INTEGER NOT NULL DEFAULT 0, target INTEGER NOT NULL DEFAULT 0,
        removed INTEGER NOT NULL DEFAULT 0, PRIMARY KEY(room, seq)) STRICT, WITHOUT ROWID;
      CREATE UNIQUE INDEX events_by_id ON events(room, user, id) WHERE id IS NOT NULL;
      CREATE VIRTUAL TABLE words USING fts5(text, tokenize = "unicode61 remove_diacritics 2", prefix = '3');
      INSERT INTO rooms(id, name, epoch, record, indexed) VALUES(1, 'lobby', 'old', '{}', 4);
      INSERT INTO events(room, seq, user, text, at) VALUES(1, 1, 'ada', 'red tea', 9000),
        (1, 2, 'ada', 'green tea', 100), (1, 3, 'ada', 'black tea', 200), (1, 4, 'ada', 'coffee', 300);
      INSERT INTO words(rowid, text) SELECT (room << 40) + seq, text FROM events;
      PRAGMA application_id = 0x5061726C;
      PRAGMA user_version = 3;
    )");
  }
  open();
  BOOST_TEST(log->epoch() == "old");
  std::optional<parley::chat::search_page> found;
  BOOST_REQUIRE(
      kept->search({{"lobby"}, "tea", {}, 2}, home.executor(),
                   [&](std::optional<parley::chat::search_page> page) { found = std::move(page); }));
  home.run_until([&] { return found.has_value(); });
  BOOST_REQUIRE(found->messages.size() == 2U);
  BOOST_TEST(found->messages[0].seq == 1U);  // the newest by its time
  BOOST_TEST(found->messages[1].seq == 3U);
  append_up_to(5);
  close();
  open();
  BOOST_TEST(log->last_seq() == 5U);
  BOOST_TEST(SQLite::Database(file.string()).execAndGet("PRAGMA auto_vacuum").getInt() == 2);
}

BOOST_AUTO_TEST_CASE(after_the_end_of_the_machine_epochs_are_new_and_after_that_of_the_process_they_are_not) {
  open();
  const auto first = log->epoch();
  append_up_to(2);
  // A copy of the files as they are while it runs is what a kill leaves.
  const auto copy = [&](const char* name) {
    std::filesystem::create_directory(folder.path() / name);
    for (const auto* end : {"", "-wal"})
      std::filesystem::copy_file(file.string() + end,
                                 folder.path() / name / ("history.db" + std::string(end)));
    return folder.path() / name / "history.db";
  };
  const auto killed = copy("killed"), died = copy("died");
  close();

  file = killed;
  open();
  BOOST_TEST(log->epoch() == first);
  BOOST_TEST(texts(log->read_last(5)) == "1 2");
  close();

  SQLite::Database(died.string(), SQLite::OPEN_READWRITE)
      .exec("UPDATE meta SET value = 'another' WHERE name = 'boot'");
  file = died;
  open();
  BOOST_TEST(log->epoch() != first);
}

BOOST_AUTO_TEST_CASE(a_copy_by_any_sqlite_while_messages_are_stored_is_whole) {
  open();
  append("ada", "x", "red tea");
  constexpr int many = 20'000;
  for (int i = 0; i < many; ++i) BOOST_TEST(log->append({"ada", "", "and on", now}));
  const auto copy = folder.path() / "copy.db";
  SQLite::Database(file.string(), SQLite::OPEN_READONLY, 2'000).exec("VACUUM INTO '" + copy.string() + "'");
  home.run_until([&] { return commits.size() == many + 1; });
  close();
  file = copy;
  open();
  BOOST_CHECK(append("ada", "x", "red tea").what == any_log::outcome::repeated);
  std::optional<parley::chat::search_page> found;
  while (!found || found->not_indexed) found = find({"lobby"}, "red");
  BOOST_TEST(said(found) == "[red] tea");
}

BOOST_AUTO_TEST_CASE(the_file_is_its_owners) {
  open();
  struct stat status{};
  BOOST_REQUIRE(::stat(file.c_str(), &status) == 0);
  BOOST_TEST((status.st_mode & 0777) == 0600U);
}

BOOST_AUTO_TEST_CASE(a_file_that_is_not_ours_is_refused_and_left_as_it_was) {
  const auto expect_refused = [&](std::string_view why) {
    const auto opened = history::open(settings());
    BOOST_REQUIRE(!opened);
    BOOST_TEST(opened.error().find(file.string()) != std::string::npos, opened.error());
    BOOST_TEST(opened.error().find(why) != std::string::npos, opened.error());
  };
  std::ofstream(file) << "this is not a database, though it is long enough to be looked at by SQLite at all";
  expect_refused("file is not a database");
  std::filesystem::remove(file);
  SQLite::Database(file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE).exec("CREATE TABLE other(x)");
  expect_refused("another program");
  std::filesystem::remove(file);
  open();
  close();
  SQLite::Database(file.string(), SQLite::OPEN_READWRITE).exec("PRAGMA user_version = 99");
  expect_refused("newer Parley");
  std::filesystem::remove(file);
  std::filesystem::create_directory(file);
  expect_refused("directory");
}

BOOST_AUTO_TEST_CASE(a_damaged_file_is_refused) {
  open();
  for (int i = 0; i < 200; ++i) append("ada", "", std::string(500, 'x'));
  close();
  std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
  bytes.seekp(3 * 4096);
  bytes << std::string(8 * 4096, '\x55');
  bytes.close();
  const auto opened = history::open(settings());
  BOOST_REQUIRE(!opened);
  BOOST_TEST(opened.error().find("put a backup in its place") != std::string::npos, opened.error());
}

BOOST_AUTO_TEST_CASE(a_large_file_is_checked_in_the_background_and_damage_is_one_error) {
  auto how = settings();
  how.most_checked = 0;
  const auto wait_for_reports = [&](std::size_t count) {
    for (int tries = 0; tries < 6'000; ++tries, std::this_thread::sleep_for(10ms)) {
      const std::lock_guard lock(reports_mutex);
      if (reports.size() >= count) return;
    }
    BOOST_FAIL("nothing was reported");
  };
  open();
  for (int i = 0; i < 2'000; ++i)
    BOOST_TEST(log->append({"ada", std::to_string(i), std::string(500, 'x'), now}));
  home.run_until([&] { return commits.size() == 2'000; });
  close();
  open(how);
  wait_for_reports(2);
  BOOST_TEST(reports[0].find("in the background") != std::string::npos, reports[0]);
  BOOST_TEST(reports[1].find("no damage was found") != std::string::npos, reports[1]);
  BOOST_TEST(errors.empty());
  close();
  reports.clear();
  {
    std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
    bytes.seekp(100 * 4096);
    bytes << std::string(20 * 4096, '\x55');
  }
  open(how);
  wait_for_reports(2);
  BOOST_TEST(errors.size() == 1U);
  BOOST_TEST(errors.at(0).find("put a backup in its place") != std::string::npos, errors.at(0));
  BOOST_TEST(log->is_damaged());
  BOOST_CHECK(append("ada", "new", "refused").what == any_log::outcome::failed);
  for (int i = 0; i < 5; ++i) (void)read(after, 0, 2'000);
  const std::lock_guard lock(reports_mutex);
  BOOST_TEST(reports.size() == 2U);
}

BOOST_AUTO_TEST_CASE(trouble_while_it_runs_refuses_messages_and_ends_by_itself) {
  open();
  append_up_to(2);
  const auto lost = [&] {
    const parley::test::full_disk none(0);
    return append("ada", "x", "refused");
  }();
  BOOST_CHECK(lost.what == any_log::outcome::failed);
  BOOST_TEST(lost.entry.id == "x");
  BOOST_TEST(log->last_seq() == 2U);
  BOOST_TEST(texts(log->read_last(5)) == "1 2");
  const auto stored = append("ada", "x", "again");
  BOOST_CHECK(stored.what == any_log::outcome::stored);
  BOOST_TEST(stored.seq == 3U);
  const std::lock_guard lock(reports_mutex);
  BOOST_REQUIRE(reports.size() == 2U);
  BOOST_TEST(reports[0].find("cannot be stored") != std::string::npos);
  BOOST_TEST(reports[1] == "messages are stored again");
}

BOOST_AUTO_TEST_SUITE_END()
