#pragma once
// A thread that reads the history file, and what waits for it.

#include <condition_variable>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include "chat/history_damage.hpp"
#include "chat/history_reader.hpp"

namespace parley::chat {

class history_reading_thread {
 public:
  // Done on the thread. Once more and with null where the file could not be read.
  using task = std::function<void(history_reader*)>;

  // No more than `most` tasks wait, and of one asker no more than an eighth of that. Trouble is reported once
  // in one sentence, on the thread.
  history_reading_thread(std::filesystem::path file, std::size_t most, history_damage& damage,
                         history_report report);
  ~history_reading_thread();
  history_reading_thread(const history_reading_thread&) = delete;
  history_reading_thread& operator=(const history_reading_thread&) = delete;

  // Askers (users' keys) take turns, whatever each of them has waiting. False where too many wait. Any
  // thread.
  bool post(const std::string& asker, task what);

  // Ends the thread; what waits is not done any more.
  void stop();

 private:
  void run();
  task take_next();

  const std::filesystem::path file_;
  const std::size_t most_;
  history_damage& damage_;
  const history_report report_;
  std::mutex mutex_;  // of those below
  std::condition_variable more_;
  std::map<std::string, std::deque<task>> tasks_;  // by asker, none of them empty
  std::deque<std::string> turns_;                  // the askers, who is next in front
  std::size_t waiting_ = 0;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace parley::chat
