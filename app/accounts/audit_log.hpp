#pragma once
// What moderators, owners and operators did: one line of JSON an act, appended to a file that others follow,
// and never changed.

#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "app/accounts/audit_file.hpp"

namespace spdlog {
class logger;
namespace details {
class thread_pool;
}
}  // namespace spdlog

namespace parley {

// Any thread may write; a thread of its own carries it to the disk.
class audit_log {
 public:
  // Makes the file, mode 0600, where there is none. The error names it.
  static tl::expected<std::unique_ptr<audit_log>, std::string> open(const std::filesystem::path& file,
                                                                    const audit_limits& limits);
  ~audit_log();
  audit_log(const audit_log&) = delete;
  audit_log& operator=(const audit_log&) = delete;

  struct act {
    std::int64_t at;  // Unix milliseconds
    std::string_view room, by, what;
    std::string_view user = {};  // whom it concerned
    std::uint64_t seq = 0;       // of the message that was removed
    std::int64_t for_ms = 0;
    std::string_view details = {};  // the reason, or what was changed
  };
  void write(const act& done);

 private:
  audit_log(std::shared_ptr<spdlog::details::thread_pool> thread, std::shared_ptr<spdlog::logger> logger);

  std::shared_ptr<spdlog::details::thread_pool> thread_;  // ends, with all written, after the logger
  std::shared_ptr<spdlog::logger> logger_;
  std::atomic<std::size_t> lost_{0};
};

}  // namespace parley
