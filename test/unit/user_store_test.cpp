#include "auth/user_store.hpp"

#include <algorithm>
#include <atomic>
#include <thread>

#include <boost/test/unit_test.hpp>

#include "user_store_fixture.hpp"

namespace user_store {

namespace auth = parley::auth;
using parley::test::a_user;
using parley::test::name;
using parley::test::read_file;
using parley::test::user_store_fixture;
const auto now = parley::test::users_created;

}  // namespace user_store

BOOST_FIXTURE_TEST_SUITE(user_store, user_store_fixture)

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

BOOST_AUTO_TEST_CASE(edits_that_gather_share_a_write_and_those_of_two_users_too) {
  add("ada");
  add("bob");
  const auto longer = [](auth::user& user) { user.password_hash += "+"; };
  const std::vector<auth::user_store::ticket> tickets = {*store->stage_change(name("ada"), longer),
                                                         *store->stage_change(name("bob"), longer),
                                                         *store->stage_change(name("ada"), longer)};
  BOOST_REQUIRE(store->commit(tickets.front()));
  const auto written = inode();
  for (const auto& ticket : tickets) BOOST_TEST(store->commit(ticket).has_value());
  BOOST_TEST(inode() == written);
  BOOST_TEST(store->find(name("ada"))->password_hash == "$hash of ada++");
  BOOST_TEST(store->find(name("bob"))->password_hash == "$hash of bob+");
}

BOOST_AUTO_TEST_CASE(a_change_whose_ticket_nobody_commits_is_written_with_the_next) {
  add("ada");
  store->stage_change(name("ada"), [](auth::user& user) { user.disabled = true; });
  add("bob");
  reopen();
  BOOST_TEST(store->find(name("ada"))->disabled);
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
  BOOST_TEST(failed.error().text == "cannot write " + path.string() + ".new: File too large");
  for (const auto& ticket : {bob, eve, *change}) {
    const auto again = store->commit(ticket);  // the disk has room now, but they were told, or will be
    BOOST_REQUIRE(!again);
    BOOST_TEST(again.error().text == failed.error().text);
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
  BOOST_TEST(failed.error().text == "broken");
  add("bob");
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

BOOST_AUTO_TEST_SUITE_END()
