// A key of config.yaml: what its value may be and where it goes. Plain data.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "app/config/config.hpp"

namespace parley {

struct config_key {
  std::string section;
  std::string name;
  std::string range;     // as config.yaml says it: "1 to 10000", "input or message"
  std::string expected;  // as an error says it: "a whole number from 1 to 10000"

  // Takes the text into the config, or leaves the config as it is and returns a hint, which may be empty and
  // holds nothing of the text but what can be printed.
  std::function<tl::expected<void, std::string>(config&, std::string_view text)> set;

  // Only for keys whose value is a list: empties it, so that `set` may be called for every element.
  std::function<void(config&)> clear;
  bool may_be_empty = false;  // the list

  std::string path() const { return section + "." + name; }
};

}  // namespace parley
