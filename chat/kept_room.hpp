#pragma once
// A room as the history's file and its writer know it.

#include <cstdint>
#include <string>

#include "chat/history_time_order.hpp"

namespace parley::chat {

// How far a room has been looked through. Events have rising seqs with holes: only looking at them tells how
// many there are.
struct prune_progress {
  std::uint64_t counted_to = 0;            // at least what is pruned
  std::uint64_t messages = 0, others = 0;  // that are kept, up to there
  std::uint64_t aged_to = 0;               // up to here all is older than it may be
  std::uint64_t dated_to = 0;              // from there up to here the times are wrong
};

// What the file knows of a room besides its messages.
struct kept_room {
  std::int64_t id = 0;
  std::string name, epoch;
  std::uint64_t last_seq = 0, pruned = 0;  // pruned: what was up to here is not kept any more
  std::string record;                      // see room_record
  std::uint64_t reserved = 0;  // seqs up to here may have been shown; 0: only those that are stored
  std::uint64_t indexed = 0;   // the words of what is up to here can be found
  time_order order = {};       // of what is indexed
  prune_progress progress = {};
};

}  // namespace parley::chat
