#include "chat/history_reader.hpp"

#include <algorithm>
#include <tuple>

#include <sqlite3.h>

#include "chat/history_rows.hpp"
#include "chat/history_tokenizer.hpp"

namespace parley::chat {
namespace {

// "it was \2red\3 then" as {"it was ", "red", " then"}. No message has these characters.
std::vector<std::string> split_at_marks(std::string_view text) {
  std::vector<std::string> parts(1);
  for (const char c : text)
    if (c == '\2' || c == '\3')
      parts.emplace_back();
    else
      parts.back() += c;
  return parts;
}

SQLite::Database open_to_read(const std::filesystem::path& file) {
  SQLite::Database opened(file.string(), SQLite::OPEN_READONLY, busy_timeout_ms);
  add_tokenizer(opened);
  return opened;
}

}  // namespace

history_reader::history_reader(const std::filesystem::path& file)
    : database_(open_to_read(file)),
      before_(database_, select_events("AND seq < ? ORDER BY seq DESC LIMIT ?")),
      after_(database_, select_events("AND seq > ? ORDER BY seq LIMIT ?")),
      pruned_(database_, "SELECT pruned FROM rooms WHERE id = ?"),
      unread_(database_,
              "SELECT count(*) FROM (SELECT kind, user FROM events WHERE room = ? AND seq > ? ORDER BY seq "
              "LIMIT ?) "
              "WHERE kind = 0 AND user <> ?"),
      order_(database_, "SELECT newest_at, unordered, disorder FROM rooms WHERE id = ?"),
      found_(
          database_,
          "SELECT seq, at FROM words JOIN events ON events.room = ?1 AND events.seq = words.rowid - (?1 << "
          "40) WHERE words MATCH ?2 AND words.rowid BETWEEN ?1 << 40 AND ((?1 + 1) << 40) - 1 "
          "ORDER BY words.rowid DESC"),
      shown_(
          database_,
          "SELECT seq, user, highlight(words, 0, char(2), char(3)), at FROM words JOIN events "
          "ON events.room = ?1 AND events.seq = ?3 WHERE words MATCH ?2 AND words.rowid = (?1 << 40) + ?3") {}

std::size_t history_reader::count_unread(std::int64_t room, std::uint64_t after, const std::string& reader) {
  const reset_after done(unread_);
  unread_.bind(1, room);
  unread_.bind(2, as_integer(after));
  unread_.bind(3, static_cast<std::int64_t>(room_log::max_looked_at));
  unread_.bindNoCopy(4, reader);
  unread_.executeStep();
  return std::min(static_cast<std::size_t>(unread_.getColumn(0).getInt64()), room_log::max_unread);
}

int history_reader::is_late(void* reader) {
  return clock::now() >= static_cast<history_reader*>(reader)->deadline_ ? 1 : 0;
}

std::vector<search_position> history_reader::search(std::int64_t room, const std::string& words,
                                                    const search_position& before, std::size_t limit,
                                                    time_point deadline) {
  constexpr int steps_between_looks = 1'000;
  deadline_ = deadline;
  sqlite3_progress_handler(database_.getHandle(), steps_between_looks, &is_late, this);
  const reset_after done(found_), ordered(order_);
  order_.bind(1, room);
  if (!order_.executeStep()) return {};
  const auto order = time_order_of(order_, 0);
  const auto is_newer = [](const auto& one, const auto& other) {
    return std::tie(one.at, one.seq) > std::tie(other.at, other.seq);
  };
  std::vector<search_position> newest;  // a heap, the oldest on top
  found_.bind(1, room);
  found_.bindNoCopy(2, words);
  try {
    while (found_.executeStep()) {
      const search_position here{found_.getColumn(1).getInt64(), as_seq(found_.getColumn(0))};
      if (is_newer(before, here)) {
        newest.push_back(here);
        std::push_heap(newest.begin(), newest.end(), is_newer);
      }
      if (newest.size() > limit) {
        std::pop_heap(newest.begin(), newest.end(), is_newer);
        newest.pop_back();
      }
      if (newest.size() == limit && newest.front().at >= order.newest_before(here.seq, here.at)) break;
    }
  } catch (const SQLite::Exception& error) {
    if (error.getErrorCode() == SQLITE_INTERRUPT) throw out_of_time();
    throw;
  }
  std::sort_heap(newest.begin(), newest.end(), is_newer);
  return newest;
}

found_message history_reader::show(std::int64_t room, const std::string& words, std::uint64_t seq) {
  deadline_ = time_point::max();
  const reset_after done(shown_);
  shown_.bind(1, room);
  shown_.bindNoCopy(2, words);
  shown_.bind(3, as_integer(seq));
  if (!shown_.executeStep()) throw SQLite::Exception("a message that was found is not there", SQLITE_CORRUPT);
  return {{},
          as_seq(shown_.getColumn(0)),
          shown_.getColumn(1).getString(),
          split_at_marks(shown_.getColumn(2).getString()),
          shown_.getColumn(3).getInt64()};
}

room_log::page history_reader::read(std::int64_t room, const room_log::range& wanted) {
  const bool backwards = wanted.where == room_log::range::direction::before;
  room_log::page result;
  const SQLite::Transaction one_moment(database_);  // what is pruned meanwhile is not missed unseen
  auto& rows = backwards ? before_ : after_;
  {
    const reset_after done(rows);
    rows.bind(1, room);
    rows.bind(2, as_integer(wanted.seq));
    rows.bind(3, static_cast<std::int64_t>(wanted.limit + 1));
    room_log::page_filler filler(result, wanted.limit);
    while (rows.executeStep() && filler.take(event_of(rows))) {
    }
  }
  const reset_after done(pruned_);
  pruned_.bind(1, room);
  result.complete = pruned_.executeStep() && (backwards || wanted.seq >= as_seq(pruned_.getColumn(0)));
  if (backwards) std::reverse(result.messages.begin(), result.messages.end());
  return result;
}

}  // namespace parley::chat
