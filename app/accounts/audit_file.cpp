#include "app/accounts/audit_file.hpp"

#include <cerrno>
#include <charconv>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace parley {
namespace {

constexpr std::string_view before_time = "{\"at\":";

std::int64_t time_of(std::string_view line) {
  std::int64_t at = 0;
  if (line.starts_with(before_time))
    std::from_chars(line.data() + before_time.size(), line.data() + line.size(), at);
  return at;
}

[[noreturn]] void throw_errno(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

}  // namespace

audit_file::audit_file(std::filesystem::path file, audit_limits limits)
    : file_(std::move(file)), limits_(limits) {
  open();
}

audit_file::~audit_file() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void audit_file::open() {
  descriptor_ = ::open(file_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (descriptor_ < 0) throw_errno(file_.string());
  struct stat status{};
  size_ = ::fstat(descriptor_, &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
  constexpr std::size_t enough_for_time = 40;
  char first[enough_for_time] = {};
  const auto read = ::pread(descriptor_, first, sizeof first, 0);
  began_ = read > 0 ? time_of({first, static_cast<std::size_t>(read)}) : 0;
}

std::filesystem::path audit_file::old_file(std::size_t number) const {
  return file_.string() + "." + std::to_string(number);
}

// Where a name cannot be changed it goes on in the old file: no act is lost for that.
void audit_file::rotate() {
  std::error_code error;
  if (limits_.files == 0) std::filesystem::remove(file_, error);
  for (auto number = limits_.files; number > 0 && !error; --number) {
    const auto from = number == 1 ? file_ : old_file(number - 1);
    if (std::filesystem::exists(from)) std::filesystem::rename(from, old_file(number), error);
  }
  ::close(std::exchange(descriptor_, -1));
  open();
  if (error) throw std::system_error(error, file_.string() + " cannot be followed by a new one");
}

void audit_file::write(std::string_view line) {
  if (descriptor_ < 0) open();
  const auto at = time_of(line);
  const bool too_long = size_ != 0 && size_ + line.size() > limits_.size;
  const bool too_old = limits_.age != 0 && began_ != 0 && at - began_ >= limits_.age;
  std::exception_ptr trouble;
  if (too_long || too_old) try {
      rotate();
    } catch (const std::system_error&) {
      trouble = std::current_exception();
    }
  if (began_ == 0) began_ = at;
  while (descriptor_ >= 0 && !line.empty()) {
    const auto written = ::write(descriptor_, line.data(), line.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw_errno(file_.string());
    size_ += static_cast<std::uint64_t>(written);
    line.remove_prefix(static_cast<std::size_t>(written));
  }
  if (trouble) std::rethrow_exception(trouble);
}

}  // namespace parley
