// Values of config.yaml that are each allowed but contradict each other. They are looked for when every value
// has been read, and told at the key that stands last in the file.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/config/config.hpp"

namespace parley {

struct config_contradiction {
  std::vector<std::string> keys;
  // What is wrong, or nothing.
  std::function<std::optional<std::string>(const config&)> find;
};

const std::vector<config_contradiction>& config_contradictions();

// How many bytes a `message` frame with so many characters may take when a client escapes all it can.
std::size_t longest_message_frame(std::size_t message_length);

}  // namespace parley
