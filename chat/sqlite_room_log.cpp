#include "chat/sqlite_room_log.hpp"

#include <algorithm>

namespace parley::chat {

sqlite_room_log::sqlite_room_log(history_access& history, std::shared_ptr<history_room> state,
                                 std::vector<room_message> newest, std::size_t at_hand)
    : history_(history),
      state_(std::move(state)),
      epoch_(state_->kept.epoch),
      at_hand_limit_(at_hand),
      last_seq_(state_->kept.last_seq),
      pruned_(state_->kept.pruned),
      at_hand_(newest.begin(), newest.end()),
      at_hand_after_(at_hand_.size() < at_hand ? pruned_
                     : at_hand_.empty()        ? last_seq_
                                               : at_hand_.front().seq - 1) {}

bool sqlite_room_log::append(log_entry entry) {
  using work = history_database::work;
  if (!at_once_) {
    const bool taken = history_.append({.room = state_, .entry = std::move(entry), .due = next_flush_});
    if (taken) ++storing_;
    return taken;
  }
  if (entry.only_record) return history_.append({state_, std::move(entry)});
  // Only the file knows whether the message is there.
  if (entry.kind == event_kind::removal) return history_.append({state_, std::move(entry), work::blank});
  // Acknowledged again when the first one is stored, not before.
  if (ids_.find(entry.user, entry.id)) return history_.append({state_, std::move(entry), work::find});
  return show(std::move(entry));
}

void sqlite_room_log::apply(commit what) {
  if (at_once_) return apply_shown(std::move(what));
  --storing_;
  if (what.what == outcome::stored && !what.entry.only_record) hold(what.entry, what.seq);
  committed(std::move(what));
}

void sqlite_room_log::hold(const log_entry& entry, std::uint64_t seq) {
  last_seq_ = seq;
  if (entry.kind == event_kind::removal) remove_from(at_hand_, entry.target);
  at_hand_.push_back(event_of(seq, entry));
  if (at_hand_.size() > at_hand_limit_) {
    at_hand_after_ = at_hand_.front().seq;
    at_hand_.pop_front();
  }
}

// --- shown before it is stored ---

void sqlite_room_log::show_at_once(recent_ids ids, std::uint64_t reserved) {
  at_once_ = true;
  ids_ = std::move(ids);
  reserved_ = reserved;
}

bool sqlite_room_log::show(log_entry entry) {
  reserve_in_time();
  if (last_seq_ >= reserved_) return false;
  entry.seq = last_seq_ + 1;
  if (!history_.append({state_, entry})) return false;
  ids_.add(entry.user, entry.id, entry.seq);
  hold(entry, entry.seq);
  const auto seq = entry.seq;
  committed({outcome::shown, seq, std::move(entry)});
  return true;
}

void sqlite_room_log::apply_shown(commit what) {
  auto& entry = what.entry;
  if (entry.seq != 0) {
    what.was_shown = true;
    if (what.what != outcome::stored) {  // whoever saw it saw what history will not show
      std::erase_if(at_hand_, [&](const auto& held) { return held.seq == entry.seq; });
      if (what.what == outcome::failed) ids_.take_back(entry.user, entry.id);
    }
  } else if (entry.kind == event_kind::removal && what.what == outcome::stored) {
    // The text is gone from the file: now everybody is told.
    if (show(entry)) return;
    what.what = outcome::failed;
  }
  committed(std::move(what));
}

void sqlite_room_log::reserve_in_time() {
  constexpr std::uint64_t few = history_access::reserved_block / 2;
  if (reserving_ || reserved_ - last_seq_ > few) return;
  reserving_ = history_.reserve(state_, reserved_ + history_access::reserved_block);
}

void sqlite_room_log::reserved(std::uint64_t up_to) {
  reserving_ = false;
  reserved_ = up_to;
}

void sqlite_room_log::forget(std::uint64_t pruned) {
  pruned_ = pruned;
  while (!at_hand_.empty() && at_hand_.front().seq <= pruned) at_hand_.pop_front();
  at_hand_after_ = std::max(at_hand_after_, pruned);
}

room_log::page sqlite_room_log::read_after(std::uint64_t seq, std::size_t limit) const {
  page result;
  result.complete = seq >= pruned_ && seq <= last_seq_;
  if (seq < at_hand_after_) {
    result.more = true;
    return result;
  }
  page_filler filler(result, limit);
  const auto first = std::upper_bound(
      at_hand_.begin(), at_hand_.end(), seq,
      [](std::uint64_t wanted, const room_message& message) { return wanted < message.seq; });
  (void)std::all_of(first, at_hand_.end(), [&](const room_message& message) { return filler.take(message); });
  return result;
}

room_log::page sqlite_room_log::read_last(std::size_t limit) const {
  page result;
  page_filler filler(result, limit);
  const bool all = std::all_of(at_hand_.rbegin(), at_hand_.rend(),
                               [&](const room_message& message) { return filler.take(message); });
  std::reverse(result.messages.begin(), result.messages.end());
  if (all) result.more = at_hand_after_ > pruned_;
  return result;
}

bool sqlite_room_log::read(range wanted, const std::string& asker, reader then) {
  return history_.read(asker, [state = state_, wanted, then = std::move(then)](history_reader* database) {
    std::optional<page> found;
    if (database) found = database->read(state->kept.id, wanted);
    state->home([then, found = std::move(found)]() mutable { then(std::move(found)); });
  });
}

bool sqlite_room_log::count_unread(std::uint64_t after, const std::string& user, counter then) {
  return history_.read(ascii_lower(user),
                       [state = state_, after, user, then = std::move(then)](history_reader* database) {
                         std::optional<std::size_t> count;
                         if (database) count = database->count_unread(state->kept.id, after, user);
                         state->home([then, count] { then(count); });
                       });
}

}  // namespace parley::chat
