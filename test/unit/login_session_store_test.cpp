#include "auth/login_session_store.hpp"

#include <algorithm>
#include <atomic>
#include <set>
#include <thread>

#include <boost/test/unit_test.hpp>
#include <sys/stat.h>

#include "auth/encoding.hpp"
#include "full_disk.hpp"
#include "temporary_folder.hpp"

namespace login_session_store {

namespace auth = parley::auth;
using namespace std::chrono_literals;
using parley::test::full_disk;
using parley::test::read_file;
using parley::test::temporary_folder;
using parley::test::write_file;

namespace {

const auth::time_point start{std::chrono::milliseconds(1'790'000'000'000)};
constexpr auth::login_session_limits hour_and_day = {1h, 24h, 3};

auth::user_name name(std::string_view text) {
  return *auth::user_name::parse(text);
}

tl::expected<std::unique_ptr<auth::login_session_store>, std::string> open_sessions(
    const std::filesystem::path& folder) {
  const auto buckets = auth::bucket_folder::open(folder);
  if (!buckets) return tl::unexpected(buckets.error());
  return auth::login_session_store::open(*buckets, hour_and_day);
}

struct store_fixture {
  temporary_folder folder;
  std::filesystem::path path = folder / "sessions.json";
  std::unique_ptr<auth::login_session_store> store = opened();

  std::unique_ptr<auth::login_session_store> opened() const {
    auto result = open_sessions(folder.path());
    if (!result) BOOST_FAIL(result.error());
    return std::move(*result);
  }

  void reopen() {
    store.reset();
    store = opened();
  }

  auth::login_session_store::opened log_in(std::string_view user, auth::time_point now = start) const {
    auto session = store->create(name(user), now);
    const auto result = store->commit(session.write);
    if (!result) BOOST_FAIL(result.error());
    return session;
  }

  bool lives(const auth::login_session_store::opened& session, auth::time_point now = start) const {
    return store->find(session.token, now).has_value();
  }

  ino_t inode() const {
    struct stat status{};
    BOOST_REQUIRE(::stat(path.c_str(), &status) == 0);
    return status.st_ino;
  }
};

}  // namespace

}  // namespace login_session_store

BOOST_FIXTURE_TEST_SUITE(login_session_store, store_fixture)

