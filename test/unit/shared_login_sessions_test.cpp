// Login sessions in a bucket that others write to as well, and what is written along with what.

#include <boost/test/unit_test.hpp>

#include "auth/encoding.hpp"
#include "auth/login_session_store.hpp"
#include "memory_bucket.hpp"

namespace shared_login_sessions {

namespace auth = parley::auth;
using namespace std::chrono_literals;

namespace {

const auth::time_point start{std::chrono::milliseconds(1'000)};

auth::user_name name(std::string_view text) {
  return *auth::user_name::parse(text);
}

std::string value(std::string_view user, int last_seen) {
  return R"({"user":")" + std::string(user) + R"(","created":1000,"last_seen":)" + std::to_string(last_seen) +
         "}";
}

struct shared_fixture {
  std::unique_ptr<parley::test::memory_bucket> made = std::make_unique<parley::test::memory_bucket>();
  parley::test::memory_bucket& records = *made;
  std::unique_ptr<auth::login_session_store> store =
      *auth::login_session_store::open(std::move(made), auth::login_session_limits{});

  auth::login_session_store::opened log_in(std::string_view user) const {
    auto session = store->create(name(user), start);
    BOOST_REQUIRE(store->commit(session.write));
    return session;
  }

  std::string kept(const auth::login_session_store::opened& session) const {
    const auto found = records.get(session.session.id);
    return found ? found->value : "";
  }

  bool fails(const auth::login_session_store::ticket& ticket) const {
    records.fail_with("no room");
    const auto result = store->commit(ticket);
    records.fail_with("");
    return !result && result.error() == "no room";
  }
};

}  // namespace

}  // namespace shared_login_sessions

BOOST_FIXTURE_TEST_SUITE(shared_login_sessions, shared_fixture)

BOOST_AUTO_TEST_CASE(the_last_use_is_written_along_with_whatever_is_next) {
  const auto ada = log_in("ada");
  BOOST_TEST(store->touch(ada.session.id, start + 1s));
  BOOST_TEST(kept(ada) == value("ada", 1000));
  log_in("bob");
  BOOST_TEST(kept(ada) == value("ada", 2000));
}

BOOST_AUTO_TEST_CASE(the_last_use_of_one_who_is_being_written_waits_for_the_flush) {
  const auto ada = store->create(name("ada"), start);
  BOOST_TEST(store->touch(ada.session.id, start + 1s));
  BOOST_REQUIRE(store->flush());
  BOOST_TEST(kept(ada) == value("ada", 2000));
}

BOOST_AUTO_TEST_CASE(a_last_use_that_cannot_be_written_is_written_with_the_next) {
  const auto ada = log_in("ada");
  BOOST_TEST(store->touch(ada.session.id, start + 1s));
  records.fail_with("no room");
  const auto failed = store->flush();
  BOOST_REQUIRE(!failed);
  BOOST_TEST(failed.error() == "no room");
  records.fail_with("");
  BOOST_TEST(kept(ada) == value("ada", 1000));
  BOOST_REQUIRE(store->flush());
  BOOST_TEST(kept(ada) == value("ada", 2000));
}

BOOST_AUTO_TEST_CASE(many_last_uses_are_flushed_at_once) {
  std::vector<auth::login_session_store::opened> sessions;
  for (int i = 0; i < 2'500; ++i) sessions.push_back(store->create(name("user" + std::to_string(i)), start));
  BOOST_REQUIRE(store->flush());
  for (const auto& each : sessions) store->touch(each.session.id, start + 1s);
  BOOST_REQUIRE(store->flush());
  for (const auto& each : sessions) BOOST_TEST(kept(each) == value(each.session.user.display(), 2000));
}

BOOST_AUTO_TEST_CASE(an_end_that_cannot_be_written_goes_with_the_next_write_of_anybody) {
  const auto ada = log_in("ada");
  BOOST_TEST(fails(*store->end(ada.session.id)));
  BOOST_TEST(kept(ada) != "");
  BOOST_TEST(!store->find(ada.token, start).has_value());
  log_in("bob");
  BOOST_TEST(kept(ada) == "");
}

BOOST_AUTO_TEST_CASE(what_is_swept_is_removed_with_the_next_write) {
  const auto ada = log_in("ada");
  BOOST_TEST(store->sweep(start + 13h).size() == 1U);
  BOOST_TEST(kept(ada) != "");
  BOOST_REQUIRE(store->flush());
  BOOST_TEST(kept(ada) == "");
}

BOOST_AUTO_TEST_CASE(one_that_ends_before_it_is_written_does_not_come_back) {
  const auto ada = store->create(name("ada"), start);
  const auto end = store->end(ada.session.id);
  BOOST_REQUIRE(end);
  BOOST_TEST(store->commit(ada.write).has_value());
  BOOST_TEST(store->size() == 0U);
  BOOST_TEST(store->commit(*end).has_value());
  BOOST_TEST(kept(ada) == "");
}

BOOST_AUTO_TEST_CASE(one_that_was_never_written_is_dropped_though_nobody_asked) {
  const auto ada = store->create(name("ada"), start);
  const auto bob = store->create(name("bob"), start);
  BOOST_TEST(fails(bob.write));
  BOOST_TEST(!store->find(ada.token, start).has_value());
  BOOST_TEST(store->size() == 0U);
}

BOOST_AUTO_TEST_CASE(what_begins_and_ends_elsewhere_does_here_too) {
  const auto token = auth::make_token();
  const auto id = auth::base64url(auth::sha256(token));
  BOOST_REQUIRE(records.commit(records.create(id, value("ada", 1000))));
  BOOST_TEST(store->find(token, start).has_value());
  BOOST_TEST(store->list(name("ada"), start).size() == 1U);
  BOOST_REQUIRE(records.commit(records.remove(id)));
  BOOST_TEST(!store->find(token, start).has_value());
  BOOST_TEST(store->list(name("ada"), start).empty());
}

BOOST_AUTO_TEST_CASE(a_use_elsewhere_counts_and_the_later_one_stays) {
  const auto ada = log_in("ada");
  const auto& id = ada.session.id;
  const auto seen_elsewhere = [&](int last_seen) {
    BOOST_REQUIRE(records.commit(records.replace(id, value("ada", last_seen), records.get(id)->number)));
  };
  seen_elsewhere(5000);
  BOOST_CHECK(store->list(name("ada"), start).front().last_seen == start + 4s);
  BOOST_TEST(store->touch(id, start + 9s));
  seen_elsewhere(6000);
  BOOST_REQUIRE(store->flush());
  BOOST_TEST(kept(ada) == value("ada", 10000));
}

BOOST_AUTO_TEST_CASE(a_session_ended_elsewhere_is_not_brought_back_by_its_last_use) {
  const auto ada = log_in("ada");
  BOOST_TEST(store->touch(ada.session.id, start + 1s));
  records.remove(ada.session.id);  // and is settled before what the flush stages
  BOOST_REQUIRE(store->flush());
  BOOST_TEST(kept(ada) == "");
  BOOST_TEST(store->size() == 0U);
}

BOOST_AUTO_TEST_CASE(an_end_that_came_twice_is_an_end) {
  const auto ada = log_in("ada");
  records.remove(ada.session.id);
  const auto end = store->end(ada.session.id);
  BOOST_REQUIRE(end);
  BOOST_TEST(store->commit(*end).has_value());
}

BOOST_AUTO_TEST_CASE(a_record_that_is_no_login_session_is_refused_at_first) {
  auto broken = std::make_unique<parley::test::memory_bucket>();
  BOOST_REQUIRE(broken->commit(broken->create("short", value("ada", 1000))));
  const auto result = auth::login_session_store::open(std::move(broken), auth::login_session_limits{});
  BOOST_REQUIRE(!result);
  BOOST_TEST(result.error() == "\"short\" is not 43 characters of base64url");
}

BOOST_AUTO_TEST_SUITE_END()
