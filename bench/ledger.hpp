#pragma once
// The books of one room in one round: what was delivered, in the order in which it was first delivered to
// anybody, and how far each member has got in it. All members of a room are owed all messages in one order,
// so a member's next delivery is nearly always the bytes of the next entry, and comparing them is all there
// is to do.

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "bench/dialect.hpp"
#include "bench/load.hpp"

namespace parley::bench {

class ledger {
 public:
  // `owed`: how many of the round's messages go to the room.
  ledger(const schedule& round, std::uint32_t owed)
      : round_(round), owed_(owed), entry_of_(round.count(), none) {}

  // One member's bookmark.
  struct bookmark {
    std::uint32_t next = 0;                            // entry
    std::unique_ptr<std::set<std::uint32_t>> skipped;  // entries before `next` that have not come yet
  };

  // What a text message to this member was: the number of the message it delivered, or none (something else,
  // a second delivery, a message of another round).
  std::optional<std::uint32_t> take(bookmark& member, std::string_view payload);

  // What this member never got of the round.
  std::uint64_t lost_to(const bookmark& member) const;

  // Where two threads saw two orders.
  std::uint64_t differences(const ledger& other) const;

  std::uint32_t owed() const { return owed_; }
  std::uint64_t doubled() const { return doubled_; }
  std::uint64_t out_of_order() const { return out_of_order_; }
  std::uint64_t of_other_rounds() const { return of_other_rounds_; }
  std::size_t frame_size() const { return entries_.empty() ? 0 : entries_.back().size; }

 private:
  struct entry {
    std::uint32_t number;
    std::uint32_t size;
    std::size_t offset;
  };
  static constexpr std::uint32_t none = ~std::uint32_t{0};

  std::optional<std::uint32_t> take_slowly(bookmark& member, std::string_view payload);
  std::uint32_t enter(std::uint32_t number, std::string_view payload);

  const schedule& round_;
  const std::uint32_t owed_;
  std::vector<entry> entries_;
  std::string bytes_;  // of all entries
  std::vector<std::uint32_t> entry_of_;
  std::uint64_t last_seq_ = 0;
  std::uint64_t doubled_ = 0, out_of_order_ = 0, of_other_rounds_ = 0;
};

inline std::optional<std::uint32_t> ledger::take(bookmark& member, std::string_view payload) {
  if (member.next < entries_.size()) {
    const auto& expected = entries_[member.next];
    if (payload == std::string_view(bytes_.data() + expected.offset, expected.size)) {
      ++member.next;
      return expected.number;
    }
  }
  return take_slowly(member, payload);
}

}  // namespace parley::bench
