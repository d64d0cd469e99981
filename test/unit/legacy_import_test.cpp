#include "auth/legacy_import.hpp"

#include <boost/test/unit_test.hpp>

#include "auth/password_hash.hpp"
#include "user_store_fixture.hpp"

namespace legacy_import {

namespace auth = parley::auth;
using parley::test::user_store_fixture;
using parley::test::write_file;
const auto now = parley::test::users_created;

}  // namespace legacy_import

BOOST_FIXTURE_TEST_SUITE(legacy_import, user_store_fixture)

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
