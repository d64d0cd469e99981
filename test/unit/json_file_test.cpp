#include "auth/json_file.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>
#include <sys/stat.h>

#include "full_disk.hpp"
#include "temporary_folder.hpp"

namespace json_file {

using namespace parley::auth;
using parley::test::full_disk;
using parley::test::read_file;
using parley::test::temporary_folder;
using parley::test::write_file;

namespace {

struct folder_fixture {
  temporary_folder folder;
  std::filesystem::path path = folder / "document.json";
};

unsigned mode_of(const std::filesystem::path& path) {
  struct stat status{};
  BOOST_REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_mode & 07777U;
}

}  // namespace

}  // namespace json_file

BOOST_FIXTURE_TEST_SUITE(json_file, folder_fixture)

BOOST_AUTO_TEST_CASE(reads_what_is_there_and_tells_nothing_from_a_fault) {
  const auto absent = read_json_file(path);
  BOOST_REQUIRE(absent);
  BOOST_TEST(!absent->has_value());

  write_file(path, R"({"text": "\u00e9", "list": [1, -2, 3.5, null, true, {"deep": []}]})");
  const auto present = read_json_file(path);
  BOOST_REQUIRE(present);
  BOOST_REQUIRE(present->has_value());
  const nlohmann::json expected = {
      {"text", "\xC3\xA9"}, {"list", {1, -2, 3.5, nullptr, true, {{"deep", nlohmann::json::array()}}}}};
  BOOST_TEST((*present)->value() == expected, (*present)->value().dump());
}

BOOST_AUTO_TEST_CASE(a_fault_of_syntax_is_told_with_line_and_column) {
  struct row {
    std::string text;
    std::string_view place;
    std::string_view what;
  };
  const row table[] = {
      {"", ":1:1: ", "the file is empty"},
      {"\n\n  ", ":3:3: ", "unexpected end of input"},
      {"{\n  \"a\": 1,\n  \"b\": }\n", ":3:8: ", "not valid JSON"},
      {"{\n  \"a\": 1,\n", ":3:1: ", "unexpected end of input"},
      {"{\"a\": 1} trailing", ":1:1", "not valid JSON"},
      {"{\"a\": \"\xFF\"}", ":1:8: ", "not valid JSON"},
      {"{\"a\": 1e999}", ":1:1", "not valid JSON"},
      {"{\n  \"a\": 1,\n  \"a\": 2\n}", ":3:3: ", "\"a\" stands here a second time"},
      {"{\"x\\\"\\\\\": 1,\n \"x\\\"\\\\\": 2}", ":2:2: ", "stands here a second time"},
      {std::string(17, '['), ":1:17: ", "nested too deeply"},
      {std::string(1'000'000, '['), ":1:17: ", "nested too deeply"},
  };
  for (const auto& [text, place, what] : table) {
    write_file(path, text);
    const auto result = read_json_file(path);
    BOOST_TEST_CONTEXT(text.substr(0, 40)) {
      BOOST_REQUIRE(!result);
      BOOST_TEST(result.error().starts_with(path.string() + std::string(place)), result.error());
      BOOST_TEST(result.error().find(what) != std::string::npos, result.error());
      BOOST_TEST(result.error().size() < path.string().size() + 300, result.error());
    }
    BOOST_TEST(read_file(path) == text);
  }
}

BOOST_AUTO_TEST_CASE(a_fault_of_syntax_does_not_quote_what_may_be_a_secret) {
  write_file(path, R"({"ada": {"password": "hunter2; expected )");
  const auto result = read_json_file(path);
  BOOST_REQUIRE(!result);
  BOOST_TEST(result.error().find("hunter2") == std::string::npos, result.error());
}

BOOST_AUTO_TEST_CASE(a_fault_found_later_is_told_with_its_place) {
  write_file(
      path,
      "{\n  \"users\": {\n    \"ada\": {\"password\": 1},\n    \"b\\\"ob\": {\"password\": 2}\n  }\n}\n");
  const auto file = read_json_file(path);
  BOOST_REQUIRE(file);
  BOOST_REQUIRE(*file);
  const auto name = path.string();
  BOOST_TEST((*file)->fault({}, "odd") == name + ":1:1: odd");
  BOOST_TEST((*file)->fault({"users"}, "odd") == name + ":2:3: odd");
  BOOST_TEST((*file)->fault({"users", "ada", "password"}, "odd") == name + ":3:13: odd");
  BOOST_TEST((*file)->fault({"users", "b\"ob"}, "odd") == name + ":4:5: odd");
}

