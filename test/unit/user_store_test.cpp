#include "auth/user_store.hpp"

#include <algorithm>
#include <atomic>
#include <thread>

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>
#include <sys/stat.h>

#include "auth/legacy_import.hpp"
#include "auth/password_hash.hpp"
#include "full_disk.hpp"
#include "temporary_folder.hpp"

namespace user_store {

namespace auth = parley::auth;
using parley::test::full_disk;
using parley::test::read_file;
using parley::test::temporary_folder;
using parley::test::write_file;

namespace {

const auth::time_point now{std::chrono::milliseconds(1'790'000'000'123)};

auth::user_name name(std::string_view text) {
  return *auth::user_name::parse(text);
}

auth::user a_user(std::string_view text) {
  return {name(text), "$hash of " + std::string(text), now};
}

struct store_fixture {
  temporary_folder folder;
  std::filesystem::path path = folder / "users.json";
  std::unique_ptr<auth::user_store> store = opened();

  std::unique_ptr<auth::user_store> opened() const {
    auto result = auth::user_store::open(path);
    if (!result) BOOST_FAIL(result.error());
    return std::move(*result);
  }

  void reopen() {
    store.reset();
    store = opened();
  }

  auth::user_store::ticket staged(std::string_view text) const {
    const auto ticket = store->stage_add(a_user(text));
    if (!ticket) BOOST_FAIL(ticket.error());
    return *ticket;
  }

  void add(std::string_view text) const {
    const auto result = store->commit(staged(text));
    if (!result) BOOST_FAIL(result.error());
  }

  bool knows(std::string_view text) const { return store->find(name(text)).has_value(); }

  // Every replacement is another file.
  ino_t inode() const {
    struct stat status {};
    BOOST_REQUIRE(::stat(path.c_str(), &status) == 0);
    return status.st_ino;
  }

  tl::expected<void, std::string> commit_on_full_disk(const auth::user_store::ticket& ticket) const {
    const full_disk full(0);
    return store->commit(ticket);
  }
};

}  // namespace

}  // namespace user_store

BOOST_FIXTURE_TEST_SUITE(user_store, store_fixture)

BOOST_AUTO_TEST_CASE(no_file_is_an_empty_store_and_opening_writes_none) {
  BOOST_TEST(store->size() == 0U);
  BOOST_TEST(!knows("ada"));
  BOOST_TEST(folder.listing() == "");
}

BOOST_AUTO_TEST_CASE(a_user_is_there_for_good_once_committed_and_not_before) {
  const auto ticket = staged("Ada");
  BOOST_TEST(!knows("ada"));
  BOOST_TEST(folder.listing() == "");
  BOOST_REQUIRE(store->commit(ticket));
  BOOST_TEST(knows("ADA"));
  reopen();
  const auto found = store->find(name("aDa"));
  BOOST_REQUIRE(found);
  BOOST_TEST(found->name.display() == "Ada");
  BOOST_TEST(found->password_hash == "$hash of Ada");
  BOOST_CHECK(found->created == now);
  BOOST_TEST(!found->disabled);
  BOOST_TEST(store->size() == 1U);
}

BOOST_AUTO_TEST_CASE(the_file_is_one_readable_document_for_its_owner_only) {
  add("Zoe");
  add("Ada");
  auto disabled = a_user("bob");
  disabled.disabled = true;
  BOOST_REQUIRE(store->commit(*store->stage_add(disabled)));
  BOOST_TEST(read_file(path) ==
             "{\n"
             "  \"format\": \"parley-users\",\n"
             "  \"version\": 1,\n"
             "  \"users\": {\n"
             "    \"ada\": {\"name\":\"Ada\",\"password\":\"$hash of Ada\",\"created\":1790000000123},\n"
             "    \"bob\": {\"name\":\"bob\",\"password\":\"$hash of "
             "bob\",\"created\":1790000000123,\"disabled\":true},\n"
             "    \"zoe\": {\"name\":\"Zoe\",\"password\":\"$hash of Zoe\",\"created\":1790000000123}\n"
             "  }\n"
             "}\n");
  struct stat status {};
  BOOST_REQUIRE(::stat(path.c_str(), &status) == 0);
  BOOST_TEST((status.st_mode & 0777U) == 0600U);
  BOOST_TEST(folder.listing() == "users.json");
  const auto users = store->list();
  BOOST_REQUIRE(users.size() == 3U);
  BOOST_TEST(users[0].name.display() == "Ada");
  BOOST_TEST(users[1].disabled);
}

