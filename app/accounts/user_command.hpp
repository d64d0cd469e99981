#pragma once
// `parley user ...`: looking after the users while the server is stopped.

#include <string>

#include "app/config/config.hpp"

namespace parley {

struct user_request {
  enum class action { add, import, list, password, disable, enable };
  action what = action::list;
  std::string subject = {};  // the user's name, or the file to import
};

// Does what was asked for and gives the exit status. Says on stderr what went wrong.
int run_user_command(const config& settings, const user_request& asked);

}  // namespace parley
