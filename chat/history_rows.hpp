#pragma once
// Between the rows of the history file and what they mean: for the connection that writes and those that
// read.

#include <algorithm>
#include <cstdint>
#include <string>

#include <SQLiteCpp/SQLiteCpp.h>

#include "chat/history_time_order.hpp"
#include "chat/room_log.hpp"

namespace parley::chat {

inline constexpr int busy_timeout_ms = 2'000;  // somebody else, a backup, has the file locked

inline std::int64_t as_integer(std::uint64_t seq) {
  return static_cast<std::int64_t>(std::min<std::uint64_t>(seq, INT64_MAX));  // what SQLite can hold
}

// Of an event's words in the index.
inline std::int64_t row_of(std::int64_t room, std::uint64_t seq) {
  constexpr int seq_bits = 40;
  return (room << seq_bits) + as_integer(seq);
}

inline std::uint64_t as_seq(const SQLite::Column& column) {
  return static_cast<std::uint64_t>(column.getInt64());
}

// From three columns: newest_at, unordered, disorder.
inline time_order time_order_of(SQLite::Statement& row, int first) {
  return {row.getColumn(first).getInt64(), as_seq(row.getColumn(first + 1)),
          row.getColumn(first + 2).getInt64()};
}

inline constexpr char event_columns[] = "seq, user, text, at, kind, target, removed";

inline room_message event_of(SQLite::Statement& row) {
  return {as_seq(row.getColumn(0)),
          row.getColumn(1).getString(),
          row.getColumn(2).getString(),
          row.getColumn(3).getInt64(),
          static_cast<event_kind>(row.getColumn(4).getInt()),
          as_seq(row.getColumn(5)),
          row.getColumn(6).getInt() != 0};
}

inline std::string select_events(const std::string& rest) {
  return std::string("SELECT ") + event_columns + " FROM events WHERE room = ? " + rest;
}

// Readies a statement for its next use at the end of this one, whatever its outcome.
class reset_after {
 public:
  explicit reset_after(SQLite::Statement& statement) : statement_(statement) {}
  ~reset_after() {
    statement_.tryReset();
    statement_.clearBindings();
  }
  reset_after(const reset_after&) = delete;
  reset_after& operator=(const reset_after&) = delete;

 private:
  SQLite::Statement& statement_;
};

}  // namespace parley::chat
