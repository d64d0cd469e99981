#pragma once
// JSON documents in files: read with faults told by line and column, replaced whole or not at all.

#include <cstddef>
#include <filesystem>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>
#include <tl/expected.hpp>

namespace parley::auth {

// Larger files are neither read nor written, in bytes.
inline constexpr std::size_t largest_json_file = 256UL * 1024 * 1024;

// A document as it was read, with its text: whoever finds a fault in it later can say where it stands.
class json_file {
 public:
  json_file(std::filesystem::path path, std::string text, nlohmann::json value);

  const std::filesystem::path& path() const { return path_; }
  const nlohmann::json& value() const { return value_; }

  // `FILE:LINE:COLUMN: what`, where `place` names the keys that lead to the faulty member (none: the document
  // as a whole). Lines and columns count from 1, columns in bytes. Parses the text again: for faults only.
  std::string fault(std::initializer_list<std::string_view> place, std::string_view what) const;

 private:
  std::filesystem::path path_;
  std::string text_;
  nlohmann::json value_;
};

// None where there is no such file. The error says why it cannot be read, or where it is not JSON; a key that
// stands twice in one object counts as not JSON, because one of the two would be lost in silence.
tl::expected<std::optional<json_file>, std::string> read_json_file(const std::filesystem::path& path);

// Puts `contents` in place of the file, mode 0600, so that a crash leaves the old or the new file and never a
// torn one: written to PATH.new, synced, renamed, and the folder synced. Whoever owned the old file, or
// where there was none owns the folder, owns the new one, where the process may give it away. On failure the
// old file stays, PATH.new is removed, and the error names the path and the reason. One caller at a time for
// one path.
tl::expected<void, std::string> replace_file(const std::filesystem::path& path, std::string_view contents);

// Text from outside for a message to an operator: in quotes, escaped to ASCII, cut after 64 bytes.
std::string in_quotes(std::string_view text);

}  // namespace parley::auth
