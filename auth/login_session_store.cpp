#include "auth/login_session_store.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <functional>
#include <utility>

#include "auth/encoding.hpp"
#include "auth/entries_document.hpp"

namespace parley::auth {
namespace {

constexpr document_kind login_session_document = {"parley-login-sessions", "sessions"};
constexpr std::size_t token_bytes = 32;
constexpr std::size_t text_of_32_bytes = 43;  // of base64url

time_point from_unix(std::int64_t milliseconds) {
  return time_point(std::chrono::milliseconds(milliseconds));
}

bool is_id(std::string_view text) {
  return text.size() == text_of_32_bytes &&
         text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") ==
             std::string_view::npos;
}

}  // namespace

std::string make_token() {
  std::array<std::uint8_t, token_bytes> bytes{};
  fill_random(bytes);
  return base64url(bytes);
}

time_point expiry(const login_session& session, const login_session_limits& limits) {
  return std::min(session.last_seen + limits.idle, session.created + limits.lifetime);
}

login_session_store::record::record(std::string name, user_name owner, std::int64_t begun, std::int64_t seen)
    : id(std::move(name)), user(std::move(owner)), created(begun), last_seen(seen) {}

login_session login_session_store::record::session() const {
  return {id, user, from_unix(created), from_unix(last_seen)};
}

tl::expected<std::unique_ptr<login_session_store>, std::string> login_session_store::open(
    std::filesystem::path sessions_json, login_session_limits limits) {
  assert(limits.per_user > 0);
  std::unique_ptr<login_session_store> store(new login_session_store(std::move(sessions_json), limits));
  if (auto loaded = store->load(); !loaded)
    return tl::unexpected(loaded.error() + " (without this file everybody has to log in again, no more)");
  return store;
}

login_session_store::login_session_store(std::filesystem::path path, login_session_limits limits)
    : path_(std::move(path)), limits_(limits) {}

tl::expected<void, std::string> login_session_store::load() {
  auto file = read_json_file(path_);
  if (!file) return tl::unexpected(std::move(file.error()));
  if (!*file) return {};
  const auto entries = entries_of(**file, login_session_document);
  if (!entries) return tl::unexpected(entries.error());
  for (const auto& [id, value] : (*entries)->items()) {
    entry_reader entry(**file, login_session_document, id, value);
    const auto written = entry.text("user");
    const auto created = unix_milliseconds(entry.time("created"));
    const auto last_seen = unix_milliseconds(entry.time("last_seen"));
    entry.refuse_others({"user", "created", "last_seen"});
    auto name = user_name::parse(written);
    if (!name) entry.refuse("user", "is " + in_quotes(written) + ". " + name.error());
    if (!is_id(id)) entry.refuse_key("is not 43 characters of base64url");
    if (!entry.fault().empty()) return tl::unexpected(entry.fault());
    insert(std::make_shared<record>(id, std::move(*name), created, last_seen));
  }
  return {};
}

login_session_store::opened login_session_store::create(const user_name& user, time_point now) {
  auto token = make_token();
  const auto time = unix_milliseconds(now);
  auto added = std::make_shared<record>(base64url(sha256(token)), user, time, time);
  auto session = added->session();
  std::optional<std::string> displaced;

  const std::lock_guard lock(mutex_);
  const auto& others = of_user_[user.key()];
  if (others.size() >= limits_.per_user) {
    const auto* oldest = *std::ranges::min_element(
        others, {}, [](const record* other) { return other->last_seen.load(std::memory_order_relaxed); });
    displaced = oldest->id;
    remove(living_.find(*displaced));
  }
  insert(std::move(added));
  created_.push_back(session.id);
  changed_ = true;
  return {std::move(token), std::move(session), std::move(displaced), join()};
}

std::optional<login_session> login_session_store::find(std::string_view token, time_point now) {
  if (token.size() != text_of_32_bytes) return std::nullopt;  // nobody makes us hash a long cookie
  const auto id = base64url(sha256(token));
  const std::lock_guard lock(mutex_);
  const auto* found = find_living(id, now);
  if (found == nullptr) return std::nullopt;
  return found->session();
}

bool login_session_store::touch(std::string_view id, time_point now) {
  const std::lock_guard lock(mutex_);
  return find_living(id, now) != nullptr;
}

std::optional<login_session_store::ticket> login_session_store::end(std::string_view id) {
  const std::lock_guard lock(mutex_);
  const auto found = living_.find(id);
  if (found == living_.end()) return std::nullopt;
  remove(found);
  return join();
}

login_session_store::ended login_session_store::end_all_of(const user_name& user,
                                                           std::optional<std::string_view> except) {
  const std::lock_guard lock(mutex_);
  ended result;
  const auto found = of_user_.find(user.key());
  if (found == of_user_.end()) return result;
  for (const auto* each : found->second)
    if (each->id != except) result.ids.push_back(each->id);
  for (const auto& id : result.ids) remove(living_.find(id));
  if (!result.ids.empty()) result.write = join();
  return result;
}

std::vector<login_session> login_session_store::list(const user_name& user, time_point now) const {
  std::vector<login_session> sessions;
  const std::lock_guard lock(mutex_);
  const auto found = of_user_.find(user.key());
  if (found == of_user_.end()) return sessions;
  for (const auto* each : found->second) {
    auto session = each->session();
    if (now < expiry(session, limits_)) sessions.push_back(std::move(session));
  }
  std::ranges::sort(sessions, std::greater(), &login_session::last_seen);
  return sessions;
}

std::size_t login_session_store::size() const {
  const std::lock_guard lock(mutex_);
  return living_.size();
}

std::vector<std::string> login_session_store::sweep(time_point now, std::size_t budget) {
  std::vector<std::string> over;
  const std::lock_guard lock(mutex_);
  auto position = living_.lower_bound(swept_to_);
  for (; budget > 0 && position != living_.end(); --budget) {
    if (now < expiry(position->second->session(), limits_)) {
      ++position;
      continue;
    }
    over.push_back(position->first);
    position = remove(position);
  }
  swept_to_ = position == living_.end() ? std::string() : position->first;
  return over;
}

tl::expected<void, std::string> login_session_store::flush() {
  ticket share;
  {
    const std::lock_guard lock(mutex_);
    if (!changed_) return {};
    share = join();
  }
  return commit(share);
}

login_session_store::record* login_session_store::find_living(std::string_view id, time_point now) {
  const auto found = living_.find(id);
  if (found == living_.end()) return nullptr;
  auto& living = *found->second;
  // What is over stays for sweep(), whose caller closes the sockets of what it finds.
  if (now >= expiry(living.session(), limits_)) return nullptr;
  const auto time = unix_milliseconds(now);
  if (time > living.last_seen.load(std::memory_order_relaxed)) {
    living.last_seen.store(time, std::memory_order_relaxed);
    changed_ = true;
  }
  return &living;
}

void login_session_store::insert(std::shared_ptr<record> added) {
  of_user_[added->user.key()].push_back(added.get());
  const auto& id = added->id;
  living_.emplace(id, std::move(added));
}

login_session_store::record_map::iterator login_session_store::remove(record_map::iterator position) {
  const auto owner = of_user_.find(position->second->user.key());
  std::erase(owner->second, position->second.get());
  if (owner->second.empty()) of_user_.erase(owner);
  changed_ = true;
  return living_.erase(position);
}

void login_session_store::take_staged() noexcept {
  writing_created_.swap(created_);
  snapshot_.reserve(living_.size());
  for (const auto& [id, living] : living_) snapshot_.push_back(living);
  changed_ = false;
}

tl::expected<void, std::string> login_session_store::write() {
  entries_writer document(login_session_document);
  for (const auto& each : snapshot_) {
    const nlohmann::ordered_json entry = {{"user", each->user.display()},
                                          {"created", each->created},
                                          {"last_seen", each->last_seen.load(std::memory_order_relaxed)}};
    document.add(each->id, entry.dump());
  }
  return replace_file(path_, std::move(document).finish());
}

void login_session_store::settle(const tl::expected<void, std::string>& written) noexcept {
  const std::lock_guard lock(mutex_);
  if (!written) {
    for (const auto& id : writing_created_)
      if (const auto found = living_.find(id); found != living_.end()) remove(found);
    changed_ = true;
  }
  writing_created_.clear();
  snapshot_.clear();
}

}  // namespace parley::auth
