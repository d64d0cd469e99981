#include "auth/folder_lock.hpp"

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace parley::auth {

tl::expected<folder_lock, std::string> folder_lock::take(const std::filesystem::path& folder) {
  const auto path = folder.empty() ? std::filesystem::path(".") : folder;
  std::error_code error;
  if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), error);
  const bool made = ::mkdir(path.c_str(), 0700) == 0;  // whatever goes wrong here, the open below says it
  folder_lock lock;
  lock.descriptor_ = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (lock.descriptor_ < 0)
    return tl::unexpected("cannot open the folder " + path.string() + ": " + std::strerror(errno));
  // Root makes it for a server that runs as somebody else, to whom the folder around it belongs.
  struct stat around{};
  const auto parent = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
  if (made && ::stat(parent.c_str(), &around) == 0 &&
      ::fchown(lock.descriptor_, around.st_uid, around.st_gid) != 0)
    errno = 0;  // others may not give, and need not
  // A file system without locks is no reason not to start.
  if (::flock(lock.descriptor_, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
    return tl::unexpected("the folder " + path.string() +
                          " is in use by another parley process; stop that one first");
  return lock;
}

folder_lock::folder_lock(folder_lock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

folder_lock::~folder_lock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace parley::auth
