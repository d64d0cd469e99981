#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "app/accounts/user_command.hpp"
#include "app/command_line.hpp"
#include "app/config/loader.hpp"
#include "app/log.hpp"
#include "app/process_signals.hpp"
#include "app/server.hpp"

namespace {

using namespace parley;

int report(const std::vector<config_error>& errors) {
  for (const auto& error : errors) std::cerr << to_string(error) << '\n';
  std::cerr << (errors.size() == 1 ? "1 mistake" : std::to_string(errors.size()) + " mistakes")
            << " in the configuration\n";
  return 1;
}

int serve(const config& settings, const command_line& asked) {
  if (const auto started = start_log(settings); !started) {
    std::cerr << "parley: " << started.error() << '\n';
    return 1;
  }
  const auto served = run_server(settings, {asked.www});
  if (!served) spdlog::critical("{}", served.error());
  const int status = served ? 0 : 1;
  if (!stop_log()) std::_Exit(status);  // nobody reads the log: what is left of it is lost
  return status;
}

int run(const command_line& asked) {
  config settings;
  const bool wanted = asked.config_given || asked.what == command_line::action::check;
  if (wanted || std::filesystem::exists(asked.config_file)) {
    auto loaded = load_config(asked.config_file);
    if (!loaded) return report(loaded.error());
    settings = std::move(*loaded);
  }
  if (asked.what == command_line::action::check) {
    std::cout << asked.config_file << ": no mistakes\n";
    return 0;
  }
  if (asked.port) settings.server.port = *asked.port;
  if (asked.data) settings.data.folder = std::filesystem::absolute(*asked.data);
  if (asked.what == command_line::action::serve) return serve(settings, asked);
  return run_user_command(settings, asked.user);
}

}  // namespace

int main(int argc, char** argv) {
  hold_signals();  // first: who stops the server while it starts stops it well
  command_line asked;
  if (const auto status = parse_command_line(argc, argv, asked)) return *status;
  if (asked.what != command_line::action::serve) release_signals();
  try {
    return run(asked);
  } catch (const std::exception& error) {
    std::cerr << "parley: " << error.what() << '\n';
    return 1;
  }
}
