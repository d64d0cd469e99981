#pragma once
// The command line: what is asked for, as plain data.

#include <cstdint>
#include <optional>
#include <string>

#include "app/accounts/user_command.hpp"

namespace parley {

struct command_line {
  enum class action { serve, check, user };
  action what = action::serve;
  std::string config_file = "config.yaml";
  bool config_given = false;  // else a missing file means the built-in defaults
  std::optional<std::uint16_t> port;
  std::optional<std::string> data;
  std::string www = "www";
  bool www_given = false;
  bool config_only = false;  // of the action `check`: the file alone
  user_request user;         // of the action `user`
};

// Reads the arguments. An exit status where there is nothing more to do: after --help, --version or a
// mistake, which have been printed.
std::optional<int> parse_command_line(int argc, char** argv, command_line& result);

}  // namespace parley
