#pragma once
// Keeps a second process from writing the same files.

#include <filesystem>
#include <string>

#include <tl/expected.hpp>

namespace parley::auth {

// Holds a lock on a folder as long as it lives; the kernel lets go of it when the process dies, however it
// dies.
class folder_lock {
 public:
  // Makes the folder (mode 0700) where there is none. The error, for an operator, says who is in the way.
  static tl::expected<folder_lock, std::string> take(const std::filesystem::path& folder);

  folder_lock() = default;  // holds nothing
  folder_lock(folder_lock&& other) noexcept;
  folder_lock& operator=(folder_lock&&) = delete;
  ~folder_lock();

 private:
  int descriptor_ = -1;
};

}  // namespace parley::auth
