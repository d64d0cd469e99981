#include "app/accounts/user_command.hpp"

#include <cstdio>
#include <filesystem>
#include <iostream>
#include <string>
#include <system_error>

#include <termios.h>
#include <unistd.h>

#include "app/accounts/kept_names.hpp"
#include "app/config/printable.hpp"
#include "auth/legacy_import.hpp"
#include "auth/login_session_store.hpp"
#include "auth/normal_form.hpp"
#include "auth/password_hash.hpp"
#include "auth/password_policy.hpp"
#include "auth/user_store.hpp"

namespace parley {
namespace {

using std::chrono::system_clock;

int fail(const std::string& message) {
  std::cerr << "parley: " << message << '\n';
  return 1;
}

// Switches the terminal's echo off for as long as it lives.
class silent_terminal {
 public:
  silent_terminal() {
    if (tcgetattr(STDIN_FILENO, &before_) != 0) return;
    auto silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    changed_ = tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) == 0;
  }
  ~silent_terminal() {
    if (changed_) tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }
  silent_terminal(const silent_terminal&) = delete;
  silent_terminal& operator=(const silent_terminal&) = delete;

 private:
  termios before_{};
  bool changed_ = false;
};

// One line from stdin, as a page would send it; from a terminal after a prompt, unseen.
std::string ask_password(const char* prompt) {
  std::string password;
  if (isatty(STDIN_FILENO)) {
    const silent_terminal silent;
    std::cerr << prompt << std::flush;
    std::getline(std::cin, password);
    std::cerr << '\n';
  } else {
    std::getline(std::cin, password);
  }
  if (password.ends_with('\r')) password.pop_back();  // the end of a line elsewhere
  return auth::to_nfc(password);                      // as pages send it
}

tl::expected<std::string, std::string> ask_new_password(const auth::user_name& name, const config& settings) {
  const auto password = ask_password("Password: ");
  if (auto reason = auth::refuse_password(password, name)) return tl::unexpected(*reason);
  if (isatty(STDIN_FILENO) && ask_password("Once more: ") != password)
    return tl::unexpected(std::string("the two passwords differ"));
  return auth::hash_password(password, to_hash_settings(settings.auth));
}

int add(const config& settings, auth::user_store& users, const auth::user_name& name) {
  const auto hash = ask_new_password(name, settings);
  if (!hash) return fail(hash.error());
  const auto staged = users.stage_add({name, *hash, system_clock::now()});
  if (!staged) return fail(staged.error());
  if (const auto stored = users.commit(*staged); !stored) return fail(stored.error().text);
  std::cout << "added " << name.display() << " to " << settings.resolve(settings.data.folder).string()
            << '\n';
  return 0;
}

// Ends all login sessions of a user whose password changed or who may not come in any more.
int end_logins(const config& settings, const auth::bucket_folder& buckets, const auth::user_name& name) {
  const auto sessions =
      auth::login_session_store::open(buckets, {settings.auth.session_idle, settings.auth.session_lifetime});
  if (!sessions) return fail(sessions.error());
  const auto ended = (*sessions)->end_all_of(name);
  if (!ended.write) return 0;
  if (const auto stored = (*sessions)->commit(*ended.write); !stored) return fail(stored.error());
  std::cout << "ended " << ended.ids.size() << " login sessions of " << name.display() << '\n';
  return 0;
}

int change(const config& settings, const auth::bucket_folder& buckets, auth::user_store& users,
           const auth::user_name& name, std::function<void(auth::user&)> edit, const char* done) {
  const auto staged = users.stage_change(name, std::move(edit));
  if (!staged) return fail(staged.error());
  if (const auto stored = users.commit(*staged); !stored) return fail(stored.error().text);
  std::cout << done << ' ' << name.display() << '\n';
  return end_logins(settings, buckets, name);
}

int import(auth::user_store& users, const std::string& file) {
  const auto legacy = auth::read_legacy_users(file, system_clock::now());
  if (!legacy) {
    for (const auto& error : legacy.error()) fail(error);
    return 1;
  }
  std::optional<auth::user_store::ticket> last;
  bool taken = false;
  for (const auto& user : *legacy) {
    const auto staged = users.stage_add(user);
    if (!staged) {
      fail(in_quotes(user.name.display()) + ": " + staged.error());
      taken = true;
    } else {
      last = *staged;
    }
  }
  if (taken) return fail("nothing was imported");
  if (last)
    if (const auto stored = users.commit(*last); !stored) return fail(stored.error().text);
  std::cout << "imported " << legacy->size() << " users\n";
  return 0;
}

int list(const auth::user_store& users) {
  for (const auto& user : users.list()) {
    const std::time_t created = system_clock::to_time_t(user.created);
    char day[16] = {};
    std::strftime(day, sizeof day, "%Y-%m-%d", std::gmtime(&created));
    std::cout << user.name.display() << "  since " << day << (user.disabled ? "  disabled" : "") << '\n';
  }
  return 0;
}

}  // namespace

int run_user_command(const config& settings, const user_request& asked) {
  using action = user_request::action;
  using access = auth::bucket_folder::access;
  const auto file = settings.resolve(settings.data.folder) / "users.json";
  const bool makes_users = asked.what == action::add || asked.what == action::import;
  std::error_code error;
  if (!makes_users && !std::filesystem::exists(file, error))
    return fail("there are no users in " + file.string() +
                "; expected the folder of a server that has run, by data.folder or --data");
  if (const auto lost = refuse_lost_users(settings.resolve(settings.data.folder))) return fail(*lost);
  const auto buckets =
      auth::bucket_folder::open(settings.resolve(settings.data.folder),
                                asked.what == action::list ? access::read_only : access::read_write);
  if (!buckets) return fail(buckets.error());
  const auto users = auth::user_store::open(*buckets, auth::is_password_hash);
  if (!users) return fail(users.error());
  if (asked.what == action::list) return list(**users);
  if (asked.what == action::import) return import(**users, asked.subject);

  const auto name = auth::user_name::parse(asked.subject);
  if (!name) return fail(in_quotes(asked.subject) + ": " + name.error());
  if (asked.what == action::add) return add(settings, **users, *name);
  if (!(*users)->find(*name)) return fail("there is no user " + name->display());
  if (asked.what == action::password) {
    const auto hash = ask_new_password(*name, settings);
    if (!hash) return fail(hash.error());
    return change(
        settings, *buckets, **users, *name, [&](auth::user& user) { user.password_hash = *hash; },
        "new password for");
  }
  const bool disabled = asked.what == action::disable;
  return change(
      settings, *buckets, **users, *name, [=](auth::user& user) { user.disabled = disabled; },
      disabled ? "disabled" : "enabled");
}

}  // namespace parley
