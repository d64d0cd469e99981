#include "auth/user_store.hpp"

#include <cassert>
#include <exception>
#include <string_view>
#include <system_error>
#include <utility>

#include "auth/entries_document.hpp"
#include "auth/json_file.hpp"

namespace parley::auth {
namespace {

using reason = bucket_failure::reason;

constexpr document_kind user_document = {"parley-users", "users"};
constexpr int most_attempts = 100;  // at a change that others come before

// An entry as a user; where it is none, the fault is in the reader.
std::optional<user> read_user(entry_reader& entry) {
  const auto written = entry.text("name");
  auto password = entry.text("password");
  const auto created = entry.time("created");
  const bool disabled = entry.flag("disabled");
  entry.refuse_others({"name", "password", "created", "disabled"});
  if (!entry.fault().empty()) return std::nullopt;
  auto name = user_name::parse(written);
  if (!name) {
    entry.refuse("name", "is " + in_quotes(written) + ". " + name.error());
    return std::nullopt;
  }
  if (name->key() != entry.key()) {
    entry.refuse("name", "is " + in_quotes(written) + "; expected the entry's key, in any case");
    return std::nullopt;
  }
  return user{std::move(*name), std::move(password), created, disabled};
}

std::string to_value(const user& written) {
  entry_writer entry;
  entry.text("name", written.name.display())
      .text("password", written.password_hash)
      .number("created", unix_milliseconds(written.created));
  if (written.disabled) entry.flag("disabled");
  return std::move(entry).finish();
}

std::string taken(const user_name& name) {
  return "The name " + name.display() + " is taken.";
}

std::string no_such(const user_name& name) {
  return "There is no user " + name.display() + ".";
}

}  // namespace

class user_store::change {
 public:
  change(user_name of, std::function<void(user&)> how) : name(std::move(of)), edit(std::move(how)) {}

