#include "auth/user_store.hpp"

#include <string_view>

#include "auth/entries_document.hpp"

namespace parley::auth {
namespace {

constexpr document_kind user_document = {"parley-users", "users"};

// An entry as a user; where it is none, the fault is in the reader.
std::optional<user> read_user(entry_reader& entry, const std::string& key) {
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
  if (name->key() != key) {
    entry.refuse("name", "is " + in_quotes(written) + "; expected the entry's key, in any case");
    return std::nullopt;
  }
  return user{std::move(*name), std::move(password), created, disabled};
}

nlohmann::ordered_json to_entry(const user& written) {
  nlohmann::ordered_json entry = {{"name", written.name.display()},
                                  {"password", written.password_hash},
                                  {"created", unix_milliseconds(written.created)}};
  if (written.disabled) entry["disabled"] = true;
  return entry;
}

}  // namespace

tl::expected<std::unique_ptr<user_store>, std::string> user_store::open(std::filesystem::path users_json,
                                                                        access wanted) {
  auto lock = wanted == access::read_write ? folder_lock::take(users_json.parent_path()) : folder_lock();
  if (!lock) return tl::unexpected(std::move(lock.error()));
  std::unique_ptr<user_store> store(new user_store(std::move(users_json), wanted, std::move(*lock)));
  if (auto loaded = store->load(); !loaded) return tl::unexpected(std::move(loaded.error()));
  return store;
}

user_store::user_store(std::filesystem::path path, access granted, folder_lock lock)
    : path_(std::move(path)), access_(granted), lock_(std::move(lock)) {}

tl::expected<void, std::string> user_store::load() {
  auto file = read_json_file(path_);
  if (!file) return tl::unexpected(std::move(file.error()));
  if (!*file) return {};
  const auto entries = entries_of(**file, user_document);
  if (!entries) return tl::unexpected(entries.error());
  for (const auto& [key, value] : (*entries)->items()) {
    entry_reader entry(**file, user_document, key, value);
    auto found = read_user(entry, key);
    if (!found) return tl::unexpected(entry.fault());
    stored_.emplace_hint(stored_.end(), key, std::move(*found));
  }
  return {};
}

std::optional<user> user_store::find(const user_name& name) const {
  const std::lock_guard lock(mutex_);
  const auto found = stored_.find(name.key());
  if (found == stored_.end()) return std::nullopt;
  return found->second;
}

std::vector<user> user_store::list() const {
  const std::lock_guard lock(mutex_);
  std::vector<user> users;
  users.reserve(stored_.size());
  for (const auto& [key, stored] : stored_) users.push_back(stored);
  return users;
}

std::size_t user_store::size() const {
  const std::lock_guard lock(mutex_);
  return stored_.size();
}

tl::expected<user_store::ticket, std::string> user_store::stage_add(user added) {
  if (access_ == access::read_only)
    return tl::unexpected<std::string>("The users are open for reading only.");
  const auto key = added.name.key();
  added.created = std::chrono::floor<std::chrono::milliseconds>(added.created);
  const std::lock_guard lock(mutex_);
  if (stored_.contains(key) || reserved_.contains(key))
    return tl::unexpected("The name " + added.name.display() + " is taken.");
  staged_.push_back({key, std::move(added), {}});
  reserved_.insert(key);
  return join();
}

tl::expected<user_store::ticket, std::string> user_store::stage_change(const user_name& name,
                                                                       std::function<void(user&)> edit) {
  if (access_ == access::read_only)
    return tl::unexpected<std::string>("The users are open for reading only.");
  const std::lock_guard lock(mutex_);
  if (!stored_.contains(name.key())) return tl::unexpected("There is no user " + name.display() + ".");
  staged_.push_back({name.key(), std::nullopt, std::move(edit)});
  return join();
}

void user_store::take_staged() noexcept {
  writing_.swap(staged_);
}

tl::expected<void, std::string> user_store::write() {
  for (const auto& [key, added, edit] : writing_) {
    if (added) {
      changed_.emplace(key, *added);
      continue;
    }
    auto& edited = changed_.try_emplace(key, stored_.at(key)).first->second;
    const auto name = edited.name;
    edit(edited);
    edited.name = name;
  }

  // Both maps in one order, without copying the users that stay as they are.
  std::map<std::string_view, const user*> all;
  for (const auto& [key, stored] : stored_) all.emplace_hint(all.end(), key, &stored);
  for (const auto& [key, changed] : changed_) all[key] = &changed;
  entries_writer document(user_document);
  for (const auto& [key, written] : all) document.add(key, to_entry(*written).dump());
  return replace_file(path_, std::move(document).finish());
}

void user_store::settle(const tl::expected<void, std::string>& written) noexcept {
  const std::lock_guard lock(mutex_);
  if (written) {
    for (auto& [key, changed] : changed_) {
      if (const auto found = stored_.find(key); found != stored_.end()) found->second = std::move(changed);
    }
    stored_.merge(changed_);  // moves the nodes of the new users: nothing here can fail for want of memory
  }
  for (const auto& settled : writing_)
    if (settled.added) reserved_.erase(settled.key);
  changed_.clear();
  writing_.clear();
}

}  // namespace parley::auth
