#pragma once
// What is not kept any more in the history file, and its removal. Of the connection that writes; in slices,
// since messages wait for no more than one.

#include <cstdint>
#include <optional>

#include <SQLiteCpp/SQLiteCpp.h>

#include "chat/clock.hpp"
#include "chat/kept_room.hpp"

namespace parley::chat {

// What a room keeps.
struct keeping {
  std::size_t count = 0;  // messages; 0: all
  unix_ms since = 0;      // those from before go; 0: none for their age
  unix_ms now = 0;
};

class history_pruning {
 public:
  explicit history_pruning(SQLite::Database& database);

  // Looks at a slice of the room and removes a slice of what is not to be kept, the oldest first. True where
  // there may be more to do at once; room.pruned tells what is gone. Throws SQLite::Exception, and has
  // removed nothing then.
  bool prune(kept_room& room, const keeping& what);

  // The time of the oldest event whose time is not still to come, or else the earliest of those.
  std::optional<unix_ms> oldest(const kept_room& room, unix_ms now);

 private:
  bool count(kept_room& room, const keeping& what);
  bool look_at_age(kept_room& room, const keeping& what);
  std::uint64_t last_to_go(const kept_room& room, const keeping& what, prune_progress& left);
  void remove_up_to(const kept_room& room, std::uint64_t last);

  SQLite::Database& database_;
  SQLite::Statement uncounted_, undated_, oldest_, remove_, remove_words_, set_pruned_;
};

}  // namespace parley::chat
