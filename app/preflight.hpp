#pragma once
// What can be told of a server before it starts, without changing anything: whether what config.yaml names is
// there and will do.

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "app/config/config.hpp"

namespace parley {

// A sentence for the operator each.
struct findings {
  std::vector<std::string> refusals;  // with these the server does not start, whenever it is tried
  std::vector<std::string> faults;    // it may start, and people will have trouble
  std::vector<std::string> warnings;  // worth knowing
};

// Certificate, folders and the log's file. Quick: for every start.
findings look_at_files(const config& settings, std::chrono::system_clock::time_point now);

// These, the users, the address, and the folder of the page where one is given: for `parley check`.
findings look_at_all(const config& settings, const std::optional<std::string>& www,
                     std::chrono::system_clock::time_point now);

}  // namespace parley
