#include "app/accounts/accounts.hpp"

#include <spdlog/spdlog.h>

#include "app/accounts/limited_address.hpp"
#include "auth/password_policy.hpp"

namespace parley {
namespace {

using std::chrono::system_clock;

constexpr std::size_t max_password = 4 * auth::longest_password;  // bytes of as many code points
constexpr std::size_t disk_queue = 10'000;                        // writes that may wait; many share one
const std::string wrong = "The user name or the password is wrong.";

auth::throttle_policy to_policy(const rate& limit) {
  return {limit.count, limit.per};
}

tl::unexpected<account_failure> fail(chat::error_code code, std::string message, std::string field = {}) {
  return tl::unexpected(account_failure{{code, std::move(message)}, std::move(field), {}});
}

tl::unexpected<account_failure> throttled(chat::milliseconds wait) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(wait).count();
  return tl::unexpected(account_failure{
      {chat::error_code::throttled, "Too many attempts. Try again in " + std::to_string(seconds) + " s."},
      {},
      wait});
}

tl::unexpected<account_failure> busy() {
  constexpr auto retry = std::chrono::seconds(5);
  return tl::unexpected(account_failure{
      {chat::error_code::unavailable, "Too many people are logging in just now. Try again in a moment."},
      {},
      retry});
}

tl::unexpected<account_failure> not_stored() {
  return fail(chat::error_code::unavailable, "The server cannot store this now. Try again later.");
}

}  // namespace

accounts::accounts(const config& settings, auth::user_store& users, auth::login_session_store& sessions,
                   login_directory& directory, watched_clock& clock, free_space& space,
                   std::set<std::string> kept)
    : settings_(settings),
      hashing_(to_hash_settings(settings.auth)),
      users_(users),
      sessions_(sessions),
      directory_(directory),
      clock_(clock),
      space_(space),
      kept_(std::move(kept)),
      attempts_by_name_(to_policy(settings.auth.attempts)),
      attempts_by_address_(to_policy(settings.auth.attempts)),
      registrations_(to_policy(settings.auth.registrations)),
      hashing_pool_(settings.auth.hashing_threads,
                    settings.auth.hashing_queue + settings.auth.hashing_threads),
      disk_pool_(1, disk_queue) {}

net::awaitable<tl::expected<opened_login, account_failure>> accounts::sign_up(std::string username,
                                                                              std::string password,
                                                                              asio::ip::address address) {
  if (settings_.auth.registration == registration_mode::closed)
    co_return fail(chat::error_code::forbidden,
                   "Registration is closed here. Ask the operator for an account.");
  if (!space_.is_enough()) co_return not_stored();
  const auto name = auth::user_name::parse(username);
  if (!name) co_return fail(chat::error_code::bad_field, name.error(), "username");
  if (auto reason = auth::refuse_password(password, *name))
    co_return fail(chat::error_code::bad_field, std::move(*reason), "password");
  const auto taken = [&](std::string message) {
    return fail(chat::error_code::name_taken, std::move(message), "username");
  };
  // Counted before the answer, since the answer tells who has an account here.
  const auto now = chat::clock::now();
  const auto counted = limited_address(address).to_string();
  if (const auto wait = registrations_.attempt(counted, now)) co_return throttled(*wait);
  if (users_.find(*name) || kept_.contains(name->key()))
    co_return taken("The name " + name->display() + " is taken.");

  auto work = [password = std::move(password), hashing = hashing_] {
    return auth::hash_password(password, hashing);
  };
  auto hashing = hashing_pool_.run(std::move(work));
  auto hash = co_await std::move(hashing);
  if (!hash) {
    registrations_.take_back(counted, now);
    co_return busy();
  }
  auto staged = users_.stage_add({*name, std::move(*hash), system_clock::now()});
  if (!staged) co_return taken(std::move(staged.error()));
  auto commit = [this, ticket = *staged] { return users_.commit(ticket); };
  auto storing = disk_pool_.run(std::move(commit));
  const auto stored = co_await std::move(storing);
  if (!stored) co_return busy();
  if (!*stored) {
    const auto& failure = stored->error();
    if (failure.why == auth::bucket_failure::reason::exists) co_return taken(failure.text);
    spdlog::error("the user {} could not be stored: {}", name->display(), failure.text);
    co_return not_stored();
  }
  spdlog::info("{} has registered, from {}", name->display(), address.to_string());
  auto opening = open_login(*name);
  auto opened = co_await std::move(opening);
  if (!opened)
    co_return fail(chat::error_code::unavailable,
                   "Your account is made, but the log-in could not be stored. Log in in a moment.");
  co_return std::move(opened);
}

