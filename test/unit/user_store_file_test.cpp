// users.json: what stands in it, what is refused, and who may have it open.

#include <boost/test/unit_test.hpp>

#include "user_store_fixture.hpp"

namespace user_store_file {

namespace auth = parley::auth;
using parley::test::a_user;
using parley::test::name;
using parley::test::open_users;
using parley::test::read_file;
using parley::test::user_store_fixture;
using parley::test::write_file;

}  // namespace user_store_file

BOOST_FIXTURE_TEST_SUITE(user_store_file, user_store_fixture)

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
  struct stat status{};
  BOOST_REQUIRE(::stat(path.c_str(), &status) == 0);
  BOOST_TEST((status.st_mode & 0777U) == 0600U);
  BOOST_TEST(folder.listing() == "users.json");
  const auto users = store->list();
  BOOST_REQUIRE(users.size() == 3U);
  BOOST_TEST(users[0].name.display() == "Ada");
  BOOST_TEST(users[1].disabled);
}

BOOST_AUTO_TEST_CASE(a_folder_that_vanishes_is_an_error_with_its_path) {
  const auto ticket = staged("ada");
  std::filesystem::remove_all(folder.path());
  const auto failed = store->commit(ticket);
  BOOST_REQUIRE(!failed);
  BOOST_TEST(failed.error().text ==
             "cannot open the folder " + folder.path().string() + ": No such file or directory");
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
      const auto result = open_users(folder.path());
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
  BOOST_TEST(open_users(deep.parent_path()).has_value());
  struct stat status{};
  BOOST_REQUIRE(::stat(deep.parent_path().c_str(), &status) == 0);
  BOOST_TEST((status.st_mode & 0777U) == 0700U);

  write_file(folder / "file", "");
  const auto result = open_users(folder / "file");
  BOOST_REQUIRE(!result);
  BOOST_TEST(result.error() == "cannot open the folder " + folder.path().string() + "/file: Not a directory");
}

BOOST_AUTO_TEST_CASE(a_second_store_may_read_but_not_write) {
  add("ada");
  const auto second = open_users(folder.path());
  BOOST_REQUIRE(!second);
  BOOST_TEST(second.error().find("in use by another parley process") != std::string::npos, second.error());

  const auto reader = open_users(folder.path(), auth::bucket_folder::access::read_only);
  BOOST_REQUIRE(reader);
  BOOST_TEST((*reader)->size() == 1U);
  BOOST_TEST(!(*reader)->stage_add(a_user("bob")).has_value());
  BOOST_TEST(!(*reader)->stage_change(name("ada"), [](auth::user&) {}).has_value());

  store.reset();
  BOOST_TEST(open_users(folder.path()).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
