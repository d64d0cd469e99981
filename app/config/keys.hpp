// The table of the keys that config.yaml may hold: what each may be and where its value goes. Defaults are
// not here but in the structs of config.hpp, so that both stand in one place each. Reading, errors and tests
// all go by this table.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "app/config/config.hpp"

namespace parley {

struct config_key {
  std::string section;
  std::string name;
  std::string range;     // as config.yaml says it: "1 to 10000", "input or message"
  std::string expected;  // as an error says it: "a whole number from 1 to 10000"

  // Takes the text into the config, or leaves the config as it is and returns a hint, which may be empty.
  std::function<tl::expected<void, std::string>(config&, std::string_view text)> set;

  // Only for keys whose value is a list: empties it, so that `set` may be called for every element.
  std::function<void(config&)> clear;
  bool may_be_empty = false;  // the list

  std::string path() const { return section + "." + name; }
};

// Bytes; Linux opens no longer ones.
inline constexpr std::size_t longest_path = 4096;

// All keys, in the order of the config struct.
const std::vector<config_key>& config_keys();

}  // namespace parley