net::awaitable<tl::expected<opened_login, account_failure>> accounts::log_in(std::string username,
                                                                             std::string password,
                                                                             asio::ip::address address) {
  const auto name = auth::user_name::parse(username);
  if (!name) co_return fail(chat::error_code::bad_credentials, wrong);
  if (password.size() > max_password) co_return fail(chat::error_code::bad_credentials, wrong);

  // Each try counts as a failure until it has succeeded, so that many at the same time cannot all pass.
  const auto now = chat::clock::now();
  const auto counted = limited_address(address).to_string();
  if (const auto wait = attempts_by_address_.attempt(counted, now)) co_return throttled(*wait);
  if (const auto wait = attempts_by_name_.attempt(name->key(), now)) {
    attempts_by_address_.take_back(counted, now);
    co_return throttled(*wait);
  }
  const auto user = users_.find(*name);
  auto verify = [user, password, hashing = hashing_] {
    if (user) return auth::verify_password(password, user->password_hash, hashing);
    auth::verify_nothing(password, hashing);
    return auth::verification{};
  };
  auto verifying = hashing_pool_.run(std::move(verify));
  const auto verified = co_await std::move(verifying);
  if (!verified) {
    attempts_by_address_.take_back(counted, now);
    attempts_by_name_.take_back(name->key(), now);
    co_return busy();
  }
  if (!verified->matches) co_return fail(chat::error_code::bad_credentials, wrong);
  attempts_by_address_.take_back(counted, now);
  attempts_by_name_.record_success(name->key());
  if (user->disabled) co_return fail(chat::error_code::forbidden, "This account is disabled.");
  if (verified->outdated) {
    auto strengthening = strengthen(user->name, user->password_hash, std::move(password));
    co_await std::move(strengthening);
  }
  auto opening = open_login(user->name);
  co_return co_await std::move(opening);
}

// Replaces a hash that was made with other settings. Not worth failing a login for.
net::awaitable<void> accounts::strengthen(auth::user_name name, std::string old_hash, std::string password) {
  auto work = [password = std::move(password), hashing = hashing_] {
    return auth::hash_password(password, hashing);
  };
  auto hashing = hashing_pool_.run(std::move(work));
  auto hash = co_await std::move(hashing);
  if (!hash) co_return;
  const auto staged = users_.stage_change(name, [old_hash, hash = std::move(*hash)](auth::user& user) {
    if (user.password_hash == old_hash) user.password_hash = hash;  // else it was changed meanwhile
  });
  if (!staged) co_return;
  auto commit = [this, ticket = *staged] { return users_.commit(ticket); };
  auto storing = disk_pool_.run(std::move(commit));
  const auto stored = co_await std::move(storing);
  if (stored && !*stored)
    spdlog::error("the new hash of {} could not be stored: {}", name.display(), stored->error().text);
}

net::awaitable<tl::expected<opened_login, account_failure>> accounts::open_login(auth::user_name name) {
  auto opened = sessions_.create(name, this_moment().at);
  if (opened.displaced) directory_.close(*opened.displaced, chat::close_code::revoked);
  auto commit = [this, ticket = opened.write] { return sessions_.commit(ticket); };
  auto storing = disk_pool_.run(std::move(commit));
  const auto stored = co_await std::move(storing);
  if (!stored || !*stored) {
    if (stored) spdlog::error("the log-in of {} could not be stored: {}", name.display(), stored->error());
    sessions_.end(opened.session.id);
    co_return not_stored();
  }
  co_return describe(opened.session, std::move(opened.token));
}

std::optional<auth::user_name> accounts::name_of(std::string_view text) const {
  const auto name = auth::user_name::parse(text);
  if (!name) return std::nullopt;
  const auto user = users_.find(*name);
  return user ? std::optional(user->name) : std::nullopt;
}

std::optional<opened_login> accounts::find(std::string_view token) {
  const auto session = sessions_.find(token, this_moment());
  if (!session) return std::nullopt;
  const auto user = users_.find(session->user);
  if (!user || user->disabled) return std::nullopt;
  return describe(*session, {});
}

bool accounts::is_alive(const std::string& login_id) {
  return sessions_.touch(login_id, this_moment());
}

// Log-ins are not ended by a clock that has jumped, nor dated by it.
auth::moment accounts::this_moment() const {
  const auto seen = clock_.look();
  return {auth::time_point(chat::milliseconds(seen.now)), seen.agrees};
}

opened_login accounts::describe(const auth::login_session& session, std::string token) const {
  const auto when = this_moment();
  const auto age = when.certain ? when.at - session.created : system_clock::duration::zero();
  const auto left = settings_.auth.session_lifetime - age;
  return {std::move(token), session.id, session.user.display(), session.user.key(),
          chat::clock::now() + std::chrono::duration_cast<chat::clock::duration>(left)};
}

net::awaitable<void> accounts::log_out(std::string login_id, chat::close_code code) {
  const auto staged = sessions_.end(login_id);
  directory_.close(login_id, code);  // in this order: see is_alive()
  if (!staged) co_return;
  auto commit = [this, ticket = *staged] { return sessions_.commit(ticket); };
  auto storing = disk_pool_.run(std::move(commit));
  const auto stored = co_await std::move(storing);
  if (stored && !*stored) spdlog::error("the end of a log-in could not be stored: {}", stored->error());
}

void accounts::sweep() {
  const auto when = this_moment();
  for (const auto& id : directory_.connected()) sessions_.touch(id, when);
  for (const auto& id : sessions_.sweep(when)) directory_.close(id, chat::close_code::revoked);
  directory_.sweep(chat::clock::now());
  if (const auto written = sessions_.flush(); !written)
    spdlog::error("log-ins could not be stored: {}", written.error());
}

void accounts::stop() {
  hashing_pool_.stop();
  disk_pool_.finish();
  if (const auto written = sessions_.flush(); !written)
    spdlog::error("log-ins could not be stored: {}", written.error());
}

}  // namespace parley
