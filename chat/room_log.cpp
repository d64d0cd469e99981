#include "chat/room_log.hpp"

#include <algorithm>

namespace parley::chat {
namespace {

// Covers a reconnect by far: at one message a second each, a thousand members need ten seconds to push an id
// out.
constexpr std::size_t max_ids = 10'000;

std::string id_key(const std::string& user, const std::string& id) {
  return user + '\n' + id;
}

}  // namespace

memory_room_log::memory_room_log(std::string epoch, std::size_t keep)
    : epoch_(std::move(epoch)), keep_(keep) {}

room_log::appended memory_room_log::append(const std::string& user, const std::string& id,
                                           const std::string& text, unix_ms at) {
  if (!id.empty()) {
    const auto [place, added] = seq_by_id_.try_emplace(id_key(user, id), last_seq_ + 1);
    if (!added) return {place->second, true};
    ids_.push_back(&place->first);
    if (ids_.size() > max_ids) {
      seq_by_id_.erase(*ids_.front());
      ids_.pop_front();
    }
  }
  ++last_seq_;
  if (keep_ != 0) {
    messages_.push_back({last_seq_, user, text, at});
    if (messages_.size() > keep_) messages_.pop_front();
  }
  return {last_seq_, false};
}

room_log::page memory_room_log::read_after(std::uint64_t seq, std::size_t limit) const {
  page result;
  const auto first = std::upper_bound(
      messages_.begin(), messages_.end(), seq,
      [](std::uint64_t wanted, const room_message& message) { return wanted < message.seq; });
  const auto available = static_cast<std::size_t>(messages_.end() - first);
  const auto count = std::min(available, limit);
  result.messages.assign(first, first + static_cast<std::ptrdiff_t>(count));
  result.complete = seq <= last_seq_ && available == last_seq_ - seq;
  result.more = count < available;
  return result;
}

room_log::page memory_room_log::read_last(std::size_t limit) const {
  page result;
  const auto count = std::min(messages_.size(), limit);
  result.messages.assign(messages_.end() - static_cast<std::ptrdiff_t>(count), messages_.end());
  result.more = count < messages_.size();
  return result;
}

}  // namespace parley::chat
