#include "app/config/loader.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <map>
#include <memory>
#include <system_error>
#include <tuple>
#include <utility>

#include <yaml-cpp/yaml.h>

#include "app/config/contradictions.hpp"
#include "app/config/keys.hpp"
#include "app/config/nearest_word.hpp"
#include "app/config/printable.hpp"
#include "app/config/syntax.hpp"

namespace parley {
namespace {

constexpr std::size_t largest_file = 1024 * 1024;
constexpr std::size_t most_errors = 100;

using errors = std::vector<config_error>;

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

std::vector<std::string> section_names() {
  std::vector<std::string> names;
  for (const config_key& key : config_keys()) {
    if (names.empty() || names.back() != key.section) names.push_back(key.section);
  }
  return names;
}

std::vector<std::string> key_names(const std::string& section) {
  std::vector<std::string> names;
  for (const config_key& key : config_keys()) {
    if (key.section == section) names.push_back(key.name);
  }
  return names;
}

std::string shown_name(const std::string& name) {
  return name.empty() ? in_quotes(name) : printable(name);
}

// What stands where a value of another kind was expected.
std::string finding(const YAML::Node& value) {
  if (value.IsScalar()) return "is " + in_quotes(value.Scalar());
  if (value.IsSequence()) return "is a list";
  if (value.IsMap()) return "is a map of keys and values";
  return "has no value";
}

// Walks through the parsed file once and fills the config, noting everything that is wrong on the way.
class config_reader {
 public:
  explicit config_reader(std::string file) : file_(std::move(file)) {}

  void read(const std::vector<YAML::Node>& documents);

  tl::expected<config, errors> result() &&;

 private:
  // A key (or section) that stands in the file.
  struct seen_key {
    text_place at;
    bool good = false;
  };

  void read_section(const std::string& name, const YAML::Node& section);
  bool read_key(const config_key& key, const YAML::Node& value, text_place key_place);
  bool read_list(const config_key& key, const YAML::Node& list);
  bool read_scalar(const config_key& key, const YAML::Node& value);
  void check_contradictions();
  void unknown_section(const std::string& name, text_place at);
  void unknown_key(const std::string& section, const std::string& name, text_place at);
  bool seen_before(const std::string& path, text_place at);
  void add_error(text_place at, std::string message);
  bool enough() const { return errors_.size() >= most_errors; }

