#pragma once
// Looks through a history that is too large to be checked before the start, on a thread of its own.

#include <atomic>
#include <filesystem>
#include <thread>

#include "chat/history_damage.hpp"

namespace parley::chat {

class history_check {
 public:
  // Begins at once, and tells that it does, and what it found. Both are to outlive it.
  history_check(std::filesystem::path file, history_damage& damage, const history_report& report);
  // Breaks it off.
  ~history_check();
  history_check(const history_check&) = delete;
  history_check& operator=(const history_check&) = delete;

 private:
  void run();

  const std::filesystem::path file_;
  history_damage& damage_;
  const history_report& report_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace parley::chat
