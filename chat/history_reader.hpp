#pragma once
// The connections to the history file that read: pages of a room's log, how much somebody has not read, and
// what a search finds.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <SQLiteCpp/SQLiteCpp.h>

#include "chat/clock.hpp"
#include "chat/room_log.hpp"

namespace parley::chat {

// A connection that only reads, for a thread of its own.
class history_reader {
 public:
  explicit history_reader(const std::filesystem::path& file);

  room_log::page read(std::int64_t room, const room_log::range& wanted);

  // See room_log.
  std::size_t count_unread(std::int64_t room, std::uint64_t after, const std::string& reader);

  // The newest messages before a place that have all the words (see fts_query()). Throws out_of_time where it
  // takes longer than until then.
  struct out_of_time {};
  std::vector<found_message> search(std::int64_t room, const std::string& words,
                                    const search_position& before, std::size_t limit, time_point deadline);

 private:
  static int is_late(void* reader);

  SQLite::Database database_;
  time_point deadline_ = time_point::max();
  SQLite::Statement before_, after_, pruned_, unread_, found_;
};

}  // namespace parley::chat
