#pragma once
// Who has said something that is kept.

#include <filesystem>
#include <set>
#include <string>

namespace parley::chat {

// The keys of all who have sent a message with an id, as pages do, that the file still knows. Looks once for
// each person in each room, about 5 us. Throws SQLite::Exception.
std::set<std::string> history_authors(const std::filesystem::path& file);

}  // namespace parley::chat
