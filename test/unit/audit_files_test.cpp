// The files of the audit log: when a new one is begun, and which are kept.

#include <boost/test/unit_test.hpp>
#include <sys/stat.h>

#include "app/accounts/audit_file.hpp"
#include "app/accounts/audit_log.hpp"
#include "app/accounts/free_space.hpp"
#include "temporary_folder.hpp"

namespace audit_files {

using parley::audit_file;
using parley::test::read_file;

namespace {

struct folder_fixture {
  parley::test::temporary_folder folder;
  std::filesystem::path path = folder / "audit.log";

  // Of the file, and of those before it.
  std::string content(const std::string& end = "") const {
    return std::filesystem::exists(path.string() + end) ? read_file(path.string() + end) : "none";
  }
};

std::string line(std::int64_t at, const std::string& rest = "x") {
  return "{\"at\":" + std::to_string(at) + ",\"act\":\"" + rest + "\"}\n";
}

}  // namespace

}  // namespace audit_files

BOOST_FIXTURE_TEST_SUITE(audit_files, folder_fixture)

BOOST_AUTO_TEST_CASE(a_full_file_is_followed_by_a_new_one_and_the_oldest_are_given_up) {
  const auto size = line(1).size();
  audit_file file(path, {2 * size, 0, 2});
  for (int at = 1; at <= 9; ++at) file.write(line(at));
  BOOST_TEST(content() == line(9));
  BOOST_TEST(content(".1") == line(7) + line(8));
  BOOST_TEST(content(".2") == line(5) + line(6));
  BOOST_TEST(content(".3") == "none");
}

BOOST_AUTO_TEST_CASE(a_line_that_is_longer_than_a_file_may_be_has_one_for_itself) {
  audit_file file(path, {10, 0, 5});
  file.write(line(1, std::string(100, 'a')));
  file.write(line(2));
  BOOST_TEST(content() == line(2));
  BOOST_TEST(content(".1") == line(1, std::string(100, 'a')));
}

BOOST_AUTO_TEST_CASE(an_old_file_is_followed_by_a_new_one_also_after_a_restart) {
  {
    audit_file file(path, {1'000'000, 1'000, 1});
    file.write(line(500));
    file.write(line(1'499));
  }
  audit_file file(path, {1'000'000, 1'000, 1});
  file.write(line(1'499));
  BOOST_TEST(content(".1") == "none");
  file.write(line(1'500));
  BOOST_TEST(content() == line(1'500));
  BOOST_TEST(content(".1") == line(500) + line(1'499) + line(1'499));
}

BOOST_AUTO_TEST_CASE(none_are_kept_where_none_are_wanted) {
  audit_file file(path, {1, 0, 0});
  file.write(line(1));
  file.write(line(2));
  BOOST_TEST(content() == line(2));
  BOOST_TEST(content(".1") == "none");
}

BOOST_AUTO_TEST_CASE(where_a_file_cannot_be_followed_nothing_is_lost) {
  std::filesystem::create_directories(folder / "audit.log.1" / "in the way");
  audit_file file(path, {1, 0, 1});
  file.write(line(1));
  BOOST_CHECK_THROW(file.write(line(2)), std::system_error);
  BOOST_TEST(content() == line(1) + line(2));
  std::filesystem::remove_all(folder / "audit.log.1");
  file.write(line(3));
  BOOST_TEST(content() == line(3));
  BOOST_TEST(content(".1") == line(1) + line(2));
}

BOOST_AUTO_TEST_CASE(acts_are_lines_in_a_file_that_is_its_owners) {
  {
    auto log = parley::audit_log::open(path, {1'000'000, 0, 1});
    BOOST_REQUIRE(log.has_value());
    (*log)->write({.at = 7, .room = "lobby", .by = "ada", .what = "ban", .user = "bob"});
  }
  BOOST_TEST(content() == "{\"at\":7,\"room\":\"lobby\",\"by\":\"ada\",\"act\":\"ban\",\"user\":\"bob\"}\n");
  struct stat status{};
  BOOST_REQUIRE(::stat(path.c_str(), &status) == 0);
  BOOST_TEST((status.st_mode & 0777) == 0600U);
  const auto refused = parley::audit_log::open(folder / "nowhere" / "audit.log", {1'000'000, 0, 1});
  BOOST_REQUIRE(!refused);
  BOOST_TEST(refused.error().find("nowhere/audit.log: No such file") != std::string::npos, refused.error());
}

BOOST_AUTO_TEST_CASE(free_space_is_enough_or_not) {
  BOOST_TEST(parley::free_space(folder.path(), 0).is_enough());
  BOOST_TEST(parley::free_space(folder.path(), 1).is_enough());
  BOOST_TEST(!parley::free_space(folder.path(), UINT64_MAX).is_enough());
  BOOST_TEST(parley::free_space(folder / "nowhere", UINT64_MAX).is_enough());
}

BOOST_AUTO_TEST_SUITE_END()