BOOST_AUTO_TEST_CASE(a_name_is_taken_by_whoever_staged_it_first) {
  const auto first = staged("Ada");
  const auto second = store->stage_add(a_user("ADA"));
  BOOST_REQUIRE(!second);
  BOOST_TEST(second.error() == "The name ADA is taken.");
  BOOST_REQUIRE(store->commit(first));
  BOOST_TEST(!store->stage_add(a_user("ada")).has_value());
}

BOOST_AUTO_TEST_CASE(what_is_staged_together_is_written_at_once) {
  std::vector<auth::user_store::ticket> tickets;
  for (int i = 0; i < 100; ++i) tickets.push_back(staged("user" + std::to_string(i)));
  BOOST_REQUIRE(store->commit(tickets.front()));
  BOOST_TEST(store->size() == 100U);
  const auto written = inode();
  for (const auto& ticket : tickets) BOOST_TEST(store->commit(ticket).has_value());
  BOOST_TEST(inode() == written);
  reopen();
  BOOST_TEST(store->size() == 100U);
}

BOOST_AUTO_TEST_CASE(who_never_commits_is_written_with_the_next_who_does) {
  staged("ada");
  add("bob");
  reopen();
  BOOST_TEST(knows("ada"));
}

BOOST_AUTO_TEST_CASE(changes_are_made_one_after_another_and_cannot_rename) {
  add("ada");
  const auto hashed = store->stage_change(name("Ada"), [](auth::user& user) { user.password_hash = "$new"; });
  const auto disabled = store->stage_change(name("ada"), [](auth::user& user) {
    user.disabled = true;
    user.password_hash += "er";
    user.name = name("mallory");
  });
  BOOST_REQUIRE(hashed && disabled);
  BOOST_TEST(store->find(name("ada"))->password_hash == "$hash of ada");
  BOOST_REQUIRE(store->commit(*disabled));
  for (const bool reopened : {false, true}) {
    if (reopened) reopen();
    const auto ada = store->find(name("ada"));
    BOOST_REQUIRE(ada);
    BOOST_TEST(ada->password_hash == "$newer");
    BOOST_TEST(ada->disabled);
    BOOST_TEST(ada->name.display() == "ada");
    BOOST_TEST(!knows("mallory"));
  }
}

BOOST_AUTO_TEST_CASE(only_a_durable_user_can_be_changed) {
  staged("bob");
  for (const auto absent : {"ada", "bob"}) {
    const auto result = store->stage_change(name(absent), [](auth::user& user) { user.disabled = true; });
    BOOST_REQUIRE(!result);
    BOOST_TEST(result.error() == "There is no user " + std::string(absent) + ".");
  }
}

