#include "chat/history_database.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include "chat/history_damage.hpp"
#include "chat/history_rows.hpp"
#include "chat/history_schema.hpp"

namespace parley::chat {
namespace {

constexpr std::size_t index_step_size = 50;  // messages between two looks at the clock

std::string trouble(const std::filesystem::path& file, const std::string& what, const std::string& remedy) {
  return "cannot use the history in " + file.string() + ": " + what + "; " + remedy;
}

std::string remedy_for(int code) {
  if (code == SQLITE_NOTADB || code == SQLITE_CORRUPT) return remedy_for_damage;
  if (code == SQLITE_BUSY) return "another program has it open; close that";
  return "see to its folder's space and permissions";
}

}  // namespace

history_database::statements::statements(SQLite::Database& database)
    : insert(database,
             "INSERT INTO events(room, seq, user, id, text, at, kind, target, counted_at) "
             "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?) "
             "ON CONFLICT(room, user, id) WHERE id IS NOT NULL DO NOTHING"),
      find_id(database, "SELECT seq FROM events WHERE room = ? AND user = ? AND id = ?"),
      blank(
          database,
          "UPDATE events SET text = '', removed = 1 WHERE room = ? AND seq = ? AND kind = 0 AND removed = 0"),
      step(database, "SELECT seq, at FROM events WHERE room = ? AND seq > ? ORDER BY seq LIMIT ?"),
      add_words(database,
                "INSERT INTO words(rowid, text) SELECT (room << 40) + seq, text FROM events WHERE room = ? "
                "AND seq > ? AND seq <= ? AND kind = 0 AND removed = 0"),
      remove_words(database, "DELETE FROM words WHERE rowid BETWEEN ? AND ?"),
      set_indexed(database,
                  "UPDATE rooms SET indexed = ?, newest_at = ?, unordered = ?, disorder = ? WHERE id = ?"),
      set_record(database, "UPDATE rooms SET record = ? WHERE id = ?") {}

history_database::history_database(const std::filesystem::path& file)
    : database_(std::make_unique<SQLite::Database>(
          file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, busy_timeout_ms)) {}

tl::expected<history_database, std::string> history_database::open(const std::filesystem::path& file,
                                                                   const history_opening& how) {
  // SQLite gives the files beside it the same mode.
  const int made = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (made < 0) return tl::unexpected(trouble(file, std::strerror(errno), remedy_for(SQLITE_CANTOPEN)));
  ::close(made);
  try {
    history_database opened(file);
    opened.state_ = prepare_history(*opened.database_, how);
    opened.statements_ = std::make_unique<statements>(*opened.database_);
    opened.space_ = std::make_unique<history_space>(*opened.database_);
    opened.pruning_ = std::make_unique<history_pruning>(*opened.database_);
    return opened;
  } catch (const SQLite::Exception& error) {
    return tl::unexpected(trouble(file, error.what(), remedy_for(error.getErrorCode())));
  }
}

std::vector<kept_room> history_database::rooms() {
  SQLite::Statement all(
      *database_,
      "SELECT id, name, epoch, max(last_seq, coalesce((SELECT max(seq) FROM events WHERE room "
      "= rooms.id), 0)), pruned, record, indexed, newest_at, unordered, disorder FROM rooms");
  std::vector<kept_room> result;
  while (all.executeStep())
    result.push_back({all.getColumn(0).getInt64(),
                      all.getColumn(1).getString(),
                      all.getColumn(2).getString(),
                      as_seq(all.getColumn(3)),
                      as_seq(all.getColumn(4)),
                      all.getColumn(5).getString(),
                      0,
                      as_seq(all.getColumn(6)),
                      {}});
  return result;
}

kept_room history_database::make_room(const std::string& name, const std::string& epoch,
                                      const std::string& record) {
  SQLite::Statement make(*database_, "INSERT INTO rooms(name, epoch, record) VALUES(?, ?, ?)");
  make.bind(1, name);
  make.bind(2, epoch);
  make.bind(3, record);
  make.exec();
  return {database_->getLastInsertRowid(), name, epoch, 0, 0, record, 0, 0};
}

void history_database::reserve(kept_room& room, std::uint64_t up_to) {
  SQLite::Statement reserve(*database_, "UPDATE rooms SET reserved = ? WHERE id = ?");
  reserve.bind(1, as_integer(up_to));
  reserve.bind(2, room.id);
  reserve.exec();
  room.reserved = up_to;
}

std::vector<history_database::known_id> history_database::read_ids(std::int64_t room, std::size_t limit) {
  SQLite::Statement newest(
      *database_,
      "SELECT user, id, seq FROM events WHERE room = ? AND id IS NOT NULL ORDER BY seq DESC LIMIT ?");
  newest.bind(1, room);
  newest.bind(2, static_cast<std::int64_t>(limit));
  std::vector<known_id> ids;
  while (newest.executeStep())
    ids.push_back(
        {newest.getColumn(0).getString(), newest.getColumn(1).getString(), as_seq(newest.getColumn(2))});
  std::reverse(ids.begin(), ids.end());
  return ids;
}

std::vector<room_message> history_database::read_last(std::int64_t room, std::size_t limit) {
  SQLite::Statement last(*database_, select_events("ORDER BY seq DESC LIMIT ?"));
  last.bind(1, room);
  last.bind(2, static_cast<std::int64_t>(limit));
  std::vector<room_message> messages;
  while (last.executeStep()) messages.push_back(event_of(last));
  std::reverse(messages.begin(), messages.end());
  return messages;
}

void history_database::insert(std::span<insertion> group, unix_ms counted_at) {
  std::map<kept_room*, std::uint64_t> last_before;
  for (const auto& one : group) last_before.emplace(one.room, one.room->last_seq);
  try {
    SQLite::Transaction transaction(*database_);
    for (auto& one : group) insert_one(one, counted_at);
    transaction.commit();
  } catch (const SQLite::Exception&) {
    for (const auto& [room, last] : last_before) room->last_seq = last;
    // What was shown under a seq was shown, stored or not.
    for (const auto& one : group) one.room->last_seq = std::max(one.room->last_seq, one.entry.seq);
    throw;
  }
}

void history_database::insert_one(insertion& one, unix_ms counted_at) {
  using outcome = room_log::outcome;
  const auto& entry = one.entry;
  one.what = outcome::stored;
  if (!entry.record.empty()) set_record(*one.room, entry.record);
  if (entry.only_record) return;
  if (one.what_to_do == work::find) return find(one);
  // One that has a seq was blanked before.
  if (entry.kind == event_kind::removal && entry.seq == 0 && !blank(one)) {
    one.what = outcome::missing;
    return;
  }
  if (one.what_to_do == work::blank) return;
  one.seq = entry.seq != 0 ? entry.seq : one.room->last_seq + 1;
  if (!insert_event(one, counted_at)) return find(one);
  one.room->last_seq = one.seq;
}

// False where the id is there already.
bool history_database::insert_event(const insertion& one, unix_ms counted_at) {
  const auto& entry = one.entry;
  auto& insert = statements_->insert;
  const reset_after done(insert);
  insert.bind(1, one.room->id);
  insert.bind(2, as_integer(one.seq));
  insert.bindNoCopy(3, entry.user);
  if (!entry.id.empty()) insert.bindNoCopy(4, entry.id);  // else NULL
  insert.bindNoCopy(5, entry.text);
  insert.bind(6, entry.at);
  insert.bind(7, static_cast<int>(entry.kind));
  insert.bind(8, as_integer(entry.target));
  insert.bind(9, counted_at);
  return insert.exec() != 0;
}

void history_database::find(insertion& one) {
  auto& find = statements_->find_id;
  const reset_after done(find);
  find.bind(1, one.room->id);
  find.bindNoCopy(2, one.entry.user);
  find.bindNoCopy(3, one.entry.id);
  if (!find.executeStep()) {
    one.what = room_log::outcome::failed;  // the one it repeats was shown and could not be stored
    return;
  }
  one.what = room_log::outcome::repeated;
  one.seq = as_seq(find.getColumn(0));
}

bool history_database::blank(const insertion& one) {
  auto& blank = statements_->blank;
  const reset_after done(blank);
  blank.bind(1, one.room->id);
  blank.bind(2, as_integer(one.entry.target));
  if (blank.exec() == 0) return false;
  remove_words(one.room->id, one.entry.target, one.entry.target);
  return true;
}

void history_database::index(std::span<kept_room* const> rooms, time_point until) {
  struct place {
    kept_room* room;
    std::uint64_t indexed;
    time_order order;
  };
  std::vector<place> reached;
  SQLite::Transaction transaction(*database_);
  for (auto* const room : rooms) {
    place here{room, room->indexed, room->order};
    while (here.indexed < room->last_seq && (reached.empty() || clock::now() < until)) {
      here.indexed = index_step(*room, here.indexed, here.order);
      if (reached.empty() || reached.back().room != room) reached.push_back(here);
      reached.back() = here;
    }
  }
  auto& set = statements_->set_indexed;
  for (const auto& [room, indexed, order] : reached) {
    const reset_after was_set(set);
    set.bind(1, as_integer(indexed));
    set.bind(2, order.newest_at);
    set.bind(3, as_integer(order.unordered));
    set.bind(4, order.disorder);
    set.bind(5, room->id);
    set.exec();
  }
  transaction.commit();
  for (const auto& [room, indexed, order] : reached) {
    room->indexed = indexed;
    room->order = order;
  }
}

// How far it came.
std::uint64_t history_database::index_step(const kept_room& room, std::uint64_t after, time_order& order) {
  const auto bind = [&](SQLite::Statement& statement, std::int64_t end) {
    statement.bind(1, room.id);
    statement.bind(2, as_integer(after));
    statement.bind(3, end);
  };
  auto last = after;
  {
    auto& step = statements_->step;
    const reset_after found(step);
    bind(step, static_cast<std::int64_t>(index_step_size));
    while (step.executeStep()) {
      last = as_seq(step.getColumn(0));
      order.add(last, step.getColumn(1).getInt64());
    }
  }
  if (last == after) return room.last_seq;  // all is gone again: there is nothing to find
  auto& add = statements_->add_words;
  const reset_after added(add);
  bind(add, as_integer(last));
  add.exec();
  return last;
}

void history_database::remove_words(std::int64_t room, std::uint64_t first, std::uint64_t last) {
  auto& remove = statements_->remove_words;
  const reset_after done(remove);
  remove.bind(1, row_of(room, first));
  remove.bind(2, row_of(room, last));
  remove.exec();
}

void history_database::set_record(kept_room& room, const std::string& record) {
  auto& set = statements_->set_record;
  const reset_after done(set);
  set.bindNoCopy(1, record);
  set.bind(2, room.id);
  set.exec();
}

void history_database::close_cleanly(const std::vector<const kept_room*>& rooms) {
  SQLite::Statement close(*database_, "UPDATE rooms SET last_seq = ?, reserved = 0 WHERE id = ?");
  for (const auto* room : rooms) {
    if (room->reserved == 0) continue;
    close.bind(1, as_integer(room->last_seq));
    close.bind(2, room->id);
    close.exec();
    close.reset();
  }
  database_->exec("DELETE FROM meta WHERE name = 'boot'");
  database_->exec("PRAGMA wal_checkpoint(TRUNCATE)");
}

}  // namespace parley::chat
