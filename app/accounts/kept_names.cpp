#include "app/accounts/kept_names.hpp"

#include <exception>
#include <system_error>

#include <spdlog/spdlog.h>

#include "chat/history_authors.hpp"
#include "chat/room_record.hpp"
#include "chat/validation.hpp"

namespace parley {
namespace {

bool is_registered(const auth::user_store& users, const std::string& key) {
  const auto name = auth::user_name::parse(key);
  return !name || users.find(*name);  // what is no name cannot be registered either
}

void add_known_to(const chat::sqlite_history::known_room& room, std::set<std::string>& names) {
  if (const auto name = chat::room_name::parse(room.name); name && name->direct()) {
    names.insert(name->direct()->first);
    names.insert(name->direct()->second);
  }
  const auto record = chat::parse_room_record(room.record);
  if (!record) return;  // the start says so
  if (const auto owner = auth::user_name::parse(record->owner)) names.insert(owner->key());
  for (const auto* keys : {&record->moderators, &record->members}) names.insert(keys->begin(), keys->end());
}

std::string is_missing(const std::string& key) {
  return "auth.operators names " + key +
         ", whom nobody has registered, and nobody can on the page: stop the server and run `parley user "
         "add " +
         key + "`, or take the name out";
}

}  // namespace

std::optional<std::string> refuse_lost_users(const std::filesystem::path& data_folder) {
  std::error_code error;
  const auto users = data_folder / "users.json", history = data_folder / "history.db";
  if (std::filesystem::exists(users, error) || error || !std::filesystem::exists(history, error))
    return std::nullopt;
  return users.string() + " is missing, and " + history.string() +
         " is not: whoever registers first could take over the rooms and the names of those who have talked. "
         "Put back a copy of users.json; or, to begin anew, move history.db, history.db-wal and "
         "history.db-shm away";
}

std::vector<std::string> tell_missing_operators(const config& settings, const auth::user_store& users) {
  std::vector<std::string> told;
  for (const auto& key : settings.auth.operators)
    if (!is_registered(users, key)) told.push_back(is_missing(key));
  return told;
}

std::set<std::string> kept_names(const config& settings, const auth::user_store& users,
                                 chat::sqlite_history* history) {
  std::set<std::string> names(settings.auth.operators.begin(), settings.auth.operators.end());
  if (history) {
    const auto file = settings.resolve(settings.data.folder) / "history.db";
    try {
      names.merge(chat::history_authors(file));
    } catch (const std::exception& failure) {
      spdlog::error(
          "cannot read who has spoken in {} ({}): names of users who are gone and own no room are anybody's "
          "now",
          file.string(), failure.what());
    }
    for (const auto& room : history->known_rooms()) add_known_to(room, names);
  }
  std::erase_if(names, [&](const std::string& key) { return is_registered(users, key); });
  return names;
}

}  // namespace parley
