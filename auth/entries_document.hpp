#pragma once
// The shape that Parley's own JSON files share: a format and a version that say whose file it is, and one
// object of entries, written one to a line so that people and diff can read it.
//
//   {"format": "parley-users", "version": 1, "users": {"ada": {...}, ...}}

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <nlohmann/json.hpp>
#include <tl/expected.hpp>

#include "auth/json_file.hpp"

namespace parley::auth {

struct document_kind {
  std::string_view format;   // "parley-users"
  std::string_view entries;  // "users": the member that holds them
};

// The entries object of `file`, valid as long as `file`; the error, with place, says why it is not a file of
// this kind.
tl::expected<const nlohmann::json*, std::string> entries_of(const json_file& file, document_kind kind);

// Reads the members of one entry. The first fault found is kept; what is asked for after it are empty values.
class entry_reader {
 public:
  // The arguments outlive the reader.
  entry_reader(const json_file& file, document_kind kind, const std::string& key,
               const nlohmann::json& entry);
  // An entry that stands in no file: its faults are told without a place.
  entry_reader(const std::string& key, const nlohmann::json& entry);

  const std::string& key() const { return key_; }

  std::string text(std::string_view name);
  // Unix milliseconds, until the year 2200.
  std::chrono::system_clock::time_point time(std::string_view name);
  // False where it is left out.
  bool flag(std::string_view name);

  // A fault the caller found: in a member, in the key, in whatever member is not one of `names`.
  void refuse(std::string_view name, std::string_view what);
  void refuse_key(std::string_view what);
  void refuse_others(std::initializer_list<std::string_view> names);

  // Empty while nothing is wrong, else `FILE:LINE:COLUMN: ...` where there is a file.
  const std::string& fault() const { return fault_; }

 private:
  const nlohmann::json* member(std::string_view name);
  std::string placed(std::optional<std::string_view> member_name, const std::string& sentence) const;

  const json_file* file_;  // null where there is none
  document_kind kind_;
  const std::string& key_;
  const nlohmann::json& entry_;
  std::string fault_;
};

// What `read` makes of an entry that stands in no file, or the fault that it found: `read` takes an
// entry_reader and gives an optional.
template <class Read>
auto read_value(const std::string& key, std::string_view value, const Read& read)
    -> tl::expected<typename std::invoke_result_t<Read, entry_reader&>::value_type, std::string> {
  const auto parsed = nlohmann::json::parse(value, nullptr, false);
  entry_reader entry(key, parsed);  // what is no JSON is no object either
  auto found = read(entry);
  if (!found) return tl::unexpected(entry.fault());
  return std::move(*found);
}

// Writes one entry: an object as JSON on one line, its members in the order of the calls.
class entry_writer {
 public:
  entry_writer& text(std::string_view name, std::string_view value);
  entry_writer& number(std::string_view name, std::int64_t value);
  entry_writer& flag(std::string_view name);  // true
  std::string finish() &&;

 private:
  void start_member(std::string_view name);

  std::string text_ = "{";
};

// Writes such a document, entry by entry: the whole tree in memory would cost many times the text.
class entries_writer {
 public:
  explicit entries_writer(document_kind kind);
  // `entry` is JSON, on one line.
  void add(std::string_view key, std::string_view entry);
  std::string finish() &&;

 private:
  std::string text_;
  bool first_ = true;
};

std::int64_t unix_milliseconds(std::chrono::system_clock::time_point time);

}  // namespace parley::auth
