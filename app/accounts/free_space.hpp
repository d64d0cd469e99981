#pragma once
// Whether there is enough free space where the data lies. Any thread.

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <mutex>

#include "chat/clock.hpp"

namespace parley {

class free_space {
 public:
  // `least` in bytes; 0: there is always enough.
  free_space(std::filesystem::path folder, std::uint64_t least);

  // Looks at the disk once a second at most. Says in the log when it has become too little, and when it is
  // enough again. Where the disk does not tell, there is enough.
  bool is_enough();

 private:
  void look();

  const std::filesystem::path folder_;
  const std::uint64_t least_;
  std::mutex mutex_;  // of looking
  std::atomic<chat::clock::rep> look_again_;
  std::atomic<bool> enough_{true};
};

}  // namespace parley
