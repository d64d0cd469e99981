#include "chat/history_reading_thread.hpp"

#include <memory>
#include <utility>

namespace parley::chat {

history_reading_thread::history_reading_thread(std::filesystem::path file, std::size_t most,
                                               history_damage& damage, history_report report)
    : file_(std::move(file)), most_(most), damage_(damage), report_(std::move(report)), thread_([this] {
        run();
      }) {}

history_reading_thread::~history_reading_thread() {
  stop();
}

bool history_reading_thread::post(const std::string& asker, task what) {
  {
    const std::lock_guard lock(mutex_);
    auto& own = tasks_[asker];
    if (waiting_ >= most_ || own.size() >= most_ / 8) {
      if (own.empty()) tasks_.erase(asker);
      return false;
    }
    if (own.empty()) turns_.push_back(asker);
    own.push_back(std::move(what));
    ++waiting_;
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

// With mutex_ held, where something waits.
history_reading_thread::task history_reading_thread::take_next() {
  auto asker = std::move(turns_.front());
  turns_.pop_front();
  const auto found = tasks_.find(asker);
  auto next = std::move(found->second.front());
  found->second.pop_front();
  --waiting_;
  if (found->second.empty())
    tasks_.erase(found);
  else
    turns_.push_back(std::move(asker));
  return next;
}

void history_reading_thread::run() {
  std::unique_ptr<history_reader> database;
  bool in_trouble = false;
  std::unique_lock lock(mutex_);
  for (;;) {
    more_.wait(lock, [&] { return stopping_ || waiting_ != 0; });
    if (stopping_) return;
    const auto next = take_next();
    lock.unlock();
    try {
      if (!database) database = std::make_unique<history_reader>(file_);
      next(database.get());
      in_trouble = false;
    } catch (const SQLite::Exception& error) {
      if (!damage_.note(error) && !std::exchange(in_trouble, true))
        report_(gravity::warning, "history cannot be read from " + file_.string() + ": " + error.what());
      database.reset();
      next(nullptr);
    }
    lock.lock();
  }
}

}  // namespace parley::chat
