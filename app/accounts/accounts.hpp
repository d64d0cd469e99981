#pragma once
// Registering, logging in and logging out: what the page's API and the socket's `login` and `resume` frames
// have in common. Brings the policies and stores of auth/ together with the pools in which hashing and disk
// writes run.

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "app/accounts/free_space.hpp"
#include "app/accounts/login_directory.hpp"
#include "app/accounts/watched_clock.hpp"
#include "app/accounts/worker_pool.hpp"
#include "app/config/config.hpp"
#include "auth/login_session_store.hpp"
#include "auth/password_hash.hpp"
#include "auth/throttle.hpp"
#include "auth/user_store.hpp"
#include "chat/validation.hpp"
#include "net/asio.hpp"

namespace parley {

// Why an account could not be made or entered.
struct account_failure {
  chat::refusal why;
  std::string field;  // "username" or "password" where one field is to blame
  std::optional<chat::milliseconds> retry_after;
};

// A login session, newly opened or found by its token.
struct opened_login {
  std::string token;  // only where it was opened now
  std::string id;
  std::string user, user_key;
  chat::time_point expires;
};

// One for all shards: every function may be called from any of them, and comes back to the caller's.
class accounts {
 public:
  // `kept`: keys of names that are not for strangers, see kept_names().
  accounts(const config& settings, auth::user_store& users, auth::login_session_store& sessions,
           login_directory& directory, watched_clock& clock, free_space& space, std::set<std::string> kept);

  // `address` is the client's.
  net::awaitable<tl::expected<opened_login, account_failure>> sign_up(std::string username,
                                                                      std::string password,
                                                                      asio::ip::address address);
  net::awaitable<tl::expected<opened_login, account_failure>> log_in(std::string username,
                                                                     std::string password,
                                                                     asio::ip::address address);

  // Somebody who is registered, by the name in whatever case.
  std::optional<auth::user_name> name_of(std::string_view text) const;

  // The living login session that the token names.
  std::optional<opened_login> find(std::string_view token);

  // Whether a login session still lives. To be asked once a socket has been attached to it: an end before
  // that did not see the socket, and an end after it closes it.
  bool is_alive(const std::string& login_id);

  // Ends a login session for good and closes all of its sockets with `code`.
  net::awaitable<void> log_out(std::string login_id, chat::close_code code);

  // To be called now and then: login sessions with a socket here are in use, others run out. Blocks on the
  // disk.
  void sweep();

  // Ends the pools; what was to be written is written first.
  void stop();

 private:
  net::awaitable<tl::expected<opened_login, account_failure>> open_login(auth::user_name name);
  net::awaitable<void> strengthen(auth::user_name name, std::string old_hash, std::string password);
  auth::moment this_moment() const;
  opened_login describe(const auth::login_session& session, std::string token) const;

  const config& settings_;
  const auth::hash_settings hashing_;
  auth::user_store& users_;
  auth::login_session_store& sessions_;
  login_directory& directory_;
  watched_clock& clock_;
  free_space& space_;
  const std::set<std::string> kept_;
  auth::throttle attempts_by_name_, attempts_by_address_, registrations_;
  worker_pool hashing_pool_, disk_pool_;
};

}  // namespace parley
