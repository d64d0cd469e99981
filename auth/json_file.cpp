#include "auth/json_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace parley::auth {
namespace {

using nlohmann::json;

constexpr std::size_t deepest_nesting = 16;  // our documents need three

class descriptor {
 public:
  explicit descriptor(int value) : value_(value) {}
  descriptor(const descriptor&) = delete;
  descriptor& operator=(const descriptor&) = delete;
  ~descriptor() {
    if (value_ >= 0) ::close(value_);
  }
  int get() const { return value_; }
  // Close where its result matters: some file systems report a failed write only here.
  bool close() { return ::close(std::exchange(value_, -1)) == 0; }

 private:
  int value_;
};

std::string failure(std::string_view what, const std::filesystem::path& path, int error = errno) {
  return std::string(what) + " " + path.string() + ": " + std::strerror(error);
}

// Feeds the parser and shows how far it has read: nlohmann::json tells positions for syntax errors only.
class tracked_iterator {
 public:
  using iterator_category = std::forward_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  tracked_iterator(const char* at, const char** reached) : at_(at), reached_(reached) {}
  reference operator*() const { return *at_; }
  tracked_iterator& operator++() {
    *reached_ = ++at_;
    return *this;
  }
  friend bool operator==(const tracked_iterator& left, const tracked_iterator& right) {
    return left.at_ == right.at_;
  }

 private:
  const char* at_;
  const char** reached_;
};

// What nlohmann::json says, without its own prefix and position, and without what it read: that may be a
// secret.
std::string syntax_fault(std::string text) {
  if (const auto column = text.find("column "); column != std::string::npos)
    if (const auto colon = text.find(": ", column); colon != std::string::npos) text.erase(0, colon + 2);
  if (const auto last_read = text.find("; last read: "); last_read != std::string::npos) {
    const auto expected = text.rfind("; expected ");
    const auto end = expected != std::string::npos && expected > last_read ? expected : text.size();
    text.erase(last_read, end - last_read);
  }
  return "not valid JSON: " + text.substr(0, 200);
}

// Builds the document, refuses keys that stand twice, and notes where the member named by `wanted` stands.
class document_reader final : public nlohmann::json_sax<json> {
 public:
  explicit document_reader(std::string_view text, std::vector<std::string_view> wanted = {})
      : text_(text), wanted_(std::move(wanted)), reached_(text.data()) {}

  bool read() {
    if (text_.empty())
      return refuse(0, "the file is empty");  // versions of nlohmann::json say different things
    const tracked_iterator first(text_.data(), &reached_);
    const tracked_iterator last(text_.data() + text_.size(), &reached_);
    return json::sax_parse(first, last, this);
  }

  json take_value() { return std::move(root_); }
  const std::string& fault() const { return fault_; }
  std::size_t fault_offset() const { return fault_offset_; }
  std::size_t found_offset() const { return found_offset_; }

  bool null() override { return add(nullptr); }
  bool boolean(bool value) override { return add(value); }
  bool number_integer(number_integer_t value) override { return add(value); }
  bool number_unsigned(number_unsigned_t value) override { return add(value); }
  bool number_float(number_float_t value, const string_t&) override { return add(value); }
  bool string(string_t& value) override { return add(std::move(value)); }
  bool binary(binary_t&) override { return false; }  // not in JSON text
  bool start_object(std::size_t) override { return start(json::object()); }
  bool start_array(std::size_t) override { return start(json::array()); }
  bool end_object() override { return end(); }
  bool end_array() override { return end(); }

  bool key(string_t& name) override {
    path_.back() = name;
    if (!wanted_.empty() && std::ranges::equal(path_, wanted_)) found_offset_ = start_of_key();
    const auto [member, fresh] = open_.back()->emplace(name, nullptr);
    if (!fresh) return refuse(start_of_key(), "the key " + in_quotes(name) + " stands here a second time");
    slot_ = &*member;
    return true;
  }

  bool parse_error(std::size_t position, const std::string&, const json::exception& error) override {
    return refuse(position > 0 ? position - 1 : 0, syntax_fault(error.what()));
  }

 private:
  json* place(json value) {
    if (open_.empty()) return &(root_ = std::move(value));
    if (open_.back()->is_array()) return &open_.back()->emplace_back(std::move(value));
    return &(*slot_ = std::move(value));
  }

  template <typename Value>
  bool add(Value&& value) {
    place(json(std::forward<Value>(value)));
    return true;
  }

  bool start(json container) {
    if (open_.size() == deepest_nesting)
      return refuse(static_cast<std::size_t>(reached_ - text_.data()) - 1, "nested too deeply");
    open_.push_back(place(std::move(container)));
    path_.emplace_back();
    return true;
  }

  bool end() {
    open_.pop_back();
    path_.pop_back();
    return true;
  }

  bool refuse(std::size_t offset, std::string fault) {
    fault_offset_ = offset;
    fault_ = std::move(fault);
    return false;
  }

  // The parser stands behind the closing quote of a key; the opening one is the nearest that is not escaped.
  std::size_t start_of_key() const {
    auto at = static_cast<std::size_t>(reached_ - text_.data()) - 1;
    while (at > 0) {
      --at;
      std::size_t backslashes = 0;
      while (backslashes < at && text_[at - backslashes - 1] == '\\') ++backslashes;
      if (text_[at] == '"' && backslashes % 2 == 0) break;
    }
    return at;
  }

