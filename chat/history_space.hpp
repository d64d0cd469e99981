#pragma once
// What the history's file takes of the disk, and gives back. Of the connection that writes.

#include <cstdint>

#include <SQLiteCpp/SQLiteCpp.h>

namespace parley::chat {

// Readies a file that was just opened to give space back, before anything else is done with it. SQLite can do
// that only where the whole file is made for it: an older one is rewritten at once where that takes no more
// than seconds and there is space for it, and it is known to be whole. False where it is not. Throws
// SQLite::Exception.
bool make_shrinkable(SQLite::Database& database, bool is_whole);

class history_space {
 public:
  explicit history_space(SQLite::Database& database);

  // Bytes of what is kept, without the pages that are free.
  std::uint64_t used();

  // Gives a slice of free pages back, unless there are few: those are used again. True where there is more to
  // do. The file itself is shorter after the next checkpoint. Throws SQLite::Exception.
  bool give_back();

 private:
  std::uint64_t ask(SQLite::Statement& pragma);

  SQLite::Database& database_;
  SQLite::Statement pages_, free_, page_size_, vacuum_mode_;
  bool gave_back_ = false;
};

}  // namespace parley::chat
