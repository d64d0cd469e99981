#pragma once
// The rooms that the history file knows. Any thread.

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "chat/history_database.hpp"

namespace parley::chat {

class sqlite_room_log;

// What the history's threads know of a room.
struct history_room {
  // Runs a function on the thread that a log lives on, later. What one thread gives runs in that order.
  using executor = std::function<void(std::function<void()>)>;

  kept_room kept;  // the id is everybody's, the rest the writer's
  executor home;
  sqlite_room_log* log = nullptr;  // for functions that run at home
  bool to_index = false;           // the writer's: it is in its list
};

class history_rooms {
 public:
  void add(std::shared_ptr<history_room> room) {
    const std::lock_guard lock(mutex_);
    by_name_.emplace(room->kept.name, room);
    rooms_.push_back(std::move(room));
  }

  // Null where there is none of this name.
  std::shared_ptr<history_room> find(const std::string& name) const {
    const std::lock_guard lock(mutex_);
    const auto found = by_name_.find(name);
    return found == by_name_.end() ? nullptr : found->second;
  }

  // In the order in which they came; null behind the last.
  std::shared_ptr<history_room> at(std::size_t index) const {
    const std::lock_guard lock(mutex_);
    return index < rooms_.size() ? rooms_[index] : nullptr;
  }

  std::vector<std::shared_ptr<history_room>> all() const {
    const std::lock_guard lock(mutex_);
    return rooms_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::shared_ptr<history_room>> rooms_;
  std::unordered_map<std::string, std::shared_ptr<history_room>> by_name_;
};

}  // namespace parley::chat
