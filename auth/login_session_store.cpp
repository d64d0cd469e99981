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
constexpr int most_at_a_turn =
    1000;  // sessions whose last use is staged while others wait: a millisecond or so
constexpr std::size_t text_of_32_bytes = 43;  // of base64url

bool is_id(std::string_view text) {
  return text.size() == text_of_32_bytes &&
         text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") ==
             std::string_view::npos;
}

// An entry as a login session; where it is none, the fault is in the reader.
std::optional<login_session> read_login_session(entry_reader& entry) {
  const auto written = entry.text("user");
  const auto created = entry.time("created");
  const auto last_seen = entry.time("last_seen");
  entry.refuse_others({"user", "created", "last_seen"});
  auto name = user_name::parse(written);
  if (!name) entry.refuse("user", "is " + in_quotes(written) + ". " + name.error());
  if (!is_id(entry.key())) entry.refuse_key("is not 43 characters of base64url");
  if (!entry.fault().empty()) return std::nullopt;
  return login_session{entry.key(), std::move(*name), created, last_seen};
}

std::string to_value(const login_session& session) {
  entry_writer entry;
  entry.text("user", session.user.display())
      .number("created", unix_milliseconds(session.created))
      .number("last_seen", unix_milliseconds(session.last_seen));
  return std::move(entry).finish();
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

tl::expected<std::unique_ptr<login_session_store>, std::string> login_session_store::open(
    const bucket_folder& folder, login_session_limits limits) {
  const auto value_of = [](entry_reader& entry) {
    const auto found = read_login_session(entry);
    return found ? to_value(*found) : std::string();
  };
  auto records = folder.open_bucket(login_session_document, value_of);
  if (!records)
    return tl::unexpected(records.error() + " (without this file everybody has to log in again, no more)");
  return open(std::move(*records), limits);
}

tl::expected<std::unique_ptr<login_session_store>, std::string> login_session_store::open(
    std::unique_ptr<bucket> records, login_session_limits limits) {
  assert(limits.per_user > 0);
  std::unique_ptr<login_session_store> store(new login_session_store(std::move(records), limits));
  store->records_->watch([here = store.get()](const bucket::event& event) { here->learn(event); });
  if (store->fault_) return tl::unexpected(std::move(*store->fault_));
  return store;
}

login_session_store::login_session_store(std::unique_ptr<bucket> records, login_session_limits limits)
    : limits_(limits), records_(std::move(records)) {}

void login_session_store::learn(const bucket::event& event) {
  const std::string id(event.key);
  if (!event.value) {
    const std::lock_guard lock(mutex_);
    if (const auto known = living_.find(id); known != living_.end()) erase(known);
    return;
  }
  auto read = read_value(id, *event.value, read_login_session);
  const std::lock_guard lock(mutex_);
  const auto known = living_.find(id);
  if (!read) {
    if (!fault_) fault_ = std::move(read.error());
  } else if (known != living_.end()) {
    auto& session = *known->second;
    session.revision = event.number;
    session.recorded = read->last_seen;
    session.known.last_seen = std::max(session.known.last_seen, read->last_seen);
  } else if (!ending_.contains(id)) {  // else it was created here and has ended since
    insert(std::make_shared<living_session>(std::move(*read), event.number));
  }
}

login_session_store::opened login_session_store::create(const user_name& user, time_point now) {
  auto token = make_token();
  const auto time = std::chrono::floor<std::chrono::milliseconds>(now);
  const login_session session = {base64url(sha256(token)), user, time, time};
  auto added = std::make_shared<living_session>(session, 0);
  std::optional<std::string> displaced;

  const std::lock_guard lock(mutex_);
  const auto& others = of_user_[user.key()];
  if (others.size() >= limits_.per_user) {
    const auto* oldest = *std::ranges::min_element(
        others, {}, [](const living_session* other) { return other->known.last_seen; });
    displaced = oldest->known.id;
    erase(living_.find(*displaced));
    stage_end(*displaced);
  }
  insert(std::move(added));
  const auto settled = [this, id = session.id](const bucket::outcome& result) { created(id, result); };
  ticket write = {stage({session.id, to_value(session), 0, settled})};
  return {std::move(token), session, std::move(displaced), std::move(write)};
}

std::optional<login_session> login_session_store::find(std::string_view token, moment now) {
  if (token.size() != text_of_32_bytes) return std::nullopt;  // nobody makes us hash a long cookie
  const auto id = base64url(sha256(token));
  const std::lock_guard lock(mutex_);
  const auto* found = find_living(id, now);
  if (found == nullptr) return std::nullopt;
  return found->known;
}

bool login_session_store::touch(std::string_view id, moment now) {
  const std::lock_guard lock(mutex_);
  return find_living(id, now) != nullptr;
}

std::optional<login_session_store::ticket> login_session_store::end(std::string_view id) {
  const std::lock_guard lock(mutex_);
  const auto found = living_.find(id);
  if (found == living_.end()) return std::nullopt;
  const auto ending = found->first;
  erase(found);
  return ticket{stage_end(ending)};
}

login_session_store::ended login_session_store::end_all_of(const user_name& user,
                                                           std::optional<std::string_view> except) {
  const std::lock_guard lock(mutex_);
  ended result;
  const auto found = of_user_.find(user.key());
  if (found == of_user_.end()) return result;
  for (const auto* each : found->second)
    if (each->known.id != except) result.ids.push_back(each->known.id);
  if (result.ids.empty()) return result;
  result.write.emplace();
  for (const auto& id : result.ids) {
    erase(living_.find(id));
    result.write->push_back(stage_end(id));
  }
  return result;
}

std::vector<login_session> login_session_store::list(const user_name& user, moment now) const {
  std::vector<login_session> sessions;
  const std::lock_guard lock(mutex_);
  const auto found = of_user_.find(user.key());
  if (found == of_user_.end()) return sessions;
  for (const auto* each : found->second)
    if (!is_over(each->known, now)) sessions.push_back(each->known);
  std::ranges::sort(sessions, std::greater(), &login_session::last_seen);
  return sessions;
}

std::size_t login_session_store::size() const {
  const std::lock_guard lock(mutex_);
  return living_.size();
}

std::vector<std::string> login_session_store::sweep(moment now, std::size_t budget) {
  std::vector<std::string> over;
  const std::lock_guard lock(mutex_);
  auto position = living_.lower_bound(swept_to_);
  for (; budget > 0 && position != living_.end(); --budget) {
    if (!is_over(position->second->known, now)) {
      ++position;
      continue;
    }
    over.push_back(position->first);
    ending_.insert(position->first);
    unwritten_ends_.push_back(position->first);
    position = erase(position);
  }
  swept_to_ = position == living_.end() ? std::string() : position->first;
  return over;
}

tl::expected<void, std::string> login_session_store::commit(const ticket& share) {
  stage_what_waits();
  tl::expected<void, std::string> result;
  for (const auto& staged : share) {
    auto settled = records_->commit(staged);
    // What is missing has ended already, as it should.
    if (!settled && settled.error().why != bucket_failure::reason::missing && result)
      result = tl::unexpected(std::move(settled.error().text));
  }
  return result;
}

tl::expected<void, std::string> login_session_store::flush() {
  constexpr int rounds = 2;  // the second for what had to wait for what was being written already
  for (int round = 0; round < rounds; ++round) {
    stage_what_waits();
    bucket::ticket last;
    {
      const std::lock_guard lock(mutex_);
      last = last_staged_;
    }
    if (!last) return {};
    auto settled = records_->commit(last);
    if (!settled && settled.error().why == bucket_failure::reason::unavailable)
      return tl::unexpected(std::move(settled.error().text));
  }
  return {};
}

bool login_session_store::is_over(const login_session& session, moment now) const {
  return now.certain && now.at >= expiry(session, limits_);
}

login_session_store::living_session* login_session_store::find_living(std::string_view id, moment now) {
  const auto found = living_.find(id);
  if (found == living_.end()) return nullptr;
  auto& living = *found->second;
  // What is over stays for sweep(), whose caller closes the sockets of what it finds.
  if (is_over(living.known, now)) return nullptr;
  const auto time = std::chrono::floor<std::chrono::milliseconds>(now.at);
  if (time > living.known.last_seen) {
    living.known.last_seen = time;
    note_seen(found->second);
  }
  return &living;
}

void login_session_store::insert(std::shared_ptr<living_session> added) {
  of_user_[added->known.user.key()].push_back(added.get());
  const auto& id = added->known.id;
  living_.emplace(id, std::move(added));
}

login_session_store::session_map::iterator login_session_store::erase(session_map::iterator position) {
  const auto owner = of_user_.find(position->second->known.user.key());
  std::erase(owner->second, position->second.get());
  if (owner->second.empty()) of_user_.erase(owner);
  return living_.erase(position);
}

bool login_session_store::is_living(const living_session& session) const {
  const auto found = living_.find(session.known.id);
  return found != living_.end() && found->second.get() == &session;
}

void login_session_store::note_seen(const std::shared_ptr<living_session>& session) {
  if (!std::exchange(session->is_waiting, true)) seen_.push_back(session);
}

bucket::ticket login_session_store::stage(bucket::change wanted) {
  last_staged_ = records_->stage(std::move(wanted));
  ++unsettled_;
  return last_staged_;
}

bucket::ticket login_session_store::stage_end(const std::string& id) {
  ending_.insert(id);
  const auto settled = [this, id](const bucket::outcome& result) { ended_for_good(id, result); };
  return stage({id, std::nullopt, std::nullopt, settled});
}

void login_session_store::stage_last_seen(const std::shared_ptr<living_session>& session) {
  const auto settled = [this, session](const bucket::outcome& result) { recorded(session, result); };
  session->is_staged = true;
  stage({session->known.id, to_value(session->known), session->revision, settled});
}

void login_session_store::one_is_settled() {
  if (--unsettled_ == 0) last_staged_ = nullptr;
}

void login_session_store::created(const std::string& id, const bucket::outcome& result) {
  const std::lock_guard lock(mutex_);
  one_is_settled();
  if (result) return;
  if (const auto found = living_.find(id); found != living_.end()) erase(found);
}

void login_session_store::ended_for_good(const std::string& id, const bucket::outcome& result) {
  const std::lock_guard lock(mutex_);
  one_is_settled();
  if (result || result.error().why != bucket_failure::reason::unavailable)
    ending_.erase(id);
  else
    unwritten_ends_.push_back(id);
}

void login_session_store::recorded(const std::shared_ptr<living_session>& session,
                                   const bucket::outcome& result) {
  const std::lock_guard lock(mutex_);
  one_is_settled();
  session->is_staged = false;
  if (!result && result.error().why != bucket_failure::reason::missing) note_seen(session);
}

// By turns, since those who look a session up wait meanwhile.
void login_session_store::stage_what_waits() {
  std::vector<std::shared_ptr<living_session>> seen;
  {
    const std::lock_guard lock(mutex_);
    const auto ends = std::exchange(unwritten_ends_, {});
    for (const auto& id : ends) stage_end(id);
    seen.swap(seen_);
  }
  for (auto next = seen.begin(); next != seen.end();) {
    const std::lock_guard lock(mutex_);
    for (auto turn = 0; turn < most_at_a_turn && next != seen.end(); ++turn, ++next) {
      auto& session = **next;
      session.is_waiting = false;
      if (!is_living(session) || session.known.last_seen <= session.recorded) continue;
      if (session.revision == 0 || session.is_staged)
        note_seen(*next);  // its record is being written this moment: for the next time
      else
        stage_last_seen(*next);
    }
  }
}

}  // namespace parley::auth
