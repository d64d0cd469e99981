// Reads config.yaml into a config, or says everything that is wrong with it.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "app/config/config.hpp"

namespace parley {

// One thing that is wrong in a configuration file. Line and column count from 1, columns in bytes; both are 0
// where the file as a whole is meant.
struct config_error {
  std::string file;
  std::size_t line = 0;
  std::size_t column = 0;
  std::string message;

  bool operator==(const config_error&) const = default;
};

// `config.yaml:12:17: limits.message_length is "fifty"; expected a whole number from 1 to 10000`. One line,
// whatever the file holds.
std::string to_string(const config_error& error);

// The configuration in `text`, or everything that is wrong with it, in the order of the file and at most a
// hundred errors. `file_name` is for the errors and gives base_folder.
tl::expected<config, std::vector<config_error>> parse_config(const std::string& text,
                                                             const std::string& file_name);

// The same from a file of at most 1 MiB; one that cannot be read is an error too. Reads until the end of the
// file, so it may wait on a pipe.
tl::expected<config, std::vector<config_error>> load_config(const std::filesystem::path& path);

// Every key the loader knows, as "section.key", in the order of the struct config.
std::vector<std::string> known_config_keys();

}  // namespace parley