BOOST_AUTO_TEST_CASE(tokens_are_256_bits_of_base64url_and_never_alike) {
  std::set<std::string> tokens;
  for (int i = 0; i < 1000; ++i) tokens.insert(auth::make_token());
  BOOST_TEST(tokens.size() == 1000U);
  for (const auto& token : tokens) {
    BOOST_TEST(token.size() == 43U);
    BOOST_TEST(token.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") ==
               std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(ends_by_whichever_clock_runs_out_first) {
  struct row {
    std::chrono::milliseconds seen_after;
    std::chrono::milliseconds over_after;
  };
  for (const auto& [seen, over] : {row{0ms, 1h}, row{30min, 90min}, row{23h, 24h}, row{23h + 59min, 24h}}) {
    const auth::login_session session = {"id", name("ada"), start, start + seen};
    BOOST_TEST((auth::expiry(session, hour_and_day) - start == over), seen.count());
  }
}

BOOST_AUTO_TEST_CASE(a_token_finds_its_session_and_nothing_else_does) {
  const auto ada = log_in("Ada");
  const auto found = store->find(ada.token, start);
  BOOST_REQUIRE(found);
  BOOST_TEST(found->id == ada.session.id);
  BOOST_TEST(found->user.display() == "Ada");
  for (const auto& other : {std::string(), ada.session.id, ada.token.substr(1), ada.token + "A",
                            std::string(43, 'A'), std::string(1'000'000, 'A'), auth::make_token()})
    BOOST_TEST(!store->find(other, start).has_value(), other.substr(0, 50));
}

BOOST_AUTO_TEST_CASE(is_over_after_the_idle_time_unless_seen) {
  const auto quiet = log_in("ada");
  const auto busy = log_in("ada");
  BOOST_TEST(lives(busy, start + 59min));
  BOOST_TEST(!lives(quiet, start + 1h));
  BOOST_TEST(lives(busy, start + 1h + 58min));
  BOOST_TEST(!lives(busy, start + 2h + 58min));
}

BOOST_AUTO_TEST_CASE(is_over_after_its_lifetime_however_often_seen) {
  const auto session = log_in("ada");
  auto now = start;
  for (; now < start + 24h; now += 30min) BOOST_TEST(store->touch(session.session.id, now));
  BOOST_TEST(!store->touch(session.session.id, now));
  BOOST_TEST(!lives(session, now));
  BOOST_TEST(store->list(name("ada"), now).empty());
}

BOOST_AUTO_TEST_CASE(a_clock_set_back_does_not_make_a_session_older) {
  const auto session = log_in("ada");
  BOOST_TEST(lives(session, start + 30min));
  BOOST_TEST(lives(session, start - 10h));
  BOOST_TEST(lives(session, start + 89min));
}

BOOST_AUTO_TEST_CASE(nothing_runs_out_at_a_time_that_is_in_doubt) {
  const auto ada = log_in("Ada");
  const auto later = start + 24h * 40;
  BOOST_TEST(store->find(ada.token, {later - 1h, false}).has_value());
  BOOST_TEST(store->touch(ada.session.id, {later, false}));
  BOOST_TEST(store->sweep({later, false}).empty());
  BOOST_TEST(store->list(name("Ada"), {later, false}).size() == 1U);
  BOOST_TEST(!lives(ada, later));
  BOOST_TEST(store->sweep(later).size() == 1U);
}

BOOST_AUTO_TEST_CASE(survives_a_restart_and_only_hashes_are_on_disk) {
  const auto ada = log_in("Ada");
  const auto bob = log_in("bob", start + 1min);
  const auto text = read_file(path);
  BOOST_TEST(text.find(ada.token) == std::string::npos);
  BOOST_TEST(text.find(bob.token) == std::string::npos);
  BOOST_TEST(text.find(auth::base64url(auth::sha256(ada.token))) != std::string::npos);
  struct stat status{};
  BOOST_REQUIRE(::stat(path.c_str(), &status) == 0);
  BOOST_TEST((status.st_mode & 0777U) == 0600U);

  reopen();
  BOOST_TEST(store->size() == 2U);
  const auto found = store->find(ada.token, start + 1min);
  BOOST_REQUIRE(found);
  BOOST_TEST(found->user.display() == "Ada");
  BOOST_CHECK(found->created == start);
  BOOST_TEST(!lives(bob, start + 61min));  // both clocks run on
}

BOOST_AUTO_TEST_CASE(the_time_of_last_use_survives_a_restart_once_flushed) {
  const auto session = log_in("ada");
  BOOST_TEST(lives(session, start + 50min));
  BOOST_REQUIRE(store->flush());
  reopen();
  BOOST_TEST(lives(session, start + 100min));
}

BOOST_AUTO_TEST_CASE(a_flush_with_nothing_to_write_writes_nothing) {
  log_in("ada");
  const auto written = inode();
  BOOST_REQUIRE(store->flush());
  BOOST_TEST(inode() == written);
}

BOOST_AUTO_TEST_CASE(an_ended_session_is_over_at_once_and_after_a_restart) {
  const auto ended = log_in("ada");
  const auto other = log_in("ada");
  const auto ticket = store->end(ended.session.id);
  BOOST_REQUIRE(ticket);
  BOOST_TEST(!lives(ended));
  BOOST_TEST(!store->end(ended.session.id).has_value());
  BOOST_REQUIRE(store->commit(*ticket));
  reopen();
  BOOST_TEST(!lives(ended));
  BOOST_TEST(lives(other));
}

BOOST_AUTO_TEST_CASE(all_of_a_user_can_be_ended_but_one) {
  const auto first = log_in("ada");
  const auto second = log_in("Ada");
  const auto third = log_in("ADA");
  const auto bob = log_in("bob");
  const auto but_one = store->end_all_of(name("ada"), second.session.id);
  BOOST_TEST(std::set<std::string>(but_one.ids.begin(), but_one.ids.end()) ==
             (std::set<std::string>{first.session.id, third.session.id}));
  BOOST_REQUIRE(but_one.write);
  BOOST_REQUIRE(store->commit(*but_one.write));
  BOOST_TEST(lives(second));
  const auto rest = store->end_all_of(name("ada"));
  BOOST_TEST(rest.ids.size() == 1U);
  const auto none = store->end_all_of(name("ada"));
  BOOST_TEST(none.ids.empty());
  BOOST_TEST(!none.write.has_value());
  BOOST_TEST(lives(bob));
}

BOOST_AUTO_TEST_CASE(a_user_sees_the_sessions_that_live_last_seen_first) {
  const auto first = log_in("ada", start);
  const auto second = log_in("ada", start + 10min);
  log_in("bob", start);
  BOOST_TEST(lives(first, start + 20min));
  const auto both = store->list(name("ADA"), start + 20min);
  BOOST_REQUIRE(both.size() == 2U);
  BOOST_TEST(both[0].id == first.session.id);
  BOOST_CHECK(both[0].last_seen == start + 20min);
  BOOST_TEST(both[1].id == second.session.id);
  BOOST_TEST(store->list(name("ada"), start + 75min).size() == 1U);
}

BOOST_AUTO_TEST_CASE(one_more_than_a_user_may_have_ends_the_least_recently_seen) {
  const auto first = log_in("ada", start);
  const auto second = log_in("ada", start + 1min);
  const auto third = log_in("ada", start + 2min);
  log_in("bob", start);
  BOOST_TEST(lives(first, start + 3min));
  const auto fourth = log_in("ada", start + 4min);
  BOOST_REQUIRE(fourth.displaced);
  BOOST_TEST(*fourth.displaced == second.session.id);
  BOOST_TEST(!third.displaced.has_value());
  for (const bool reopened : {false, true}) {
    if (reopened) reopen();
    BOOST_TEST(lives(first, start + 5min));
    BOOST_TEST(!lives(second, start + 5min));
    BOOST_TEST(lives(third, start + 5min));
    BOOST_TEST(lives(fourth, start + 5min));
    BOOST_TEST(store->size() == 4U);
  }
}

BOOST_AUTO_TEST_CASE(a_session_that_cannot_be_written_is_told_and_gone) {
  const auto old = log_in("ada");
  const auto before = read_file(path);
  const auto first = store->create(name("ada"), start);
  const auto second = store->create(name("bob"), start);
  const auto failed = [&] {
    const full_disk full(0);
    return store->commit(second.write);
  }();
  BOOST_REQUIRE(!failed);
  BOOST_TEST(failed.error() == "cannot write " + path.string() + ".new: File too large");
  BOOST_TEST(!store->commit(first.write).has_value());
  BOOST_TEST(lives(old));
  BOOST_TEST(!lives(first));
  BOOST_TEST(!lives(second));
  BOOST_TEST(store->size() == 1U);
  BOOST_TEST(read_file(path) == before);
  BOOST_TEST(folder.listing() == "sessions.json");
}

BOOST_AUTO_TEST_CASE(an_end_that_cannot_be_written_holds_and_is_written_with_the_next) {
  const auto ended = log_in("ada");
  const auto ticket = store->end(ended.session.id);
  {
    const full_disk full(0);
    BOOST_TEST(!store->commit(*ticket).has_value());
  }
  BOOST_TEST(!lives(ended));
  BOOST_REQUIRE(store->flush());
  reopen();
  BOOST_TEST(!lives(ended));
}

BOOST_AUTO_TEST_CASE(sweeping_drops_what_is_over_within_its_budget) {
  for (int i = 0; i < 50; ++i) log_in("early" + std::to_string(i), start);
  const auto late = log_in("late", start + 30min);
  std::set<std::string> over;
  for (int round = 0; round < 6; ++round) {
    const auto ids = store->sweep(start + 61min, 10);
    BOOST_TEST(ids.size() <= 10U);
    over.insert(ids.begin(), ids.end());
  }
  BOOST_TEST(over.size() == 50U);
  BOOST_TEST(store->size() == 1U);
  BOOST_TEST(lives(late, start + 61min));
  BOOST_REQUIRE(store->flush());
  reopen();
  BOOST_TEST(store->size() == 1U);
}

BOOST_AUTO_TEST_CASE(what_is_over_stays_for_the_sweep_to_tell) {
  const auto session = log_in("ada");
  BOOST_TEST(!lives(session, start + 2h));
  const auto ids = store->sweep(start + 2h);
  BOOST_REQUIRE(ids.size() == 1U);
  BOOST_TEST(ids.front() == session.session.id);
  BOOST_TEST(store->sweep(start + 2h).empty());
}

BOOST_AUTO_TEST_CASE(logins_at_the_same_moment_share_a_write) {
  std::vector<auth::login_session_store::opened> sessions;
  for (int i = 0; i < 50; ++i) sessions.push_back(store->create(name("user" + std::to_string(i)), start));
  BOOST_REQUIRE(store->commit(sessions.front().write));
  const auto written = inode();
  for (const auto& session : sessions) BOOST_TEST(store->commit(session.write).has_value());
  BOOST_TEST(inode() == written);
  reopen();
  for (const auto& session : sessions) BOOST_TEST(lives(session));
}

BOOST_AUTO_TEST_CASE(many_threads_log_in_look_up_and_log_out_at_once) {
  std::atomic<int> wrong = 0;
  std::atomic<bool> done = false;
  const auto steady = log_in("steady");
  std::thread reader([&] {
    for (auto now = start; !done; now += 1ms) {
      if (!store->find(steady.token, std::min(now, start + 30min))) ++wrong;
      store->sweep(start, 10);
      store->list(name("steady"), start);
    }
  });
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&, thread] {
      const auto user = name("user" + std::to_string(thread));
      for (int i = 0; i < 20; ++i) {
        const auto session = store->create(user, start);
        if (!store->commit(session.write) || !store->find(session.token, start)) ++wrong;
        const auto ended = store->end(session.session.id);
        if (!ended || !store->commit(*ended) || store->find(session.token, start)) ++wrong;
      }
      const auto last = store->create(user, start);
      if (!store->commit(last.write)) ++wrong;
    });
  }
  for (auto& thread : threads) thread.join();
  done = true;
  reader.join();
  BOOST_TEST(wrong == 0);
  reopen();
  BOOST_TEST(store->size() == 5U);
}

