#include "bench/ledger.hpp"

#include <algorithm>

namespace parley::bench {

std::optional<std::uint32_t> ledger::take_slowly(bookmark& member, std::string_view payload) {
  const auto id = delivered_id(payload);
  if (!id) return std::nullopt;
  if (id->round != round_.round() || id->number >= round_.count()) {
    ++of_other_rounds_;
    return std::nullopt;
  }
  auto at = entry_of_[id->number];
  if (at == none) at = enter(id->number, payload);
  if (at >= member.next) {
    for (auto missing = member.next; missing < at; ++missing) {
      if (!member.skipped) member.skipped = std::make_unique<std::set<std::uint32_t>>();
      member.skipped->insert(missing);
    }
    member.next = at + 1;
    return id->number;
  }
  if (!member.skipped || member.skipped->erase(at) == 0) {
    ++doubled_;
    return std::nullopt;
  }
  ++out_of_order_;
  return id->number;
}

std::uint32_t ledger::enter(std::uint32_t number, std::string_view payload) {
  const auto at = static_cast<std::uint32_t>(entries_.size());
  entry_of_[number] = at;
  entries_.push_back({number, static_cast<std::uint32_t>(payload.size()), bytes_.size()});
  bytes_.append(payload);
  if (const auto seq = delivered_seq(payload); seq != 0) {
    if (seq <= last_seq_) ++out_of_order_;
    last_seq_ = seq;
  }
  return at;
}

std::uint64_t ledger::lost_to(const bookmark& member) const {
  // What came to nobody is in no entry, and lost to this member too.
  const auto never_seen = owed_ - entries_.size();
  const auto not_reached = entries_.size() - member.next;
  return never_seen + not_reached + (member.skipped ? member.skipped->size() : 0);
}

std::uint64_t ledger::differences(const ledger& other) const {
  const auto both = std::min(entries_.size(), other.entries_.size());
  std::uint64_t differing = 0;
  for (std::size_t i = 0; i < both; ++i)
    if (entries_[i].number != other.entries_[i].number) ++differing;
  return differing;
}

}  // namespace parley::bench
