#pragma once
// What is not kept any more in the history file, and its removal. Of the connection that writes; in slices,
// since messages wait for no more than one.

#include <cstdint>

#include <SQLiteCpp/SQLiteCpp.h>

#include "chat/clock.hpp"

namespace parley::chat {

struct kept_room;

// What a room keeps.
struct keeping {
  std::size_t count = 0;  // messages; 0: all
  unix_ms since = 0;      // those from before go; 0: none for their age
  unix_ms now = 0;
};

// How far a room has been looked through. Events have rising seqs with holes: only looking at them tells how
// many there are.
struct prune_progress {
  std::uint64_t counted_to = 0;            // at least what is pruned
  std::uint64_t messages = 0, others = 0;  // that are kept, up to there
  std::uint64_t aged_to = 0;               // up to here all is older than it may be
  std::uint64_t dated_to = 0;              // from there up to here the times are wrong
};

class history_pruning {
 public:
  explicit history_pruning(SQLite::Database& database);

  // Looks at a slice of the room and removes a slice of what is not to be kept, the oldest first. True where
  // there may be more to do at once; room.pruned tells what is gone. Throws SQLite::Exception, and has
  // removed nothing then.
  bool prune(kept_room& room, const keeping& what);

 private:
  bool count(kept_room& room, const keeping& what);
  bool look_at_age(kept_room& room, const keeping& what);
  std::uint64_t last_to_go(const kept_room& room, const keeping& what, prune_progress& left);
  void remove_up_to(const kept_room& room, std::uint64_t last);

  SQLite::Database& database_;
  SQLite::Statement uncounted_, undated_, oldest_, remove_, remove_words_, set_pruned_;
};

}  // namespace parley::chat