  std::string file_;
  config config_;
  errors errors_;
  std::map<std::string, seen_key> seen_;
};

void config_reader::read(const std::vector<YAML::Node>& documents) {
  if (documents.size() > 1) {
    add_error(place_of(documents[1].Mark()),
              "a second YAML document begins here (after ---); expected only one");
  }
  if (documents.empty() || documents[0].IsNull()) return;
  const YAML::Node& root = documents[0];
  if (!root.IsMap()) {
    add_error(place_of(root.Mark()),
              "the file " + finding(root) + "; expected sections such as server: and limits:");
    return;
  }
  const std::vector<std::string> sections = section_names();
  for (const auto& entry : root) {
    if (enough()) return;
    const text_place at = place_of(entry.first.Mark());
    const std::string name = entry.first.IsScalar() ? entry.first.Scalar() : std::string();
    if (std::find(sections.begin(), sections.end(), name) == sections.end()) {
      unknown_section(name, at);
    } else if (!seen_before(name, at)) {
      read_section(name, entry.second);
    }
  }
  if (!enough()) check_contradictions();
}

void config_reader::read_section(const std::string& name, const YAML::Node& section) {
  if (section.IsNull()) return;
  if (!section.IsMap()) {
    add_error(place_of(section.Mark()),
              name + " " + finding(section) + "; expected a map of its keys: " + joined(key_names(name)));
    return;
  }
  for (const auto& entry : section) {
    if (enough()) return;
    const text_place at = place_of(entry.first.Mark());
    const std::string key_name = entry.first.IsScalar() ? entry.first.Scalar() : std::string();
    const auto& keys = config_keys();
    const auto key = std::find_if(keys.begin(), keys.end(), [&](const config_key& candidate) {
      return candidate.section == name && candidate.name == key_name;
    });
    if (key == keys.end()) {
      unknown_key(name, key_name, at);
    } else if (!seen_before(key->path(), at)) {
      seen_[key->path()].good = read_key(*key, entry.second, at);
    }
  }
}

bool config_reader::read_key(const config_key& key, const YAML::Node& value, text_place key_place) {
  if (value.IsNull()) {
    add_error(key_place, key.path() + " has no value; expected " + key.expected +
                             ", or leave the key out for the default");
    return false;
  }
  return key.clear ? read_list(key, value) : read_scalar(key, value);
}

bool config_reader::read_list(const config_key& key, const YAML::Node& list) {
  if (!list.IsSequence() || (list.size() == 0 && !key.may_be_empty)) {
    const std::string found = list.IsSequence() ? "is an empty list" : finding(list);
    const std::string example = list.IsScalar() ? "; write [" + printable(list.Scalar()) + "]" : "";
    add_error(place_of(list.Mark()),
              key.path() + " " + found + "; expected a list [...], each of it " + key.expected + example);
    return false;
  }
  bool good = true;
  key.clear(config_);
  for (const auto& element : list) {
    if (enough()) return false;
    good = read_scalar(key, element) && good;
  }
  return good;
}

bool config_reader::read_scalar(const config_key& key, const YAML::Node& value) {
  std::string hint;
  if (value.IsScalar()) {
    const auto taken = key.set(config_, value.Scalar());
    if (taken) return true;
    if (!taken.error().empty()) hint = " (" + taken.error() + ")";
  }
  const std::string name = key.clear ? "an element of " + key.path() : key.path();
  add_error(place_of(value.Mark()), name + " " + finding(value) + "; expected " + key.expected + hint);
  return false;
}

// Contradictions are told at the last of their keys in the file, and not at all where one of them is wrong in
// itself.
void config_reader::check_contradictions() {
  for (const config_contradiction& contradiction : config_contradictions()) {
    text_place later;
    bool good = true;
    for (const std::string& path : contradiction.keys) {
      const auto seen = seen_.find(path);
      if (seen == seen_.end()) continue;
      good = good && seen->second.good;
      later = std::max(later, seen->second.at);
    }
    if (!good) continue;
    if (const auto message = contradiction.find(config_)) add_error(later, *message);
  }
}

void config_reader::unknown_section(const std::string& name, text_place at) {
  for (const config_key& key : config_keys()) {
    if (name != key.name && name != key.path()) continue;
    add_error(at, "unknown section " + name + "; " + key.name + " belongs under " + key.section);
    return;
  }
  const std::vector<std::string> names = section_names();
  const auto meant = nearest_word(name, names);
  add_error(at, "unknown section " + shown_name(name) + "; " +
                    (meant ? "did you mean " + *meant + "?" : "the sections are " + joined(names)));
}

void config_reader::unknown_key(const std::string& section, const std::string& name, text_place at) {
  std::string remedy;
  const std::vector<std::string> names = key_names(section);
  for (const config_key& key : config_keys()) {
    if (name == key.name && remedy.empty()) remedy = "it belongs under " + key.section;
  }
  const auto meant = nearest_word(name, names);
  if (remedy.empty() && meant) remedy = "did you mean " + *meant + "?";
  if (remedy.empty()) remedy = "the keys of " + section + " are " + joined(names);
  add_error(at, "unknown key " + section + "." + shown_name(name) + "; " + remedy);
}

// Notes a known key or section, and complains about the second of two.
bool config_reader::seen_before(const std::string& path, text_place at) {
  const auto [entry, first] = seen_.try_emplace(path, seen_key{at});
  if (first) return false;
  add_error(at, path + " is given twice; the first is in line " + std::to_string(entry->second.at.line));
  return true;
}

void config_reader::add_error(text_place at, std::string message) {
  errors_.push_back({file_, at.line, at.column, std::move(message)});
}

tl::expected<config, errors> config_reader::result() && {
  if (errors_.empty()) {
    // Who is never kicked need not be warned.
    if (config_.idle.kick_after.count() == 0) config_.idle.warn_after = config_.idle.kick_after;
    return std::move(config_);
  }
  std::stable_sort(errors_.begin(), errors_.end(), [](const config_error& a, const config_error& b) {
    return std::tie(a.line, a.column) < std::tie(b.line, b.column);
  });
  if (enough()) errors_.back().message += " (too many errors: the rest was not looked at)";
  return tl::unexpected(std::move(errors_));
}

tl::expected<config, errors> one_error(const std::string& file, const syntax_error& error) {
  return tl::unexpected(errors{{file, error.at.line, error.at.column, error.message}});
}

tl::expected<config, errors> whole_file_error(const std::string& file, std::string message) {
  return one_error(file, {{}, std::move(message)});
}

}  // namespace

std::string to_string(const config_error& error) {
  std::string out = printable(error.file, longest_path);
  if (error.line > 0) out += ":" + std::to_string(error.line) + ":" + std::to_string(error.column);
  return out + ": " + error.message;
}

tl::expected<config, errors> parse_config(const std::string& text, const std::string& file_name) {
  if (text.size() > largest_file) return whole_file_error(file_name, "is larger than 1MiB");
  if (const auto error = find_syntax_error(text)) return one_error(file_name, *error);
  config_reader reader(file_name);
  try {
    reader.read(YAML::LoadAll(text));
  } catch (const YAML::Exception& thrown) {
    return one_error(file_name, explain_yaml_error(thrown, text));
  }
  auto result = std::move(reader).result();
  if (result) result->base_folder = std::filesystem::path(file_name).parent_path();
  return result;
}

tl::expected<config, errors> load_config(const std::filesystem::path& path) {
  const std::string file = path.string();
  std::error_code status;
  if (std::filesystem::is_directory(path, status))
    return whole_file_error(file, "is a folder; expected a file");
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> opened(std::fopen(path.c_str(), "rb"), &std::fclose);
  if (!opened) {
    if (errno == ENOENT) return whole_file_error(file, "no such file");
    return whole_file_error(file, "cannot be read: " + std::generic_category().message(errno));
  }
  std::string text(largest_file + 1, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), opened.get()));
  if (std::ferror(opened.get()) != 0) {
    return whole_file_error(file, "cannot be read: " + std::generic_category().message(errno));
  }
  return parse_config(text, file);
}

std::vector<std::string> known_config_keys() {
  std::vector<std::string> paths;
  for (const config_key& key : config_keys()) paths.push_back(key.path());
  return paths;
}

}  // namespace parley
