#pragma once
// What the history's writer does beside committing: it indexes the words of what was said last, and removes
// what is not kept any more. One slice at a time, since messages wait for no more than that. The writer's
// only.

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "chat/clock.hpp"
#include "chat/clock_watch.hpp"
#include "chat/history_damage.hpp"
#include "chat/history_database.hpp"
#include "chat/history_rooms.hpp"

namespace parley::chat {

class history_upkeep {
 public:
  struct settings {
    std::string file;            // its name, for reports
    milliseconds keep{0};        // how long a message is kept; 0: for ever
    std::size_t keep_count = 0;  // how many messages a room keeps; 0: all
    std::uint64_t max_size = 0;  // bytes of all together; 0: no limit
    std::function<clock_reading()> now;
    history_report report;  // trouble, and the end of it, in one sentence
  };

  // Takes the mutex for each use of the database. Everything is to outlive it.
  history_upkeep(settings how, history_database& database, std::mutex& database_mutex,
                 const history_rooms& rooms, history_damage& damage)
      : settings_(std::move(how)),
        database_(database),
        database_mutex_(database_mutex),
        rooms_(rooms),
        damage_(damage) {}

  // Something in the room is not indexed.
  void to_index(const std::shared_ptr<history_room>& room);
  bool is_indexed() const { return to_index_.empty(); }

  // Whether indexing went wrong the last time.
  bool has_failed() const { return failed_; }

  // Whether there is more to do at once. Trouble goes unreported where it was `reported` already.
  bool index_a_slice(bool reported);

  // Removes what is not kept any more, in a round through the rooms, and then gives space on the disk back.
  // Whether there may be more to do at once.
  bool tidy_a_slice();

 private:
  bool prune_a_slice();
  bool give_back_a_slice();
  keeping what_to_keep(const clock_reading& clocks) const;
  bool is_too_large();
  bool end_round(unix_ms now);

  const settings settings_;
  history_database& database_;
  std::mutex& database_mutex_;
  const history_rooms& rooms_;
  history_damage& damage_;
  std::vector<std::shared_ptr<history_room>> to_index_;
  bool failed_ = false, cannot_index_ = false, cannot_prune_ = false;
  std::size_t next_pruned_ = 0;  // index of a room
  bool gives_back_ = false;      // the round is over

  // Where all together is too much, a round through the rooms finds the oldest, and the next one removes.
  bool too_large_ = false;
  std::optional<unix_ms> oldest_;
  unix_ms make_room_since_ = 0;
};

}  // namespace parley::chat