BOOST_AUTO_TEST_CASE(a_file_that_is_broken_or_not_ours_is_refused_with_its_place_and_left_alone) {
  store.reset();
  struct row {
    std::string text;
    std::string_view place;
    std::string_view what;
  };
  const std::string head = "{\"format\": \"parley-login-sessions\", \"version\": 1, \"sessions\": {\n";
  const std::string id(43, 'A');
  const row table[] = {
      {"{", "1:2", "unexpected end of input"},
      {"{}", "1:1", "not a Parley file"},
      {"{\"format\": \"parley-users\", \"version\": 1, \"users\": {}}", "1:2", "parley-login-sessions"},
      {head + "\"" + id + "\": {\"created\": 1, \"last_seen\": 1}}}", "2:1", "\"user\""},
      {head + "\"" + id + "\": {\"user\": \"a b\", \"created\": 1, \"last_seen\": 1}}}", "2:49",
       "letters A to Z"},
      {head + "\"" + id + "\": {\"user\": \"ada\", \"created\": \"1\", \"last_seen\": 1}}}", "2:64",
       "not a time"},
      {head + "\"" + id + "\": {\"user\": \"ada\", \"created\": 1}}}", "2:1", "\"last_seen\""},
      {head + "\"short\": {\"user\": \"ada\", \"created\": 1, \"last_seen\": 1}}}", "2:1", "43 characters"},
  };
  for (const auto& [text, place, what] : table) {
    write_file(path, text);
    BOOST_TEST_CONTEXT(text) {
      const auto result = open_sessions(folder.path());
      BOOST_REQUIRE(!result);
      const auto beginning = path.string() + ":" + std::string(place) + ": ";
      BOOST_TEST(result.error().starts_with(beginning), result.error());
      BOOST_TEST(result.error().find(what) != std::string::npos, result.error());
      BOOST_TEST(read_file(path) == text);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
