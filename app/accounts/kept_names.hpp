#pragma once
// Names that nobody has and that are not for strangers, since who took one would take what belongs to it:
// an operator's power, a room, what was said under it. Only `parley user add` gives them. Asked at the start.

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/config/config.hpp"
#include "auth/user_store.hpp"
#include "chat/sqlite_history.hpp"

namespace parley {

// Where the users are gone and what they have said is not, all of these names would be free: why nothing may
// be done with this folder then, and the remedy.
std::optional<std::string> refuse_lost_users(const std::filesystem::path& data_folder);

// The keys of auth.operators whom nobody has registered, a sentence for the operator each.
std::vector<std::string> tell_missing_operators(const config& settings, const auth::user_store& users);

// The keys of all such names: operators, and who is known to the rooms or has said something in them (see
// history_authors). The history may be null. A file that is damaged and does not say who has spoken is told
// in the log: a chat that goes on is worth more than these names.
std::set<std::string> kept_names(const config& settings, const auth::user_store& users,
                                 chat::sqlite_history* history);

}  // namespace parley
