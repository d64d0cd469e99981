#pragma once
// The name of a socket.

#include <cstddef>
#include <cstdint>

namespace parley {

// A socket anywhere in the process: its shard, and its number there. Numbers are never used twice.
struct socket_id {
  std::size_t shard = 0;
  std::uint64_t number = 0;
  bool operator==(const socket_id&) const = default;
};

}  // namespace parley
