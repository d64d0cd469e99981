#pragma once
// A search in the history: what somebody typed, and the page that it finds in some rooms.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "chat/history_reader.hpp"
#include "chat/server_frame.hpp"

namespace parley::chat {

struct wanted_search {
  std::vector<std::string> rooms;
  std::string query;
  search_position before;
  std::size_t limit = 0;
  std::string asker = {};  // a user's key
};

// The newest messages before a place in these rooms, by id and name. Says so where there is more to look at
// than there is time. Throws SQLite::Exception.
search_page search_rooms(history_reader& database, const wanted_search& wanted,
                         const std::vector<std::pair<std::int64_t, std::string>>& rooms);

}  // namespace parley::chat
