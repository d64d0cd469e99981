// What can be wrong with the text of config.yaml before it says anything: bytes that are not UTF-8, quotes
// and brackets that stay open, and all else that makes it no YAML, told to somebody who only wants to change
// a value. Pure functions.
#pragma once

#include <compare>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace YAML {
class Exception;
struct Mark;
}  // namespace YAML

namespace parley {

// A place in the text; line and column (in bytes) count from 1.
struct text_place {
  std::size_t line = 0;
  std::size_t column = 0;

  auto operator<=>(const text_place&) const = default;
};

text_place place_of(const YAML::Mark& mark);

struct syntax_error {
  text_place at;
  std::string message;
};

// What yaml-cpp would silently take for something else: it guesses at encodings, replaces what it cannot
// read, and lets a quote that is never closed swallow the rest of the file.
std::optional<syntax_error> find_syntax_error(std::string_view text);

// What yaml-cpp's complaint about the text means.
syntax_error explain_yaml_error(const YAML::Exception& thrown, std::string_view text);

}  // namespace parley
