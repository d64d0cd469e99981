#include "chat/history_upkeep.hpp"

#include <algorithm>
#include <utility>

#include "chat/sqlite_room_log.hpp"

namespace parley::chat {
namespace {

constexpr milliseconds longest_indexing{10};  // in one transaction, which messages wait for

}  // namespace

void history_upkeep::to_index(const std::shared_ptr<history_room>& room) {
  if (!std::exchange(room->to_index, true)) to_index_.push_back(room);
}

bool history_upkeep::index_a_slice(bool reported) {
  std::vector<kept_room*> rooms;
  rooms.reserve(to_index_.size());
  for (const auto& room : to_index_) rooms.push_back(&room->kept);
  std::sort(rooms.begin(), rooms.end(),
            [](const auto* one, const auto* other) { return one->id < other->id; });
  try {
    const std::lock_guard lock(database_mutex_);
    if (!rooms.empty()) database_.index(rooms, clock::now() + longest_indexing);
    failed_ = false;
  } catch (const SQLite::Exception& error) {
    failed_ = true;
    if (!reported && !std::exchange(cannot_index_, true))  // else it was said
      settings_.report("what was said last cannot be indexed in " + settings_.file +
                       " and is not found by a search yet: " + error.what());
    return false;
  }
  if (std::exchange(cannot_index_, false)) settings_.report("what was said last is indexed again");
  std::erase_if(to_index_, [](const auto& room) {
    room->to_index = room->kept.indexed < room->kept.last_seq;
    return !room->to_index;
  });
  return !to_index_.empty();
}

bool history_upkeep::prune_a_slice() {
  const auto room = rooms_.at(next_pruned_);
  if (!room) {
    next_pruned_ = 0;
    return false;
  }
  auto& kept = room->kept;
  const auto now = settings_.now();
  const bool by_age = settings_.keep != milliseconds::zero() && now.agrees;
  const keeping what{settings_.keep_count, by_age ? now.now - settings_.keep.count() : 0, now.now};
  const auto before = kept.pruned;
  history_room::executor home;
  try {
    const std::lock_guard lock(database_mutex_);
    if (!database_.prune(kept, what)) ++next_pruned_;
    cannot_prune_ = false;
    home = room->home;  // none: nobody has opened the room
  } catch (const SQLite::Exception& error) {
    if (!std::exchange(cannot_prune_, true))
      settings_.report("old messages cannot be removed from " + settings_.file + ": " + error.what());
    ++next_pruned_;
    return true;
  }
  if (home && kept.pruned != before) home([log = room->log, pruned = kept.pruned] { log->forget(pruned); });
  return true;
}

}  // namespace parley::chat
