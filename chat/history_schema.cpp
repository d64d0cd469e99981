#include "chat/history_schema.hpp"

#include <filesystem>
#include <fstream>
#include <string>

#include <sqlite3.h>

#include "chat/history_space.hpp"
#include "chat/history_tokenizer.hpp"

namespace parley::chat {
namespace {

constexpr int application_id = 0x5061726C;  // "Parl"
constexpr int version = 5;

constexpr char schema[] = R"(
  CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE rooms(
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    epoch TEXT NOT NULL,
    last_seq INTEGER NOT NULL DEFAULT 0,  -- at the last pruning: all of a room's messages may be gone
    pruned INTEGER NOT NULL DEFAULT 0,    -- the last seq that is not kept any more
    record TEXT NOT NULL,                 -- JSON: the settings, and who may do what
    reserved INTEGER NOT NULL DEFAULT 0,  -- seqs up to here may have been shown and not stored
    indexed INTEGER NOT NULL DEFAULT 0,   -- seqs up to here have their words in the index
    newest_at INTEGER NOT NULL DEFAULT 0,  -- of what is indexed
    unordered INTEGER NOT NULL DEFAULT 0,  -- seqs after here have times that rise; of what is indexed
    disorder INTEGER NOT NULL DEFAULT 0    -- before there none is more than so many milliseconds too early
  ) STRICT;
  CREATE TABLE events(
    room INTEGER NOT NULL REFERENCES rooms,
    seq INTEGER NOT NULL,
    user TEXT NOT NULL,
    id TEXT,  -- chosen by the client
    text TEXT NOT NULL,
    at INTEGER NOT NULL,  -- Unix milliseconds
    kind INTEGER NOT NULL DEFAULT 0,     -- 0: message, 1: removal, 2: settings
    target INTEGER NOT NULL DEFAULT 0,   -- of a removal: the seq of the message
    removed INTEGER NOT NULL DEFAULT 0,  -- a message whose text is gone
    counted_at INTEGER NOT NULL DEFAULT 0,  -- where `at` is in doubt: the time that its age is counted from
    PRIMARY KEY(room, seq)
  ) STRICT, WITHOUT ROWID;
  CREATE UNIQUE INDEX events_by_id ON events(room, user, id) WHERE id IS NOT NULL;
  -- The words of the messages. A rowid is a room's id and a seq: see row_of().
  CREATE VIRTUAL TABLE words USING fts5(text, tokenize = "parley", prefix = '3');
)";

// From version 1, which knew only messages.
constexpr char second_version[] = R"(
  ALTER TABLE rooms ADD COLUMN record TEXT NOT NULL DEFAULT '{}';
  ALTER TABLE rooms ADD COLUMN reserved INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE events ADD COLUMN kind INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE events ADD COLUMN target INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE events ADD COLUMN removed INTEGER NOT NULL DEFAULT 0;
  CREATE VIRTUAL TABLE words USING fts5(text, tokenize = "unicode61 remove_diacritics 2", prefix = '3');
  INSERT INTO words(rowid, text) SELECT (room << 40) + seq, text FROM events;
)";

// From version 2, which indexed each message in the transaction that stored it.
constexpr char third_version[] = R"(
  ALTER TABLE rooms ADD COLUMN indexed INTEGER NOT NULL DEFAULT 0;
  UPDATE rooms SET indexed = coalesce((SELECT max(seq) FROM events WHERE room = rooms.id), 0);
)";

// From version 3, which took for granted that times rise.
constexpr char fourth_version[] = R"(
  ALTER TABLE rooms ADD COLUMN newest_at INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE rooms ADD COLUMN unordered INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE rooms ADD COLUMN disorder INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE events ADD COLUMN counted_at INTEGER NOT NULL DEFAULT 0;
)";

// From version 4, which found no words within sentences without spaces. All is indexed anew, in the
// background, which also finds out where times do not rise.
constexpr char fifth_version[] = R"(
  UPDATE rooms SET indexed = 0, newest_at = 0, unordered = 0, disorder = 0;
  DROP TABLE words;
  CREATE VIRTUAL TABLE words USING fts5(text, tokenize = "parley", prefix = '3');
)";

