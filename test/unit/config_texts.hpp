#pragma once
// Texts of a config.yaml, and what is said of them.

#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "app/config/loader.hpp"

namespace parley::test {

// What is wrong with a text, one error a line; empty where nothing is.
inline std::string errors_of(const std::string& text) {
  const auto result = parse_config(text, "config.yaml");
  if (result) return "";
  std::string lines;
  for (const auto& error : result.error()) lines += (lines.empty() ? "" : "\n") + to_string(error);
  return lines;
}

inline config parsed(const std::string& text) {
  const auto result = parse_config(text, "config.yaml");
  BOOST_REQUIRE_MESSAGE(result.has_value(), errors_of(text));
  return *result;
}

struct bad_text {
  std::string text;
  std::string errors;
};

inline void expect_errors(const std::vector<bad_text>& cases) {
  for (const auto& [text, errors] : cases) {
    BOOST_TEST_CONTEXT("config.yaml:\n" << text) {
      BOOST_TEST(errors_of(text) == errors);
    }
  }
}

}  // namespace parley::test
