#pragma once
// `parley user ...`: looking after the users while the server is stopped.

#include "app/command_line.hpp"
#include "app/config.hpp"

namespace parley {

// Does what the command line says and gives the exit status. Says on stderr what went wrong.
int run_user_command(const config& settings, const command_line& asked);

}  // namespace parley