  const user_name name;
  const std::function<void(user&)> edit;  // none: the user is added
  // Guarded by the store's mutex. One of the two is set, except while it is in edits_.
  bucket::ticket staged;
  std::optional<bucket_failure> failed;
};

tl::expected<void, std::string> make_users_file(const std::filesystem::path& folder) {
  const auto path = folder / (std::string(user_document.entries) + ".json");
  std::error_code error;
  if (std::filesystem::exists(path, error) || error) return {};  // what is wrong, open() says
  return replace_file(path, entries_writer(user_document).finish());
}

tl::expected<std::unique_ptr<user_store>, std::string> user_store::open(
    const bucket_folder& folder, const std::function<bool(std::string_view)>& knows_hash) {
  std::deque<user> read;
  const auto value_of = [&](entry_reader& entry) {
    auto found = read_user(entry);
    if (found && knows_hash && !knows_hash(found->password_hash)) {
      entry.refuse("password",
                   "is no hash that this Parley knows; expected $scrypt$..., $pbkdf2-sha256$... or "
                   "$sha256$..., as an earlier version or `parley user` wrote it");
      found.reset();
    }
    return found ? to_value(read.emplace_back(std::move(*found))) : std::string();
  };
  auto records = folder.open_bucket(user_document, value_of);
  if (!records) return tl::unexpected(std::move(records.error()));
  return open(std::move(*records), std::move(read));
}

tl::expected<std::unique_ptr<user_store>, std::string> user_store::open(std::unique_ptr<bucket> records) {
  return open(std::move(records), {});
}

tl::expected<std::unique_ptr<user_store>, std::string> user_store::open(std::unique_ptr<bucket> records,
                                                                        std::deque<user> read) {
  std::unique_ptr<user_store> store(new user_store(std::move(records), std::move(read)));
  store->records_->watch([here = store.get()](const bucket::event& event) { here->learn(event); });
  if (store->fault_) return tl::unexpected(std::move(*store->fault_));
  return store;
}

user_store::user_store(std::unique_ptr<bucket> records, std::deque<user> read)
    : read_(std::move(read)), records_(std::move(records)) {}

void user_store::learn(const bucket::event& event) {
  std::string key(event.key);
  if (!event.value) {
    const std::lock_guard lock(mutex_);
    users_.erase(key);
    return;
  }
  auto found = read_.empty() ? read_value(key, *event.value, read_user)
                             : tl::expected<user, std::string>(take_read(key));
  const std::lock_guard lock(mutex_);
  if (found)
    users_.insert_or_assign(users_.end(), std::move(key), stored_user{std::move(*found), event.number});
  else if (!fault_)
    fault_ = std::move(found.error());
}

user user_store::take_read([[maybe_unused]] const std::string& key) {
  assert(read_.front().name.key() == key);
  auto first = std::move(read_.front());
  read_.pop_front();
  return first;
}

std::optional<user> user_store::find(const user_name& name) const {
  const std::lock_guard lock(mutex_);
  const auto found = users_.find(name.key());
  if (found == users_.end()) return std::nullopt;
  return found->second.value;
}

std::vector<user> user_store::list() const {
  const std::lock_guard lock(mutex_);
  std::vector<user> all;
  all.reserve(users_.size());
  for (const auto& [key, stored] : users_) all.push_back(stored.value);
  return all;
}

std::size_t user_store::size() const {
  const std::lock_guard lock(mutex_);
  return users_.size();
}

tl::expected<user_store::ticket, std::string> user_store::stage_add(const user& added) {
  if (records_->is_read_only()) return tl::unexpected<std::string>("The users are open for reading only.");
  const auto& key = added.name.key();
  auto share = std::make_shared<change>(added.name, nullptr);
  auto value = to_value(added);
  const std::lock_guard lock(mutex_);
  if (users_.contains(key) || !reserved_.insert(key).second) return tl::unexpected(taken(added.name));
  const auto settled = [this, key](const bucket::outcome&) {
    const std::lock_guard relock(mutex_);
    reserved_.erase(key);
  };
  try {
    share->staged = records_->create(key, std::move(value), settled);
  } catch (...) {
    reserved_.erase(key);
    throw;
  }
  return share;
}

tl::expected<user_store::ticket, std::string> user_store::stage_change(const user_name& name,
                                                                       std::function<void(user&)> edit) {
  if (records_->is_read_only()) return tl::unexpected<std::string>("The users are open for reading only.");
  const std::lock_guard lock(mutex_);
  if (!users_.contains(name.key())) return tl::unexpected(no_such(name));
  return edits_.emplace_back(std::make_shared<change>(name, std::move(edit)));
}

tl::expected<void, bucket_failure> user_store::commit(const ticket& share) {
  for (int attempt = 1;; ++attempt) {
    bucket::ticket staged;
    {
      const std::lock_guard lock(mutex_);
      stage_edits();
      if (share->failed) return tl::unexpected(*share->failed);
      staged = share->staged;
    }
    auto result = records_->commit(staged);
    if (result) return {};
    auto& failure = result.error();
    if (share->edit && failure.why == reason::changed && attempt < most_attempts) {
      stage_again(share, staged);
      continue;
    }
    if (failure.why == reason::exists) failure.text = taken(share->name);
    if (failure.why == reason::missing) failure.text = no_such(share->name);
    return tl::unexpected(std::move(failure));
  }
}

// Not before somebody commits: so those that gather meanwhile see each other, and do not refuse each other.
void user_store::stage_edits() {
  std::map<std::string, std::vector<ticket>> by_user;
  for (const auto& each : edits_) by_user[each->name.key()].push_back(each);
  edits_.clear();
  for (const auto& [key, changes] : by_user) stage_edits_of(key, changes);
}

void user_store::stage_edits_of(const std::string& key, const std::vector<ticket>& changes) {
  const auto fail = [&](reason why, const std::string& text) {
    for (const auto& each : changes) each->failed = {why, text};
  };
  const auto stored = users_.find(key);
  if (stored == users_.end()) return fail(reason::missing, no_such(changes.front()->name));
  try {
    auto edited = stored->second.value;
    for (const auto& each : changes) {
      each->edit(edited);
      edited.name = stored->second.value.name;
    }
    const auto staged = records_->replace(key, to_value(edited), stored->second.revision);
    for (const auto& each : changes) each->staged = staged;
  } catch (const std::exception& exception) {
    fail(reason::unavailable, exception.what());
  }
}

// Unless another thread, which commits the same ticket, has done it.
void user_store::stage_again(const ticket& refused, const bucket::ticket& as) {
  const std::lock_guard lock(mutex_);
  if (refused->staged != as) return;
  refused->staged = nullptr;
  edits_.push_back(refused);
}

}  // namespace parley::auth
