#include "chat/history_damage.hpp"

#include <sqlite3.h>

namespace parley::chat {

const std::string remedy_for_damage =
    "put a backup in its place, or move it away to start without history, and with it the files beside it "
    "that "
    "end in -wal and -shm";

void history_damage::note(const std::string& what) {
  if (known_.exchange(true)) return;
  report_(gravity::error, "the history in " + file_.string() +
                              " is damaged, and no message is stored any more: " + what +
                              "; stop Parley, and " + remedy_for_damage);
}

bool history_damage::note(const SQLite::Exception& error) {
  constexpr int primary = 0xFF;
  const int code = error.getErrorCode() & primary;
  if (code != SQLITE_CORRUPT && code != SQLITE_NOTADB) return false;
  if (error.getExtendedErrorCode() != SQLITE_CORRUPT_VTAB) {
    note(std::string(error.what()));
  } else if (!index_known_.exchange(true)) {
    report_(gravity::error, "the index of words in " + file_.string() +
                                " is damaged, and searches fail: " + error.what() +
                                "; to have it made anew, stop Parley, run sqlite3 on the file with \"PRAGMA "
                                "user_version = 4\", and start it again");
  }
  return true;
}

}  // namespace parley::chat