// A number that another one replaces whenever the machine starts.
std::string boot_id() {
  std::string id;
  std::getline(std::ifstream("/proc/sys/kernel/random/boot_id"), id);
  return id;
}

// False where it is too large for that.
bool check(SQLite::Database& database, std::uintmax_t most) {
  std::error_code unknown;
  if (std::filesystem::file_size(database.getFilename(), unknown) > most) return false;
  const std::string found = database.execAndGet("PRAGMA quick_check(1)").getString();
  if (found != "ok") throw SQLite::Exception("it is damaged (" + found + ")", SQLITE_CORRUPT);
  return true;
}

void renew_epochs(SQLite::Database& database, const std::function<std::string()>& new_epoch) {
  SQLite::Statement rooms(database, "SELECT id FROM rooms");
  SQLite::Statement renew(database, "UPDATE rooms SET epoch = ? WHERE id = ?");
  while (rooms.executeStep()) {
    renew.bind(1, new_epoch());
    renew.bind(2, rooms.getColumn(0).getInt64());
    renew.exec();
    renew.reset();
  }
}

// What was shown last may be lost: whoever saw it has to know, and its seqs are not given again.
void renew_epochs_of_reserved(SQLite::Database& database, const std::function<std::string()>& new_epoch) {
  SQLite::Statement rooms(database, "SELECT id FROM rooms WHERE reserved <> 0");
  SQLite::Statement renew(
      database, "UPDATE rooms SET epoch = ?, last_seq = max(last_seq, reserved), reserved = 0 WHERE id = ?");
  while (rooms.executeStep()) {
    renew.bind(1, new_epoch());
    renew.bind(2, rooms.getColumn(0).getInt64());
    renew.exec();
    renew.reset();
  }
}

}  // namespace

history_state prepare_history(SQLite::Database& database, const history_opening& how) {
  add_tokenizer(database);
  const bool empty = database.execAndGet("SELECT count(*) FROM sqlite_schema").getInt() == 0;
  const int found = database.execAndGet("PRAGMA user_version").getInt();
  if (!empty && database.execAndGet("PRAGMA application_id").getInt() != application_id)
    throw SQLite::Exception("it is a database of another program", SQLITE_NOTADB);
  if (found > version) throw SQLite::Exception("a newer Parley has written it", SQLITE_NOTADB);
  history_state state;
  state.is_checked = check(database, how.most_checked);
  state.is_shrinkable = make_shrinkable(database, state.is_checked);

  database.exec("PRAGMA journal_mode = WAL");
  database.exec("PRAGMA synchronous = FULL");  // what is written here has to be there after the loss of power
  database.exec("PRAGMA journal_size_limit = 67108864");
  SQLite::Transaction transaction(database);
  if (empty) {
    database.exec(schema);
    database.exec("PRAGMA application_id = " + std::to_string(application_id));
  } else {
    if (found < 2) database.exec(second_version);
    if (found < 3) database.exec(third_version);
    if (found < 4) database.exec(fourth_version);
    if (found < 5) database.exec(fifth_version);
  }
  database.exec("PRAGMA user_version = " + std::to_string(version));
  SQLite::Statement last_boot(database, "SELECT value FROM meta WHERE name = 'boot'");
  const auto boot = boot_id();
  if (last_boot.executeStep() && last_boot.getColumn(0).getString() != boot)
    renew_epochs(database, how.new_epoch);
  last_boot.reset();
  renew_epochs_of_reserved(database, how.new_epoch);
  SQLite::Statement remember(database, "INSERT OR REPLACE INTO meta VALUES('boot', ?)");
  remember.bind(1, how.full_sync ? "" : boot);
  // With an fsync for each commit there is nothing that the machine's end could take.
  if (how.full_sync)
    database.exec("DELETE FROM meta WHERE name = 'boot'");
  else
    remember.exec();
  transaction.commit();
  if (!how.full_sync) database.exec("PRAGMA synchronous = NORMAL");
  return state;
}

}  // namespace parley::chat
