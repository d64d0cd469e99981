#include "chat/history_space.hpp"

#include <filesystem>
#include <string>

namespace parley::chat {
namespace {

constexpr int incremental = 2;                         // of PRAGMA auto_vacuum
constexpr std::uintmax_t most_rewritten = 256U << 20;  // bytes; about a second for 100 MiB
constexpr std::uint64_t few_pages = 256;               // that may stay free, and a sixteenth of all
constexpr int pages_at_a_time = 64;                    // pages: a millisecond or so

}  // namespace

bool make_shrinkable(SQLite::Database& database, bool is_whole) {
  if (database.execAndGet("PRAGMA auto_vacuum").getInt() == incremental) return true;
  const bool empty = database.execAndGet("SELECT count(*) FROM sqlite_schema").getInt() == 0;
  database.exec("PRAGMA auto_vacuum = 2");
  if (empty) return true;
  std::error_code unknown;
  const std::filesystem::path file = database.getFilename();
  const auto size = std::filesystem::file_size(file, unknown);
  const auto space = std::filesystem::space(file, unknown).available;
  if (!is_whole || unknown || size > most_rewritten || space < 3 * size) return false;
  database.exec("VACUUM");
  return true;
}

history_space::history_space(SQLite::Database& database)
    : database_(database),
      pages_(database, "PRAGMA page_count"),
      free_(database, "PRAGMA freelist_count"),
      page_size_(database, "PRAGMA page_size"),
      vacuum_mode_(database, "PRAGMA auto_vacuum") {}

std::uint64_t history_space::ask(SQLite::Statement& pragma) {
  pragma.reset();
  pragma.executeStep();
  const auto answer = static_cast<std::uint64_t>(pragma.getColumn(0).getInt64());
  pragma.reset();
  return answer;
}

std::uint64_t history_space::used() {
  return (ask(pages_) - ask(free_)) * ask(page_size_);
}

bool history_space::give_back() {
  const auto free = ask(free_);
  if (free > few_pages + ask(pages_) / 16 && ask(vacuum_mode_) == incremental) {
    database_.exec("PRAGMA incremental_vacuum(" + std::to_string(pages_at_a_time) + ")");
    gave_back_ = true;
    return true;
  }
  // Without one, the file would stay as it is until something else is written.
  if (gave_back_) database_.exec("PRAGMA wal_checkpoint(PASSIVE)");
  gave_back_ = false;
  return false;
}

}  // namespace parley::chat
