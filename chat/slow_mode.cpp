#include "chat/slow_mode.hpp"

namespace parley::chat {

std::optional<milliseconds> slow_mode::wait(const std::string& key, const std::string& id,
                                            milliseconds interval, time_point now) {
  std::erase_if(turns_, [&](const auto& each) { return each.second.at + interval <= now; });
  const auto last = turns_.find(key);
  if (last == turns_.end() || (!id.empty() && last->second.id == id)) return std::nullopt;
  return until(now, last->second.at + interval);
}

void slow_mode::take_turn(const std::string& key, const std::string& id, time_point now) {
  turns_.try_emplace(key, turn{now, id});
}

}  // namespace parley::chat