  std::string_view text_;
  std::vector<std::string_view> wanted_;
  const char* reached_;  // behind the last character the parser took
  json root_;
  std::vector<json*> open_;        // the containers the parser is in, outermost first
  std::vector<std::string> path_;  // the last key seen in each of them
  json* slot_ = nullptr;           // where the value of the last key goes
  std::string fault_;
  std::size_t fault_offset_ = 0;
  std::size_t found_offset_ = 0;
};

std::string with_place(const std::filesystem::path& path, std::string_view text, std::size_t offset,
                       std::string_view what) {
  const auto before = text.substr(0, std::min(offset, text.size()));
  const auto line = 1 + std::ranges::count(before, '\n');
  const auto last_break = before.rfind('\n');
  const auto column = last_break == std::string_view::npos ? before.size() + 1 : before.size() - last_break;
  return path.string() + ":" + std::to_string(line) + ":" + std::to_string(column) + ": " + std::string(what);
}

tl::expected<std::string, std::string> read_all(int file, std::size_t size_hint,
                                                const std::filesystem::path& path) {
  std::string text(size_hint + 1, '\0');  // one more than expected, to see the end without growing
  std::size_t filled = 0;
  while (true) {
    if (filled == text.size()) text.resize(text.size() * 2);
    const auto count = ::read(file, text.data() + filled, text.size() - filled);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return tl::unexpected(failure("cannot read", path));
    if (count == 0) break;
    filled += static_cast<std::size_t>(count);
    if (filled > largest_json_file) return tl::unexpected(path.string() + " is larger than 256 MiB");
  }
  text.resize(filled);
  return text;
}

bool write_all(int file, std::string_view contents) {
  while (!contents.empty()) {
    const auto count = ::write(file, contents.data(), contents.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    contents.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

// Writes `contents` to a file that does not exist yet and belongs to whom `model` belongs to.
tl::expected<void, std::string> write_new_file(const std::filesystem::path& path, std::string_view contents,
                                               const std::filesystem::path& model) {
  descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (file.get() < 0) return tl::unexpected(failure("cannot create", path));
  struct stat old{};
  // An operator who runs `user add` as root must not take the file away from the server, to whom at least the
  // folder belongs; others may not give, and need not.
  const bool known = ::stat(model.c_str(), &old) == 0 || ::stat(path.parent_path().c_str(), &old) == 0;
  if (known && ::fchown(file.get(), old.st_uid, old.st_gid) != 0) errno = 0;
  if (!write_all(file.get(), contents)) return tl::unexpected(failure("cannot write", path));
  if (::fsync(file.get()) != 0) return tl::unexpected(failure("cannot sync", path));
  if (!file.close()) return tl::unexpected(failure("cannot close", path));
  return {};
}

}  // namespace

json_file::json_file(std::filesystem::path path, std::string text, json value)
    : path_(std::move(path)), text_(std::move(text)), value_(std::move(value)) {}

std::string json_file::fault(std::initializer_list<std::string_view> place, std::string_view what) const {
  document_reader reader(text_, std::vector<std::string_view>(place));
  reader.read();
  const auto start = std::min(text_.find_first_not_of(" \t\r\n"), text_.size());
  return with_place(path_, text_, place.size() == 0 ? start : reader.found_offset(), what);
}

tl::expected<std::optional<json_file>, std::string> read_json_file(const std::filesystem::path& path) {
  // Non-blocking, so that a named pipe in its place is refused instead of waited for.
  const descriptor file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (file.get() < 0 && errno == ENOENT) return std::nullopt;
  if (file.get() < 0) return tl::unexpected(failure("cannot read", path));
  struct stat status{};
  if (::fstat(file.get(), &status) != 0) return tl::unexpected(failure("cannot read", path));
  if (!S_ISREG(status.st_mode)) return tl::unexpected(path.string() + " is not a regular file");
  const auto size = static_cast<std::size_t>(status.st_size);
  if (size > largest_json_file) return tl::unexpected(path.string() + " is larger than 256 MiB");
  auto text = read_all(file.get(), size, path);
  if (!text) return tl::unexpected(std::move(text.error()));
  document_reader reader(*text);
  if (!reader.read()) return tl::unexpected(with_place(path, *text, reader.fault_offset(), reader.fault()));
  auto value = reader.take_value();
  return std::optional<json_file>(std::in_place, path, std::move(*text), std::move(value));
}

tl::expected<void, std::string> replace_file(const std::filesystem::path& path, std::string_view contents) {
  // What could not be read again must not take the place of what can.
  if (contents.size() > largest_json_file)
    return tl::unexpected(path.string() + " would be larger than 256 MiB");
  const auto folder_path = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
  const descriptor folder(::open(folder_path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.get() < 0) return tl::unexpected(failure("cannot open the folder", folder_path));
  auto fresh = path;
  fresh += ".new";
  ::unlink(fresh.c_str());  // what a crash may have left
  auto result = write_new_file(fresh, contents, path);
  if (result && ::rename(fresh.c_str(), path.c_str()) != 0)
    result = tl::unexpected(failure("cannot replace", path));
  if (!result) {
    ::unlink(fresh.c_str());
    return result;
  }
  // It is written now, whatever becomes of this: all that a failure leaves open is whether the loss of power
  // brings the old file back.
  ::fsync(folder.get());
  return {};
}

std::string in_quotes(std::string_view text) {
  constexpr std::size_t longest = 64;
  const auto cut = text.substr(0, longest);
  return json(cut).dump(-1, ' ', true, json::error_handler_t::replace) +
         (cut.size() < text.size() ? "..." : "");
}

}  // namespace parley::auth
