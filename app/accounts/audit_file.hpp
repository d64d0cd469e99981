#pragma once
// The file of the audit log, and those that were it before: audit.log.1 is the newest of them.

#include <cstdint>
#include <filesystem>
#include <string_view>

namespace parley {

// When a new file is begun, and how many old ones are kept.
struct audit_limits {
  std::uint64_t size = 0;  // bytes
  std::int64_t age = 0;    // milliseconds from the first act in the file; 0: never for its age
  std::size_t files = 0;
};

// For one thread at a time. Throws std::system_error, which names the file, and goes on with the next line.
class audit_file {
 public:
  // Makes the file, mode 0600, where there is none.
  audit_file(std::filesystem::path file, audit_limits limits);
  ~audit_file();
  audit_file(const audit_file&) = delete;
  audit_file& operator=(const audit_file&) = delete;

  // Appends a line that begins with `{"at":` and a time in Unix milliseconds.
  void write(std::string_view line);

 private:
  void open();
  void rotate();
  std::filesystem::path old_file(std::size_t number) const;

  const std::filesystem::path file_;
  const audit_limits limits_;
  int descriptor_ = -1;
  std::uint64_t size_ = 0;
  std::int64_t began_ = 0;  // 0: with the next line
};

}  // namespace parley
