#pragma once
// What the history file looks like, how a file of an earlier version comes to look like that, and what is
// made of the end that the last process had.

#include <cstdint>
#include <functional>
#include <string>

#include <SQLiteCpp/SQLiteCpp.h>

namespace parley::chat {

struct history_opening {
  bool full_sync = false;
  std::function<std::string()> new_epoch;
  std::uintmax_t most_checked = 256U << 20;  // bytes; checking takes about a second a gigabyte
};

struct history_state {
  bool is_shrinkable = true;  // see history_space; not where it is too large to be made so
  bool is_checked = true;     // for damage; not where it is too large for that
};

// Readies a file that was just opened: makes the tables where it is empty, brings them up to date where they
// are older, and refuses what is damaged, another program's or a newer Parley's. Throws SQLite::Exception,
// and has changed nothing of a file then that is not ours.
//
// Where the machine may have died since the last use, all rooms get a new epoch; where only the process died,
// those of which something may have been shown that was not stored.
history_state prepare_history(SQLite::Database& database, const history_opening& how);

}  // namespace parley::chat
