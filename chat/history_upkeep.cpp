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
    if (!damage_.note(error) && !reported && !std::exchange(cannot_index_, true))  // else it was said
      settings_.report(gravity::warning, "what was said last cannot be indexed in " + settings_.file +
                                             " and is not found by a search yet: " + error.what());
    return false;
  }
  if (std::exchange(cannot_index_, false))
    settings_.report(gravity::warning, "what was said last is indexed again");
  std::erase_if(to_index_, [](const auto& room) {
    room->to_index = room->kept.indexed < room->kept.last_seq;
    return !room->to_index;
  });
  return !to_index_.empty();
}

bool history_upkeep::tidy_a_slice() {
  if (!gives_back_) {
    gives_back_ = !prune_a_slice();
    return true;
  }
  gives_back_ = give_back_a_slice();
  return gives_back_;
}

keeping history_upkeep::what_to_keep(const clock_reading& clocks) const {
  const bool by_age = settings_.keep != milliseconds::zero() && clocks.agrees;
  const auto since = by_age ? clocks.now - settings_.keep.count() : 0;
  return {settings_.keep_count, std::max(since, make_room_since_), clocks.now};
}

bool history_upkeep::prune_a_slice() {
  const auto clocks = settings_.now();
  const auto room = rooms_.at(next_pruned_);
  if (!room) return end_round(clocks.now);
  auto& kept = room->kept;
  const auto before = kept.pruned;
  history_room::executor home;
  try {
    const std::lock_guard lock(database_mutex_);
    if (!database_.prune(kept, what_to_keep(clocks))) {
      ++next_pruned_;
      if (too_large_)
        if (const auto oldest = database_.oldest(kept, clocks.now))
          oldest_ = std::min(oldest_.value_or(*oldest), *oldest);
    }
    if (make_room_since_ != 0 && !is_too_large()) make_room_since_ = 0;
    cannot_prune_ = false;
    home = room->home;  // none: nobody has opened the room
  } catch (const SQLite::Exception& error) {
    if (!damage_.note(error) && !std::exchange(cannot_prune_, true))
      settings_.report(gravity::warning,
                       "old messages cannot be removed from " + settings_.file + ": " + error.what());
    ++next_pruned_;
    return true;
  }
  if (home && kept.pruned != before) home([log = room->log, pruned = kept.pruned] { log->forget(pruned); });
  return true;
}

// A little less than there may be: it is only looked at now and then. With the mutex held.
bool history_upkeep::is_too_large() {
  return settings_.max_size != 0 && database_.space().used() > settings_.max_size / 16 * 15;
}

// The oldest part of the time that there is anything from goes first, in all rooms.
bool history_upkeep::end_round(unix_ms now) {
  constexpr int parts = 64;
  constexpr unix_ms little = 60'000;  // of a time that is still to come, and wrong
  next_pruned_ = 0;
  too_large_ = false;
  make_room_since_ = 0;
  const auto oldest = std::exchange(oldest_, std::nullopt);
  if (cannot_prune_) return false;
  const std::lock_guard lock(database_mutex_);
  too_large_ = is_too_large();
  if (too_large_ && oldest)
    make_room_since_ = *oldest + (*oldest > now ? little : std::max<unix_ms>(1, (now - *oldest) / parts));
  return too_large_;
}

bool history_upkeep::give_back_a_slice() {
  try {
    const std::lock_guard lock(database_mutex_);
    return database_.space().give_back();
  } catch (const SQLite::Exception&) {
    return false;  // the disk has trouble, which whoever writes reports: again the next time
  }
}

}  // namespace parley::chat
