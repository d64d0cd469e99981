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

  // All that is read as long as this lives is as it was at one moment.
  SQLite::Transaction one_moment() { return SQLite::Transaction(database_); }

  // Where the newest messages before a place are that have all the words (see fts_query()), newest first.
  // Throws out_of_time where it takes longer than until then.
  struct out_of_time {};
  std::vector<search_position> search(std::int64_t room, const std::string& words,
                                      const search_position& before, std::size_t limit, time_point deadline);

  // The message that was found there.
  found_message show(std::int64_t room, const std::string& words, std::uint64_t seq);

 private:
  static int is_late(void* reader);

  SQLite::Database database_;
  time_point deadline_ = time_point::max();
  SQLite::Statement before_, after_, pruned_, unread_, order_, found_, shown_;
};

}  // namespace parley::chat