BOOST_AUTO_TEST_CASE(a_write_that_fails_drops_what_it_carried_and_nothing_else) {
  add("ada");
  const auto before = read_file(path);
  const auto bob = staged("bob");
  const auto eve = staged("eve");
  const auto change = store->stage_change(name("ada"), [](auth::user& user) { user.disabled = true; });
  BOOST_REQUIRE(change);
  const auto failed = commit_on_full_disk(eve);
  BOOST_REQUIRE(!failed);
  BOOST_TEST(failed.error() == "cannot write " + path.string() + ".new: File too large");
  for (const auto& ticket : {bob, eve, *change}) {
    const auto again = store->commit(ticket);  // the disk has room now, but they were told, or will be
    BOOST_REQUIRE(!again);
    BOOST_TEST(again.error() == failed.error());
  }
  BOOST_TEST(!knows("bob"));
  BOOST_TEST(!store->find(name("ada"))->disabled);
  BOOST_TEST(read_file(path) == before);
  BOOST_TEST(folder.listing() == "users.json");

  add("bob");  // the name is free again, and the next write works
  BOOST_TEST(knows("bob"));
  BOOST_TEST(!knows("eve"));
  reopen();
  BOOST_TEST(store->size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_change_that_throws_fails_its_write_and_blocks_nobody) {
  add("ada");
  const auto broken =
      store->stage_change(name("ada"), [](auth::user&) { throw std::runtime_error("broken"); });
  const auto failed = store->commit(*broken);
  BOOST_REQUIRE(!failed);
  BOOST_TEST(failed.error() == "broken");
  add("bob");
}

BOOST_AUTO_TEST_CASE(a_folder_that_vanishes_is_an_error_with_its_path) {
  const auto ticket = staged("ada");
  std::filesystem::remove_all(folder.path());
  const auto failed = store->commit(ticket);
  BOOST_REQUIRE(!failed);
  BOOST_TEST(failed.error() ==
             "cannot open the folder " + folder.path().string() + ": No such file or directory");
}

BOOST_AUTO_TEST_CASE(of_many_threads_that_want_one_name_one_gets_it) {
  constexpr int rounds = 20;
  std::atomic<int> won = 0;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&] {
      for (int i = 0; i < rounds; ++i) {
        const auto ticket = store->stage_add(a_user("user" + std::to_string(i)));
        if (ticket && store->commit(*ticket)) ++won;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  BOOST_TEST(won == rounds);
  BOOST_TEST(store->size() == 20U);
}

BOOST_AUTO_TEST_CASE(many_threads_register_change_and_look_up_at_once) {
  constexpr int each = 25;
  constexpr int writers = 4;
  add("shared");
  std::atomic<bool> done = false;
  std::atomic<int> lost = 0;
  std::thread reader([&] {
    while (!done) {
      if (!store->find(name("shared"))) ++lost;
      if (store->list().size() > writers * each + 1U) ++lost;
    }
  });
  std::vector<std::thread> threads;
  for (int thread = 0; thread < writers; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < each; ++i) {
        const auto own = "user" + std::to_string(thread) + "." + std::to_string(i);
        const auto added = store->stage_add(a_user(own));
        if (!added || !store->commit(*added) || !knows(own)) ++lost;
        const auto change =
            store->stage_change(name("shared"), [](auth::user& user) { user.password_hash += "+"; });
        if (!change || !store->commit(*change)) ++lost;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  done = true;
  reader.join();
  BOOST_TEST(lost == 0);
  reopen();
  BOOST_TEST(store->size() == writers * each + 1U);
  const auto hash = store->find(name("shared"))->password_hash;
  BOOST_TEST(std::count(hash.begin(), hash.end(), '+') == writers * each);
}

BOOST_AUTO_TEST_CASE(a_file_that_is_broken_or_not_ours_is_refused_with_its_place_and_left_alone) {
  store.reset();
  struct row {
    std::string text;
    std::string_view place;
    std::string_view what;
  };
  const std::string head = "{\"format\": \"parley-users\", \"version\": 1, \"users\": {\n";
  const row table[] = {
      {"", "1:1", "the file is empty"},
      {"user: ada\n", "1:1", "not valid JSON"},
      {head + "\"ada\": {\"name\": \"Ada\", \"passw", "2:30", "not valid JSON"},  // torn
      {"[]", "1:1", "not a Parley file"},
      {"\n  {}", "2:3", "not a Parley file"},
      {"{\"ada\": \"5e88\"}", "1:1", "not a Parley file"},
      {"{\n\"format\": \"parley-login-sessions\", \"version\": 1, \"sessions\": {}}", "2:1", "parley-users"},
      {"{\"format\": \"parley-users\", \"users\": {}}", "1:1", "\"version\" is missing"},
      {"{\"format\": \"parley-users\",\n \"version\": 2, \"users\": {}}", "2:2", "newer Parley"},
      {"{\"format\": \"parley-users\", \"version\": \"1\", \"users\": {}}", "1:28", "version is not 1"},
      {"{\"format\": \"parley-users\", \"version\": 1}", "1:1", "\"users\" is missing"},
      {"{\"format\": \"parley-users\", \"version\": 1,\n\"users\": []}", "2:1", "not an object"},
      {head + "}, \"groups\": {}}", "2:4", "unknown member \"groups\""},
      {head + "\"ada\": 1}}", "2:1", "\"ada\" is not an object"},
      {head + "\"ada\": {\"password\": \"x\", \"created\": 1}}}", "2:1", "\"name\" of \"ada\" is missing"},
      {head + "\"ada\": {\"name\": 1, \"password\": \"x\", \"created\": 1}}}", "2:9", "is not a text"},
      {head + "\"ada\": {\"name\": \"Ada\", \"password\": null, \"created\": 1}}}", "2:24", "is not a text"},
      {head + "\"ada\": {\"name\": \"Ada\", \"password\": \"x\"}}}", "2:1",
       "\"created\" of \"ada\" is missing"},
      {head + "\"ada\": {\"name\": \"Ada\", \"password\": \"x\", \"created\": -1}}}", "2:41", "not a time"},
      {head + "\"ada\": {\"name\": \"Ada\", \"password\": \"x\", \"created\": 1.5}}}", "2:41", "not a time"},
      {head + "\"ada\": {\"name\": \"Ada\", \"password\": \"x\", \"created\": 99999999999999}}}", "2:41",
       "not a time"},
      {head + "\"ada\": {\"name\": \"Ada\", \"password\": \"x\", \"created\": 1,\n\"disabled\": 1}}}", "3:1",
       "is not true or false"},
      {head + "\"ada\": {\"name\": \"Ada\", \"password\": \"x\", \"created\": 1,\n\"disable\": true}}}",
       "3:1", "unknown member"},
      {head + "\"a b\": {\"name\": \"a b\", \"password\": \"x\", \"created\": 1}}}", "2:9", "letters A to Z"},
      {head + "\"bob\": {\"name\": \"Ada\", \"password\": \"x\", \"created\": 1}}}", "2:9",
       "expected the entry's key"},
      {head + "\"Ada\": {\"name\": \"Ada\", \"password\": \"x\", \"created\": 1}}}", "2:9",
       "expected the entry's key"},
      {head + "\"ada\": {\"name\": \"Ada\", \"password\": \"x\", \"created\": 1},\n" +
           "\"ada\": {\"name\": \"ADA\", \"password\": \"y\", \"created\": 1}}}",
       "3:1", "\"ada\" stands here a second time"},
  };
  for (const auto& [text, place, what] : table) {
    write_file(path, text);
    BOOST_TEST_CONTEXT(text) {
      const auto result = auth::user_store::open(path);
      BOOST_REQUIRE(!result);
      const auto start = path.string() + ":" + std::string(place) + ": ";
      BOOST_TEST(result.error().starts_with(start), result.error());
      BOOST_TEST(result.error().find(what) != std::string::npos, result.error());
      BOOST_TEST(read_file(path) == text);
      BOOST_TEST(folder.listing() == "users.json");
    }
  }
}

BOOST_AUTO_TEST_CASE(a_missing_folder_is_made_and_one_that_cannot_be_is_told) {
  const auto deep = folder / "data" / "parley" / "users.json";
  BOOST_TEST(auth::user_store::open(deep).has_value());
  struct stat status {};
  BOOST_REQUIRE(::stat(deep.parent_path().c_str(), &status) == 0);
  BOOST_TEST((status.st_mode & 0777U) == 0700U);

  write_file(folder / "file", "");
  const auto result = auth::user_store::open(folder / "file" / "users.json");
  BOOST_REQUIRE(!result);
  BOOST_TEST(result.error() == "cannot open the folder " + folder.path().string() + "/file: Not a directory");
}

BOOST_AUTO_TEST_CASE(a_second_store_may_read_but_not_write) {
  add("ada");
  const auto second = auth::user_store::open(path);
  BOOST_REQUIRE(!second);
  BOOST_TEST(second.error().find("in use by another parley process") != std::string::npos, second.error());

  const auto reader = auth::user_store::open(path, auth::user_store::access::read_only);
  BOOST_REQUIRE(reader);
  BOOST_TEST((*reader)->size() == 1U);
  BOOST_TEST(!(*reader)->stage_add(a_user("bob")).has_value());
  BOOST_TEST(!(*reader)->stage_change(name("ada"), [](auth::user&) {}).has_value());

  store.reset();
  BOOST_TEST(auth::user_store::open(path).has_value());
}

BOOST_AUTO_TEST_CASE(users_of_an_older_application_are_read_with_their_hashes) {
  const std::string hex = "5E884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542D8";
  write_file(folder / "old.json", "{\"Ada\": \"" + hex + "\", \"bob\": \"" + std::string(64, '0') + "\"}");
  const auto users = auth::read_legacy_users(folder / "old.json", now);
  BOOST_REQUIRE(users);
  BOOST_REQUIRE(users->size() == 2U);
  BOOST_TEST(users->front().name.display() == "Ada");
  BOOST_CHECK(users->front().created == now);
  const auth::hash_settings cheap = {auth::hash_algorithm::scrypt, 4, 1, 1, 1};
  const auto login = auth::verify_password("password", users->front().password_hash, cheap);
  BOOST_TEST(login.matches);
  BOOST_TEST(login.outdated);
  for (const auto& user : *users) BOOST_TEST(store->stage_add(user).has_value());
}

BOOST_AUTO_TEST_CASE(every_problem_of_an_import_is_told_and_nothing_is_imported) {
  const auto old = folder / "old.json";
  const std::string hash = "\"" + std::string(64, 'a') + "\"";
  write_file(old, "{\n\"Ada\": " + hash + ",\n\"a b\": " + hash + ",\n\"ada\": " + hash +
                      ",\n\"bob\": \"aa\",\n\"eve\": 5,\n" + "\"good\": " + hash + "\n}");
  const auto result = auth::read_legacy_users(old, now);
  BOOST_REQUIRE(!result);
  const auto at = [&](std::string_view rest) { return old.string() + std::string(rest); };
  const std::vector<std::string> expected = {
      at(":3:1: \"a b\": A user name may hold the letters A to Z, digits, and _ . - only."),
      at(":4:1: \"ada\": the same name as \"Ada\" but for the case of letters"),
      at(":5:1: \"bob\": the hash is not the 64 hexadecimal digits of a SHA-256"),
      at(":6:1: \"eve\": the hash is not the 64 hexadecimal digits of a SHA-256"),
  };
  BOOST_TEST(result.error() == expected, boost::test_tools::per_element());

  std::string many = "{\"good\": " + hash;
  for (int i = 0; i < 1000; ++i) many += ",\"bad name " + std::to_string(i) + "\": 1";
  write_file(old, many + "}");
  const auto long_list = auth::read_legacy_users(old, now);
  BOOST_REQUIRE(!long_list);
  BOOST_TEST(long_list.error().size() == 21U);
  BOOST_TEST(long_list.error().back() == at(": and 980 more"));
}

BOOST_AUTO_TEST_CASE(an_import_of_something_else_is_told) {
  const auto old = folder / "old.json";
  const auto absent = auth::read_legacy_users(old, now);
  BOOST_REQUIRE(!absent);
  BOOST_TEST(absent.error().front() == old.string() + ": there is no such file");
  for (const auto text : {"[]", "ada:5e88", "{\"ada\": "}) {
    write_file(old, text);
    const auto result = auth::read_legacy_users(old, now);
    BOOST_REQUIRE(!result);
    BOOST_TEST(result.error().size() == 1U);
    BOOST_TEST(result.error().front().starts_with(old.string() + ":1:"), result.error().front());
  }
}

BOOST_AUTO_TEST_SUITE_END()
