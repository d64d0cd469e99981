#pragma once
// Lets writes fail in the middle, as on a full disk.

#include <csignal>

#include <sys/resource.h>

namespace parley::test {

// As long as it lives no file of this process can grow past `bytes`: write() gives what fits, then EFBIG. For
// the statements under test only; the report of the test itself is a file too.
class full_disk {
 public:
  explicit full_disk(rlim_t bytes) : old_handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &old_);
    const rlimit tiny{bytes, old_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &tiny);
  }
  full_disk(const full_disk&) = delete;
  full_disk& operator=(const full_disk&) = delete;
  ~full_disk() {
    ::setrlimit(RLIMIT_FSIZE, &old_);
    std::signal(SIGXFSZ, old_handler_);
  }

 private:
  rlimit old_{};
  void (*old_handler_)(int);
};

}  // namespace parley::test
