#include "chat/history_reading_thread.hpp"

#include <memory>
#include <utility>

namespace parley::chat {

history_reading_thread::history_reading_thread(std::filesystem::path file, std::size_t most,
                                               std::function<void(const std::string&)> report)
    : file_(std::move(file)), most_(most), report_(std::move(report)), thread_([this] { run(); }) {}

history_reading_thread::~history_reading_thread() {
  stop();
}

bool history_reading_thread::post(task what) {
  {
    const std::lock_guard lock(mutex_);
    if (tasks_.size() >= most_) return false;
    tasks_.push_back(std::move(what));
  }
  more_.notify_one();
  return true;
}

void history_reading_thread::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  more_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void history_reading_thread::run() {
  std::unique_ptr<history_reader> database;
  std::unique_lock lock(mutex_);
  for (;;) {
    more_.wait(lock, [&] { return stopping_ || !tasks_.empty(); });
    if (stopping_) return;
    const auto next = std::move(tasks_.front());
    tasks_.pop_front();
    lock.unlock();
    try {
      if (!database) database = std::make_unique<history_reader>(file_);
      next(database.get());
    } catch (const SQLite::Exception& error) {
      report_("history cannot be read from " + file_.string() + ": " + error.what());
      database.reset();
      next(nullptr);
    }
    lock.lock();
  }
}

}  // namespace parley::chat
