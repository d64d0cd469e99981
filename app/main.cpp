#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include <sys/stat.h>

#include "app/accounts/user_command.hpp"
#include "app/command_line.hpp"
#include "app/config/loader.hpp"
#include "app/log.hpp"
#include "app/preflight.hpp"
#include "app/process_signals.hpp"
#include "app/server.hpp"

namespace {

using namespace parley;

constexpr int wrong_configuration = 78;  // EX_CONFIG of sysexits.h: trying again will not help

int report(std::size_t mistakes) {
  std::cerr << (mistakes == 1 ? "1 mistake" : std::to_string(mistakes) + " mistakes")
            << " in the configuration\n";
  return wrong_configuration;
}

int report(const std::vector<config_error>& errors) {
  for (const auto& error : errors) std::cerr << to_string(error) << '\n';
  return report(errors.size());
}

int serve(const config& settings, const command_line& asked) {
  const auto found = look_at_files(settings, std::chrono::system_clock::now());
  for (const auto& refusal : found.refusals) std::cerr << "parley: " << refusal << '\n';
  if (!found.refusals.empty()) return report(found.refusals.size());
  if (const auto started = start_log(settings); !started) {
    std::cerr << "parley: " << started.error() << '\n';
    return 1;
  }
  const auto served = run_server(settings, {asked.www});
  if (!served) spdlog::critical("{}", served.error());
  if (!served && settings.log.file != "stderr")  // who starts it by hand looks here
    std::cerr << "parley: " << served.error() << '\n';
  const int status = served ? 0 : 1;
  if (!stop_log()) std::_Exit(status);  // nobody reads the log: what is left of it is lost
  return status;
}

int check(const config& settings, const command_line& asked) {
  findings found;
  if (!asked.config_only)
    found = look_at_all(settings, asked.www_given ? std::optional(asked.www) : std::nullopt,
                        std::chrono::system_clock::now());
  const auto tell = [&](const std::vector<std::string>& all, const char* grave) {
    for (const auto& each : all) std::cerr << asked.config_file << ": " << grave << each << '\n';
  };
  tell(found.refusals, "");
  tell(found.faults, "");
  tell(found.warnings, "warning: ");
  if (const auto mistakes = found.refusals.size() + found.faults.size()) return report(mistakes);
  std::cout << asked.config_file << ": no mistakes\n";
  return 0;
}

int run(const command_line& asked) {
  config settings;
  const bool wanted = asked.config_given || asked.what == command_line::action::check;
  if (wanted || std::filesystem::exists(asked.config_file)) {
    auto loaded = load_config(asked.config_file);
    if (!loaded) return report(loaded.error());
    settings = std::move(*loaded);
  }
  if (asked.port) settings.server.port = *asked.port;
  if (asked.data) settings.data.folder = std::filesystem::absolute(*asked.data);
  switch (asked.what) {
    case command_line::action::serve:
      return serve(settings, asked);
    case command_line::action::check:
      return check(settings, asked);
    case command_line::action::user:
      return run_user_command(settings, asked.user);
  }
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  ::umask(077);    // whatever is made here is the server's alone
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
