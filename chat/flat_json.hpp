#pragma once
// One JSON object as a stranger sends it (RFC 8259), read in one pass and without building a tree: what it
// costs is in proportion to its length, and ends at the first thing that is wrong with it.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "chat/validation.hpp"

namespace parley::chat {

class flat_json {
 public:
  // More of either is refused: nothing that is spoken here has a third of it.
  static constexpr std::size_t most_fields = 32;   // of the object itself
  static constexpr std::size_t most_values = 200;  // those inside of arrays and objects included

  struct nested {};  // an array or an object; what was in it is gone
  struct other {};   // a number that is no whole number from 0
  using value = std::variant<std::nullptr_t, bool, std::uint64_t, std::string, nested, other>;

  // The fields, as far as the text could be read. What is wrong is said of `what`: "A frame".
  static flat_json read(std::string_view text, const std::string& what);

  // Why that is not all of it: `bad_json` where the text is no single JSON object, within the bounds, that
  // names each field once; `bad_field` where half a surrogate pair stands in a string (then the fields are
  // all there, with U+FFFD for it).
  const std::optional<refusal>& problem() const { return problem_; }

  // Null where there is no such field.
  const value* find(std::string_view name) const;
  // Null where there is none, or it is no string.
  const std::string* find_string(std::string_view name) const;

 private:
  class builder;

  std::vector<std::pair<std::string, value>> fields_;
  std::optional<refusal> problem_;
};

}  // namespace parley::chat
