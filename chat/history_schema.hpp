#pragma once
// What the history file looks like, how a file of an earlier version comes to look like that, and what is
// made of the end that the last process had.

#include <functional>
#include <string>

#include <SQLiteCpp/SQLiteCpp.h>

namespace parley::chat {

// Readies a file that was just opened: makes the tables where it is empty, brings them up to date where they
// are older, and refuses what is damaged, another program's or a newer Parley's. Throws SQLite::Exception,
// and has changed nothing of a file then that is not ours.
//
// Where the machine may have died since the last use, all rooms get a new epoch; where only the process died,
// those of which something may have been shown that was not stored.
//
// False where the file is too large to be made one that gives space back: see history_space.
bool prepare_history(SQLite::Database& database, bool full_sync,
                     const std::function<std::string()>& new_epoch);

}  // namespace parley::chat
