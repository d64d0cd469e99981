#include "app/command_line.hpp"

#include <charconv>
#include <cstdint>

#include <CLI/CLI.hpp>

#include "app/config/nearest_word.hpp"

namespace parley {
namespace {

constexpr auto* footer = R"(
Examples:
  parley                              serve as config.yaml here says
  parley serve --port 8443            the same on another port
  parley check /etc/parley.yaml       look for mistakes, change nothing
  parley user add ada                 ask for a password and add a user
  parley user import old-users.json   take over {"name": "SHA-256 hex", ...}

The server prints one line to stdout when it is ready, "listening on https://HOST:PORT", and logs to stderr
or log.file. SIGTERM or SIGINT end it in good order, SIGHUP has it open its log and certificate again.
Exit status: 0 well, 1 it could not, 2 it was asked the wrong way, 78 the configuration is wrong.)";

// CLI11 takes an empty text for 0.
std::string refuse_port(const std::string& text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  const bool is_port = error == std::errc() && end == text.data() + text.size();
  return is_port ? "" : '"' + text + "\" is no port; expected a whole number from 0 to 65535";
}

// Only a shell knows what ~ means, and it looks for it at the start of a word: not in --data=~/chat.
std::string refuse_home_sign(const std::string& path) {
  if (!path.starts_with('~')) return "";
  return '"' + path + "\" begins with ~, which only a shell knows; write the path out";
}

std::vector<std::string> known_words(const CLI::App& app) {
  std::vector<std::string> words;
  for (const auto* option : app.get_options())
    for (const auto& name : option->get_lnames()) words.push_back("--" + name);
  for (const auto* command : app.get_subcommands([](const CLI::App*) { return true; }))
    words.push_back(command->get_name());
  return words;
}

// A word that is not known comes with the one that was most likely meant.
std::string explain(const CLI::App* app, const CLI::Error& error) {
  auto known = known_words(*app);
  for (const auto* asked : app->get_subcommands())
    for (auto& word : known_words(*asked)) known.push_back(std::move(word));
  for (const auto& word : app->remaining(true)) {
    const auto typed = word.substr(0, word.find('='));
    const auto meant = nearest_word(typed, known);
    if (meant && *meant != typed)  // else it is known, and one too many
      return '"' + typed + "\" is not known; did you mean " + *meant +
             "?\nRun with --help for more information.\n";
  }
  return CLI::FailureMessage::simple(app, error);
}

void add_users(CLI::App& app, command_line& result) {
  using action = user_request::action;
  auto* user = app.add_subcommand("user", "Look after the users; the server has to be stopped for changes");
  user->require_subcommand(1);
  const auto add = [&](const char* name, const char* help, action what, const char* subject) {
    auto* command = user->add_subcommand(name, help);
    if (subject) command->add_option(subject, result.user.subject)->required();
    command->callback([&result, what] {
      result.what = command_line::action::user;
      result.user.what = what;
    });
    command->fallthrough();
  };
  add("add", "Add a user; the password is asked for, or read from stdin", action::add, "NAME");
  add("import", "Add the users of a JSON object of names and plain SHA-256 hashes (hex)", action::import,
      "FILE");
  add("list", "List the users", action::list, nullptr);
  add("passwd", "Give a user a new password and end the user's login sessions", action::password, "NAME");
  add("disable", "Keep a user from logging in, and end the user's login sessions", action::disable, "NAME");
  add("enable", "Let a disabled user log in again", action::enable, "NAME");
  user->fallthrough();
}

}  // namespace

std::optional<int> parse_command_line(int argc, char** argv, command_line& result) {
  CLI::App app("Parley: a self-hosted chat for browsers, over TLS only.", "parley");
  app.set_version_flag("--version", "parley " PARLEY_VERSION);
  app.footer(footer);
  app.failure_message(explain);
  app.require_subcommand(0, 1);
  auto* config =
      app.add_option("-c,--config", result.config_file,
                     "The configuration; without this, config.yaml where there is one, else the defaults")
          ->check(refuse_home_sign);
  app.add_option("-d,--data", result.data,
                 "The folder of users, login sessions and certificate, over data.folder")
      ->check(refuse_home_sign);
  app.add_option("-p,--port", result.port,
                 "The port to listen on, over server.port; 0 lets the kernel pick one")
      ->check(refuse_port);
  auto* www = app.add_option("-w,--www", result.www, "The folder of the page")
                  ->capture_default_str()
                  ->check(refuse_home_sign);

  app.add_subcommand("serve", "Run the server (what happens without a command)")->fallthrough();
  auto* check = app.add_subcommand(
      "check", "Check a configuration, and what it names, and say everything that is wrong with it");
  check->fallthrough();
  auto* checked = check->add_option("FILE", result.config_file, "The configuration [config.yaml]");
  check->add_flag("--config-only", result.config_only,
                  "Look at the file alone, not at the certificate, the folders and the users that it names");
  check->callback([&result] { result.what = command_line::action::check; });
  add_users(app, result);

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    constexpr int wrong_usage = 2;
    return app.exit(error) == 0 ? 0 : wrong_usage;
  }
  result.www_given = www->count() != 0;
  result.config_given = config->count() != 0 || checked->count() != 0;
  return std::nullopt;
}

}  // namespace parley