BOOST_AUTO_TEST_CASE(only_regular_files_of_bounded_size_are_read) {
  BOOST_TEST(!read_json_file(folder.path()).has_value());
  BOOST_REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  const auto pipe = read_json_file(path);
  BOOST_REQUIRE(!pipe);
  BOOST_TEST(pipe.error().find("not a regular file") != std::string::npos, pipe.error());
  const auto large = folder / "large.json";
  write_file(large, "{}");
  std::filesystem::resize_file(large, largest_json_file + 1);  // a hole: takes no room on disk
  const auto result = read_json_file(large);
  BOOST_REQUIRE(!result);
  BOOST_TEST(result.error() == large.string() + " is larger than 256 MiB");
}

BOOST_AUTO_TEST_CASE(a_file_is_made_or_replaced_for_its_owner_only) {
  for (const auto contents : {"first", "second and longer", "3rd"}) {
    const auto result = replace_file(path, contents);
    BOOST_REQUIRE(result);
    BOOST_TEST(read_file(path) == contents);
    BOOST_TEST(mode_of(path) == 0600U);
    BOOST_TEST(folder.listing() == "document.json");
    ::chmod(path.c_str(), 0644);  // and what others could read is closed again by the next write
  }
}

BOOST_AUTO_TEST_CASE(what_a_crash_left_is_in_nobodys_way) {
  write_file(folder / "document.json.new", "half of a docum");
  BOOST_TEST(replace_file(path, "whole").has_value());
  BOOST_TEST(folder.listing() == "document.json");

  write_file(folder / "elsewhere", "precious");
  std::filesystem::create_symlink(folder / "elsewhere", folder / "document.json.new");
  BOOST_TEST(replace_file(path, "whole again").has_value());
  BOOST_TEST(read_file(folder / "elsewhere") == "precious");
  BOOST_TEST(folder.listing() == "document.json elsewhere");
}

BOOST_AUTO_TEST_CASE(a_full_disk_leaves_the_old_file_and_nothing_else) {
  BOOST_REQUIRE(replace_file(path, "old"));
  const auto result = [&] {
    const full_disk full(4096);
    return replace_file(path, std::string(100'000, 'x'));
  }();
  BOOST_REQUIRE(!result);
  BOOST_TEST(result.error() == "cannot write " + path.string() + ".new: File too large");
  BOOST_TEST(read_file(path) == "old");
  BOOST_TEST(folder.listing() == "document.json");
}

BOOST_AUTO_TEST_CASE(a_file_that_cannot_be_replaced_is_told_with_path_and_reason) {
  struct row {
    std::filesystem::path target;
    std::string error;
  };
  write_file(folder / "file", "");
  std::filesystem::create_directory(folder / "folder");
  write_file(folder / "folder" / "inside", "");
  const auto name = folder.path().string();
  const row table[] = {
      {folder / "gone" / "document.json",
       "cannot open the folder " + name + "/gone: No such file or directory"},
      {folder / "file" / "document.json", "cannot open the folder " + name + "/file: Not a directory"},
      {folder / "folder", "cannot replace " + name + "/folder: Is a directory"},
  };
  for (const auto& [target, error] : table) {
    const auto result = replace_file(target, "text");
    BOOST_REQUIRE(!result);
    BOOST_TEST(result.error() == error);
    BOOST_TEST(folder.listing() == "file folder");
  }
}

BOOST_AUTO_TEST_CASE(text_from_outside_is_quoted_escaped_and_cut) {
  BOOST_TEST(in_quotes("Ada") == "\"Ada\"");
  BOOST_TEST(in_quotes("a\"\n\x1B[2J\xC3\xA9") == "\"a\\\"\\n\\u001b[2J\\u00e9\"");
  BOOST_TEST(in_quotes("\xFF") == "\"\\ufffd\"");
  BOOST_TEST(in_quotes(std::string(65, 'x')) == "\"" + std::string(64, 'x') + "\"...");
}

BOOST_AUTO_TEST_SUITE_END()
