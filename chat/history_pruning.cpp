#include "chat/history_pruning.hpp"

#include <algorithm>

#include "chat/history_rows.hpp"
#include "chat/room_log.hpp"

namespace parley::chat {
namespace {

constexpr std::int64_t remove_slice = 500;   // events removed in one transaction
constexpr std::int64_t count_slice = 5'000;  // events looked at in a turn
constexpr std::int64_t date_slice = 1'000;
bool is_message(const SQLite::Column& kind) {
  return kind.getInt() == static_cast<int>(event_kind::message);
}

}  // namespace

history_pruning::history_pruning(SQLite::Database& database)
    : database_(database),
      uncounted_(database, "SELECT seq, kind FROM events WHERE room = ? AND seq > ? ORDER BY seq LIMIT ?"),
      undated_(database,
               "SELECT seq, iif(counted_at <> 0, counted_at, at) FROM events WHERE room = ? AND seq > ? "
               "ORDER BY seq LIMIT ?"),
      oldest_(database, "SELECT seq, kind FROM events WHERE room = ? ORDER BY seq LIMIT ?"),
      remove_(database, "DELETE FROM events WHERE room = ? AND seq <= ?"),
      remove_words_(database, "DELETE FROM words WHERE rowid BETWEEN ? AND ?"),
      set_pruned_(database, "UPDATE rooms SET pruned = ?, last_seq = ? WHERE id = ?") {}

// Whether there is more to count. Each event has a seq of its own, so mostly there is nothing to.
bool history_pruning::count(kept_room& room, const keeping& what) {
  auto& counted = room.progress;
  counted.counted_to = std::max(counted.counted_to, room.pruned);
  if (what.count == 0 || room.last_seq - room.pruned <= what.count) return false;
  const reset_after done(uncounted_);
  uncounted_.bind(1, room.id);
  uncounted_.bind(2, as_integer(counted.counted_to));
  uncounted_.bind(3, count_slice);
  std::int64_t looked_at = 0;
  for (; uncounted_.executeStep(); ++looked_at) {
    counted.counted_to = as_seq(uncounted_.getColumn(0));
    ++(is_message(uncounted_.getColumn(1)) ? counted.messages : counted.others);
  }
  return looked_at == count_slice;
}

// Whether there is more to look at. A time that is still to come is wrong, and says nothing: such an event
// goes with what came after it. Others before it keep a time that is too early from taking what it should
// not.
bool history_pruning::look_at_age(kept_room& room, const keeping& what) {
  if (what.since == 0) return false;
  auto& seen = room.progress;
  seen.aged_to = std::max(seen.aged_to, room.pruned);
  seen.dated_to = std::max(seen.dated_to, seen.aged_to);
  for (const auto slice : {std::int64_t{1}, date_slice}) {  // mostly there is nothing to do
    const reset_after done(undated_);
    undated_.bind(1, room.id);
    undated_.bind(2, as_integer(seen.dated_to));
    undated_.bind(3, slice);
    std::int64_t looked_at = 0;
    for (; undated_.executeStep(); ++looked_at) {
      const auto at = undated_.getColumn(1).getInt64();
      if (at >= what.since && at <= what.now) return false;
      seen.dated_to = as_seq(undated_.getColumn(0));
      if (at < what.since) seen.aged_to = seen.dated_to;
    }
    if (looked_at < slice) return false;
  }
  return true;
}

std::optional<unix_ms> history_pruning::oldest(const kept_room& room, unix_ms now) {
  const reset_after done(undated_);
  undated_.bind(1, room.id);
  undated_.bind(2, as_integer(std::max(room.pruned, room.progress.dated_to)));
  undated_.bind(3, date_slice);
  std::optional<unix_ms> to_come;
  while (undated_.executeStep()) {
    const auto at = undated_.getColumn(1).getInt64();
    if (at <= now) return at;
    to_come = std::min(to_come.value_or(at), at);
  }
  return to_come;
}

// The end of the next slice that is not to be kept, and what is left behind it of what was counted.
std::uint64_t history_pruning::last_to_go(const kept_room& room, const keeping& what, prune_progress& left) {
  auto last = room.pruned;
  const reset_after done(oldest_);
  oldest_.bind(1, room.id);
  oldest_.bind(2, remove_slice);
  while (oldest_.executeStep()) {
    const bool too_many =
        what.count != 0 && (left.messages > what.count || left.others > what.count + room_log::spare_others);
    const auto seq = as_seq(oldest_.getColumn(0));
    if (!too_many && seq > left.aged_to) break;
    last = seq;
    if (last <= left.counted_to) --(is_message(oldest_.getColumn(1)) ? left.messages : left.others);
  }
  left.counted_to = std::max(left.counted_to, last);
  return last;
}

bool history_pruning::prune(kept_room& room, const keeping& what) {
  const bool more_to_count = count(room, what), more_to_date = look_at_age(room, what);
  auto left = room.progress;
  const auto last = last_to_go(room, what, left);
  if (last == room.pruned) return more_to_count || more_to_date;
  remove_up_to(room, last);
  room.pruned = last;
  room.progress = left;
  return true;
}

void history_pruning::remove_up_to(const kept_room& room, std::uint64_t last) {
  SQLite::Transaction transaction(database_);
  const reset_after removed(remove_), words_removed(remove_words_), set(set_pruned_);
  remove_.bind(1, room.id);
  remove_.bind(2, as_integer(last));
  remove_.exec();
  remove_words_.bind(1, row_of(room.id, room.pruned));
  remove_words_.bind(2, row_of(room.id, last));
  remove_words_.exec();
  set_pruned_.bind(1, as_integer(last));
  set_pruned_.bind(2, as_integer(room.last_seq));
  set_pruned_.bind(3, room.id);
  set_pruned_.exec();
  transaction.commit();
}

}  // namespace parley::chat
