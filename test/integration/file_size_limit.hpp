#pragma once
// Lets the writes of a running process fail, as on a full disk.

#include <stdexcept>

#include <sys/resource.h>
#include <sys/types.h>

namespace parley::test {

// While it lives every write of the server that makes a file longer than this fails.
class file_size_limit {
 public:
  file_size_limit(pid_t process, rlim_t bytes) : process_(process) {
    ::prlimit(process_, RLIMIT_FSIZE, nullptr, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    if (::prlimit(process_, RLIMIT_FSIZE, &limit, nullptr) != 0) throw std::runtime_error("prlimit");
  }
  ~file_size_limit() { ::prlimit(process_, RLIMIT_FSIZE, &before_, nullptr); }
  file_size_limit(const file_size_limit&) = delete;
  file_size_limit& operator=(const file_size_limit&) = delete;

 private:
  pid_t process_;
  rlimit before_{};
};

}  // namespace parley::test
