// The table of the keys that config.yaml may hold: what each may be and where its value goes. Defaults are
// not here but in the structs of config.hpp, so that both stand in one place each. Reading, errors and tests
// all go by this table.
#pragma once

#include <cstddef>
#include <vector>

#include "app/config/key.hpp"

namespace parley {

// Bytes; Linux opens no longer ones.
inline constexpr std::size_t longest_path = 4096;

// All keys, in the order of the config struct.
const std::vector<config_key>& config_keys();

}  // namespace parley
