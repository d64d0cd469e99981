#pragma once
// Slow mode: one message of each member in so long a time. Who spoke last when, and under which id, so that
// the same message again is no second one.

#include <map>
#include <optional>
#include <string>

#include "chat/clock.hpp"

namespace parley::chat {

class slow_mode {
 public:
  // How long a member has to wait before a message with this id; nothing where it may come now.
  std::optional<milliseconds> wait(const std::string& key, const std::string& id, milliseconds interval,
                                   time_point now);
  void take_turn(const std::string& key, const std::string& id, time_point now);

  // The message came to nothing: another may come at once.
  void give_back(const std::string& key) { turns_.erase(key); }

  void switch_off() { turns_.clear(); }

 private:
  struct turn {
    time_point at;
    std::string id;
  };
  std::map<std::string, turn> turns_;  // by key
};

}  // namespace parley::chat
