#include "chat/history_authors.hpp"

#include <algorithm>

#include <SQLiteCpp/SQLiteCpp.h>

namespace parley::chat {
namespace {

constexpr int wait_for_writer_ms = 5'000;

// Jumps from name to name in the index of ids, instead of reading all that was said.
constexpr char select_authors[] = R"(
  WITH RECURSIVE spoke(room, user) AS (
    SELECT rooms.id, (SELECT min(user) FROM events WHERE room = rooms.id AND events.id IS NOT NULL) FROM rooms
    UNION ALL
    SELECT room, (SELECT min(user) FROM events
                  WHERE events.room = spoke.room AND events.user > spoke.user AND events.id IS NOT NULL)
    FROM spoke WHERE user IS NOT NULL)
  SELECT DISTINCT user FROM spoke WHERE user IS NOT NULL
)";

}  // namespace

std::set<std::string> history_authors(const std::filesystem::path& file) {
  const SQLite::Database database(file.string(), SQLite::OPEN_READONLY, wait_for_writer_ms);
  SQLite::Statement select(database, select_authors);
  std::set<std::string> authors;
  while (select.executeStep()) {
    auto name = select.getColumn(0).getString();
    std::ranges::transform(name, name.begin(), [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    authors.insert(std::move(name));
  }
  return authors;
}

}  // namespace parley::chat
