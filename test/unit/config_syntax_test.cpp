// What is not even YAML is told with its place and a remedy.

#include <string>

#include <boost/test/unit_test.hpp>

#include "config_texts.hpp"

BOOST_AUTO_TEST_SUITE(config_syntax)

using namespace parley::test;

BOOST_AUTO_TEST_CASE(broken_yaml_is_told_with_its_place_and_a_remedy) {
  const auto broken = [](const std::string& at, const std::string& why) {
    return "config.yaml:" + at + ": not valid YAML: " + why;
  };
  const std::string tab = "a tab in the indentation; expected spaces only";
  const std::string colon =
      R"(a value cannot stand here; check the indentation, and quote text that holds a colon, as in address: "::")";
  const std::string column =
      "this does not belong to the keys above it; keys of a section start in one column";
  expect_errors({
      {"server:\n\tport: 5\n", broken("2:1", tab)},
      {"server:\n  port: 5\n  \tshards: 5\n", broken("3:3", tab)},
      {"server:\n  port: 5\n\tshards: 5\n", broken("3:1", tab)},
      {"server:\n  address: ::\n", broken("2:13", colon)},
      {"server:\n  port: 5\n shards: 5\n", broken("3:2", column)},
      {"server: {address: ::, port: 5}",
       broken("1:20", "expected a comma or a }; text that holds : { } [ ] or , needs quotes")},
      {"server: {hosts: [a, b}",
       broken("1:22", "this bracket matches none that is open; text that holds brackets needs quotes")},
      {"server: {}}",
       broken("1:11", "this bracket matches none that is open; text that holds brackets needs quotes")},
      {"data: {folder: @x}", broken("1:16", "a value cannot start with this character; put it in quotes")},
      {"data: {folder: *x}",
       broken("1:16", "no anchor of this name stands above; text that starts with * needs quotes")},
      {"data: {folder: \"C:\\data\"}",
       broken("1:21", R"(no such escape; in double quotes write \\ for a backslash, or use single quotes)")},
      {std::string(10'000, '['), broken("1:1", "brackets or indentation nested too deeply")},
  });
}

BOOST_AUTO_TEST_CASE(what_is_never_closed_is_told_where_it_opens) {
  const auto open_at = [](const std::string& at, const std::string& what) {
    return "config.yaml:" + at + ": not valid YAML: this " + what + " is never closed";
  };
  expect_errors({
      {"server: {port: 5", open_at("1:9", "{")},
      {"server: {port: 5\nlog: {}\n", open_at("1:9", "{")},
      {"server:\n  hosts: [a, b # ]\n", open_at("2:10", "[")},
      {"data:\n  folder: \"x\nlog: {level: debug}\n", open_at("2:11", "\"")},
      {"data:\n  folder: 'it''s\n", open_at("2:11", "'")},
      {"data: {folder: \"x}\n", open_at("1:16", "\"")},
      {"data: {folder: \"x\\\"", open_at("1:16", "\"")},
      {"data:\n  folder: &here \"x\n", open_at("2:17", "\"")},
  });
}

BOOST_AUTO_TEST_CASE(quotes_and_brackets_inside_of_words_and_comments_are_no_syntax) {
  BOOST_TEST(parsed("data:\n  folder: it's \"here [now\n").data.folder == "it's \"here [now");
  BOOST_TEST(parsed("data:\n  folder: 'it''s'\n").data.folder == "it's");
  BOOST_TEST(parsed("data:\n  folder: \"a\\\"b\" # \"quoted\n").data.folder == "a\"b");
  BOOST_TEST(parsed("# it's \"one {\ndata: {folder: c:\\x}\n").data.folder == "c:\\x");
}

BOOST_AUTO_TEST_CASE(a_second_document_is_refused) {
  expect_errors({{"log: {level: info}\n---\nlog: {level: debug}\n",
                  "config.yaml:3:1: a second YAML document begins here (after ---); expected only one"}});
}

BOOST_AUTO_TEST_CASE(a_file_that_is_not_utf8_is_refused) {
  expect_errors({
      {"data:\n  folder: caf\xe9\n",
       R"(config.yaml:2:14: the byte \xe9 is not UTF-8; save the file as UTF-8)"},
      {std::string("log:\0", 5), "config.yaml:1:5: a zero byte; expected UTF-8 text"},
  });
  BOOST_TEST(parsed("data:\n  folder: café\n").data.folder == "café");
}

BOOST_AUTO_TEST_SUITE_END()
