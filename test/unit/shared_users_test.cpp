// Users in a bucket that others change too, as the nodes of a cluster will.

#include <boost/test/unit_test.hpp>

#include "auth/user_store.hpp"
#include "memory_bucket.hpp"
#include "user_store_fixture.hpp"

namespace shared_users {

namespace auth = parley::auth;
using parley::test::a_user;
using parley::test::name;
using reason = auth::bucket_failure::reason;

namespace {

std::string value(std::string_view text, std::string_view hash) {
  return R"({"name":")" + std::string(text) + R"(","password":")" + std::string(hash) + R"(","created":1})";
}

struct shared_fixture {
  std::unique_ptr<parley::test::memory_bucket> made = std::make_unique<parley::test::memory_bucket>();
  parley::test::memory_bucket& elsewhere = *made;
  std::unique_ptr<auth::user_store> store = *auth::user_store::open(std::move(made));

  void create_elsewhere(const std::string& text) const {
    BOOST_REQUIRE(elsewhere.commit(elsewhere.create(text, value(text, "$elsewhere"))));
  }
  void replace_elsewhere(const std::string& text, std::string_view hash) const {
    const auto seen = elsewhere.get(text)->number;
    BOOST_REQUIRE(elsewhere.commit(elsewhere.replace(text, value(text, hash), seen)));
  }
  std::string hash_of(std::string_view text) const { return store->find(name(text))->password_hash; }
};

}  // namespace

}  // namespace shared_users

BOOST_FIXTURE_TEST_SUITE(shared_users, shared_fixture)

BOOST_AUTO_TEST_CASE(what_is_made_elsewhere_is_known_here) {
  create_elsewhere("ada");
  BOOST_TEST(hash_of("ada") == "$elsewhere");
  replace_elsewhere("ada", "$newer");
  BOOST_TEST(hash_of("ada") == "$newer");
  BOOST_REQUIRE(elsewhere.commit(elsewhere.remove("ada")));
  BOOST_TEST(!store->find(name("ada")).has_value());
}

BOOST_AUTO_TEST_CASE(a_name_taken_elsewhere_meanwhile_is_told_by_the_commit) {
  elsewhere.create("ada", value("ada", "$elsewhere"));
  const auto ticket = store->stage_add(a_user("Ada"));
  BOOST_REQUIRE(ticket);
  const auto lost = store->commit(*ticket);
  BOOST_REQUIRE(!lost);
  BOOST_CHECK(lost.error().why == reason::exists);
  BOOST_TEST(lost.error().text == "The name Ada is taken.");
  BOOST_TEST(hash_of("ada") == "$elsewhere");
}

BOOST_AUTO_TEST_CASE(a_change_is_made_again_on_what_another_change_left) {
  create_elsewhere("ada");
  int asked = 0;
  const auto ticket = store->stage_change(name("ada"), [&](auth::user& user) {
    if (++asked == 1) elsewhere.replace("ada", value("ada", "$other"), elsewhere.get("ada")->number);
    user.password_hash += "+";
  });
  BOOST_REQUIRE(ticket);
  BOOST_REQUIRE(store->commit(*ticket));
  BOOST_TEST(asked == 2);
  BOOST_TEST(hash_of("ada") == "$other+");
  BOOST_TEST(elsewhere.get("ada")->value == value("ada", "$other+"));
}

BOOST_AUTO_TEST_CASE(a_change_that_others_always_come_before_ends_some_time) {
  create_elsewhere("ada");
  const auto ticket = store->stage_change(name("ada"), [&](auth::user& user) {
    elsewhere.replace("ada", value("ada", "$other"), elsewhere.get("ada")->number);
    user.password_hash += "+";
  });
  const auto lost = store->commit(*ticket);
  BOOST_REQUIRE(!lost);
  BOOST_CHECK(lost.error().why == reason::changed);
  BOOST_TEST(hash_of("ada") == "$other");
}

BOOST_AUTO_TEST_CASE(whoever_is_removed_meanwhile_cannot_be_changed) {
  create_elsewhere("ada");
  elsewhere.remove("ada");
  const auto ticket = store->stage_change(name("ada"), [](auth::user& user) { user.disabled = true; });
  BOOST_REQUIRE(ticket);
  const auto lost = store->commit(*ticket);
  BOOST_REQUIRE(!lost);
  BOOST_CHECK(lost.error().why == reason::missing);
  BOOST_TEST(lost.error().text == "There is no user ada.");
}

BOOST_AUTO_TEST_CASE(a_name_whose_write_failed_is_free_again_though_nobody_asked) {
  const auto first = store->stage_add(a_user("ada"));
  const auto second = store->stage_add(a_user("bob"));
  elsewhere.fail_with("no room");
  BOOST_TEST(!store->commit(*second).has_value());
  elsewhere.fail_with("");
  const auto again = store->stage_add(a_user("ada"));
  BOOST_REQUIRE(again);
  BOOST_TEST(store->commit(*again).has_value());
}

BOOST_AUTO_TEST_CASE(a_record_that_is_no_user_is_refused_at_first_and_left_out_later) {
  for (const auto* broken : {R"({"name":"ada"})", "[]", "no JSON"}) {
    auto records = std::make_unique<parley::test::memory_bucket>();
    BOOST_REQUIRE(records->commit(records->create("ada", broken)));
    const auto result = auth::user_store::open(std::move(records));
    BOOST_REQUIRE(!result);
    BOOST_TEST(result.error().find("\"ada\"") != std::string::npos, result.error());

    BOOST_REQUIRE(elsewhere.commit(elsewhere.create(broken, broken)));
    BOOST_TEST(store->size() == 0U);
  }
}

BOOST_AUTO_TEST_SUITE_END()
