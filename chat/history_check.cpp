#include "chat/history_check.hpp"

#include <string>

#include <sqlite3.h>

#include "chat/history_rows.hpp"
#include "chat/history_tokenizer.hpp"

namespace parley::chat {
namespace {

constexpr int steps_between_looks = 1'000;

int is_stopping(void* stopping) {
  return static_cast<const std::atomic<bool>*>(stopping)->load() ? 1 : 0;
}

}  // namespace

history_check::history_check(std::filesystem::path file, history_damage& damage, const history_report& report)
    : file_(std::move(file)), damage_(damage), report_(report), thread_([this] { run(); }) {}

history_check::~history_check() {
  stopping_ = true;
  thread_.join();
}

void history_check::run() {
  std::error_code unknown;
  const auto size = std::filesystem::file_size(file_, unknown) >> 20U;
  report_(
      gravity::info,
      "the history in " + file_.string() + " has " + std::to_string(size) +
          " MiB, and is looked through for damage in the background, which takes about a second a gigabyte");
  try {
    SQLite::Database database(file_.string(), SQLite::OPEN_READONLY, busy_timeout_ms);
    add_tokenizer(database);
    sqlite3_progress_handler(database.getHandle(), steps_between_looks, &is_stopping, &stopping_);
    const std::string found = database.execAndGet("PRAGMA quick_check(1)").getString();
    if (found == "ok")
      report_(gravity::info, "no damage was found in the history in " + file_.string());
    else
      damage_.note(found);
  } catch (const SQLite::Exception& error) {
    if (stopping_ || damage_.note(error)) return;
    report_(gravity::warning,
            "the history in " + file_.string() + " could not be looked through for damage: " + error.what());
  }
}

}  // namespace parley::chat
