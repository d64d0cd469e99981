#include "chat/room_log.hpp"

#include <algorithm>

namespace parley::chat {

room_message event_of(std::uint64_t seq, const log_entry& entry) {
  return {seq, entry.user, entry.text, entry.at, entry.kind, entry.target, false};
}

bool room_log::page_filler::take(room_message message) {
  bytes_ += message.from.size() + message.text.size();
  page_.more = page_.messages.size() == limit_ || (bytes_ > max_page && !page_.messages.empty());
  if (page_.more) return false;
  page_.messages.push_back(std::move(message));
  return true;
}

memory_room_log::memory_room_log(std::string epoch, std::size_t keep)
    : epoch_(std::move(epoch)), keep_(keep) {}

bool remove_from(std::deque<room_message>& messages, std::uint64_t seq) {
  const auto found = std::lower_bound(
      messages.begin(), messages.end(), seq,
      [](const room_message& message, std::uint64_t wanted) { return message.seq < wanted; });
  if (found == messages.end() || found->seq != seq) return false;
  if (found->kind != event_kind::message || found->removed) return false;
  found->text.clear();
  found->removed = true;
  return true;
}

// Where no text is kept there is nothing to look at: what was said once can be removed from where it is
// shown.
bool memory_room_log::remove(std::uint64_t seq) {
  return keep_ == 0 ? seq != 0 && seq <= last_seq_ : remove_from(messages_, seq);
}

bool memory_room_log::append(log_entry entry) {
  if (entry.only_record) {
    committed({outcome::stored, 0, std::move(entry)});
    return true;
  }
  if (entry.kind == event_kind::removal && !remove(entry.target)) {
    committed({outcome::missing, 0, std::move(entry)});
    return true;
  }
  if (const auto first = ids_.find(entry.user, entry.id)) {
    committed({outcome::repeated, *first, std::move(entry)});
    return true;
  }
  ids_.add(entry.user, entry.id, ++last_seq_);
  if (keep_ != 0) {
    messages_.push_back(event_of(last_seq_, entry));
    others_ += entry.kind == event_kind::message ? 0 : 1;
    forget_the_oldest();
  }
  committed({outcome::stored, last_seq_, std::move(entry)});
  return true;
}

void memory_room_log::forget_the_oldest() {
  while (messages_.size() - others_ > keep_ || others_ > keep_ + spare_others) {
    others_ -= messages_.front().kind == event_kind::message ? 0 : 1;
    messages_.pop_front();
  }
}

room_log::page memory_room_log::read_after(std::uint64_t seq, std::size_t limit) const {
  page result;
  const auto first = std::upper_bound(
      messages_.begin(), messages_.end(), seq,
      [](std::uint64_t wanted, const room_message& message) { return wanted < message.seq; });
  const auto available = static_cast<std::size_t>(messages_.end() - first);
  result.complete = seq <= last_seq_ && available == last_seq_ - seq;
  page_filler filler(result, limit);
  (void)std::all_of(first, messages_.end(),
                    [&](const room_message& message) { return filler.take(message); });
  return result;
}

room_log::page memory_room_log::read_before(std::uint64_t seq, std::size_t limit) const {
  page result;
  const auto end = std::lower_bound(
      messages_.begin(), messages_.end(), seq,
      [](const room_message& message, std::uint64_t wanted) { return message.seq < wanted; });
  page_filler filler(result, limit);
  (void)std::all_of(std::make_reverse_iterator(end), messages_.rend(),
                    [&](const room_message& message) { return filler.take(message); });
  std::reverse(result.messages.begin(), result.messages.end());
  result.complete = true;
  return result;
}

room_log::page memory_room_log::read_last(std::size_t limit) const {
  return read_before(last_seq_ + 1, limit);
}

bool memory_room_log::read(range wanted, const std::string& /*asker*/, reader then) {
  then(wanted.where == range::direction::before ? read_before(wanted.seq, wanted.limit)
                                                : read_after(wanted.seq, wanted.limit));
  return true;
}

bool memory_room_log::count_unread(std::uint64_t after, const std::string& user, counter then) {
  std::size_t count = 0, looked_at = 0;
  for (auto each = messages_.rbegin(); each != messages_.rend() && each->seq > after; ++each) {
    count += each->kind == event_kind::message && each->from != user ? 1 : 0;
    if (count == max_unread || ++looked_at == max_looked_at) break;
  }
  then(count);
  return true;
}

}  // namespace parley::chat
