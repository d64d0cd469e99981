#pragma once
// What waits for the history's writer, and when it is time to commit it: see commit_pacer.

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "chat/clock.hpp"
#include "chat/commit_pacer.hpp"
#include "chat/history_database.hpp"
#include "chat/history_rooms.hpp"
#include "chat/room_log.hpp"

namespace parley::chat {

class history_write_queue {
 public:
  // An entry of a room, or something to do when all before it is committed.
  struct pending {
    std::shared_ptr<history_room> room;
    log_entry entry;
    history_database::work what_to_do = history_database::work::add;
    std::function<void()> errand = nullptr;
    time_point due = {};  // when it is shown; long ago: as soon as it is stored
  };

  explicit history_write_queue(commit_pacer commits) : commits_(commits) {}

  // False where too much waits. Any thread.
  bool add(pending one);

  // For the writer: waits until it is time for all that waits, or `until`. Nothing when it is to end and all
  // is done. What it took is under way until it says that it is done, with when the commit began if there was
  // one.
  std::optional<std::vector<pending>> take(time_point until);
  void done(std::optional<time_point> committed);

  // Waits until nothing waits any more or is under way. False where that takes longer. Any thread.
  bool drain(milliseconds limit);

  // Everything is taken at once from now on. Any thread.
  void stop();

 private:
  void wait_for_work(std::unique_lock<std::mutex>& lock, time_point until);

  std::mutex mutex_;  // of all below
  std::condition_variable more_, drained_;
  std::vector<pending> waiting_;
  std::size_t bytes_ = 0;  // of texts and records in it
  bool under_way_ = false, stopping_ = false;
  commit_pacer commits_;
  time_point wakes_at_ = time_point::min();  // the writer, by itself; min: it is awake
};

}  // namespace parley::chat
