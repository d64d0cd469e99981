#include "auth/entries_document.hpp"

#include <algorithm>
#include <utility>

namespace parley::auth {
namespace {

using nlohmann::json;

constexpr int version = 1;
constexpr std::uint64_t latest_time =
    7'258'118'400'000;  // 2200-01-01, far below where the clock would overflow

// nlohmann's dump() for one text builds a value and a serializer first: that is most of what loading and
// writing many entries would take.
void append_json(std::string& to, std::string_view text) {
  const auto plain = [](char each) { return each >= 0x20 && each < 0x7F && each != '"' && each != '\\'; };
  if (std::ranges::all_of(text, plain))
    to.append(1, '"').append(text).append(1, '"');
  else
    to.append(json(text).dump());
}

}  // namespace

tl::expected<const json*, std::string> entries_of(const json_file& file, document_kind kind) {
  const auto& root = file.value();
  const auto foreign = "not a Parley file of the format " + in_quotes(kind.format);
  const auto expected =
      "; expected an object that starts with {\"format\": " + in_quotes(kind.format) + ", \"version\": 1}";
  if (!root.is_object()) return tl::unexpected(file.fault({}, foreign + expected));
  const auto format = root.find("format");
  if (format == root.end()) return tl::unexpected(file.fault({}, foreign + expected));
  if (*format != kind.format) return tl::unexpected(file.fault({"format"}, foreign + expected));
  const auto stated = root.find("version");
  if (stated == root.end()) return tl::unexpected(file.fault({}, "\"version\" is missing; expected 1"));
  if (*stated != version)
    return tl::unexpected(file.fault(
        {"version"}, "the version is not 1: the file was written by a newer Parley, or not by Parley"));
  const auto entries = root.find(kind.entries);
  if (entries == root.end() || !entries->is_object())
    return tl::unexpected(
        file.fault({kind.entries}, in_quotes(kind.entries) + " is missing or not an object"));
  for (const auto& [name, value] : root.items())
    if (name != "format" && name != "version" && name != kind.entries)
      return tl::unexpected(file.fault({name}, "unknown member " + in_quotes(name)));
  return &*entries;
}

entry_reader::entry_reader(const json_file& file, document_kind kind, const std::string& key,
                           const json& entry)
    : file_(&file), kind_(kind), key_(key), entry_(entry) {
  if (!entry.is_object()) refuse_key("is not an object");
}

entry_reader::entry_reader(const std::string& key, const json& entry)
    : file_(nullptr), kind_{}, key_(key), entry_(entry) {
  if (!entry.is_object()) refuse_key("is not an object");
}

std::string entry_reader::placed(std::optional<std::string_view> member_name,
                                 const std::string& sentence) const {
  if (file_ == nullptr) return sentence;
  return member_name ? file_->fault({kind_.entries, key_, *member_name}, sentence)
                     : file_->fault({kind_.entries, key_}, sentence);
}

const json* entry_reader::member(std::string_view name) {
  if (!fault_.empty()) return nullptr;
  const auto found = entry_.find(name);
  return found == entry_.end() ? nullptr : &*found;
}

std::string entry_reader::text(std::string_view name) {
  const auto* found = member(name);
  if (found != nullptr && found->is_string()) return found->get<std::string>();
  refuse(name, found == nullptr ? "is missing; expected a text" : "is not a text");
  return {};
}

std::chrono::system_clock::time_point entry_reader::time(std::string_view name) {
  const auto* found = member(name);
  if (found != nullptr && found->is_number_unsigned() && found->get<std::uint64_t>() <= latest_time)
    return std::chrono::system_clock::time_point(std::chrono::milliseconds(found->get<std::int64_t>()));
  refuse(name, std::string(found == nullptr ? "is missing" : "is not a time") +
                   "; expected whole milliseconds since 1970");
  return {};
}

bool entry_reader::flag(std::string_view name) {
  const auto* found = member(name);
  if (found == nullptr) return false;
  if (found->is_boolean()) return found->get<bool>();
  refuse(name, "is not true or false");
  return false;
}

void entry_reader::refuse_key(std::string_view what) {
  if (fault_.empty()) fault_ = placed(std::nullopt, in_quotes(key_) + " " + std::string(what));
}

void entry_reader::refuse(std::string_view name, std::string_view what) {
  if (!fault_.empty()) return;
  const auto sentence = in_quotes(name) + " of " + in_quotes(key_) + " " + std::string(what);
  fault_ = placed(entry_.contains(name) ? std::optional(name) : std::nullopt, sentence);
}

void entry_reader::refuse_others(std::initializer_list<std::string_view> names) {
  if (!fault_.empty()) return;
  for (const auto& [name, value] : entry_.items())
    if (std::ranges::find(names, std::string_view(name)) == names.end())
      return refuse(name, "is an unknown member");
}

void entry_writer::start_member(std::string_view name) {
  if (text_.size() > 1) text_.append(1, ',');
  append_json(text_, name);
  text_.append(1, ':');
}

entry_writer& entry_writer::text(std::string_view name, std::string_view value) {
  start_member(name);
  append_json(text_, value);
  return *this;
}

entry_writer& entry_writer::number(std::string_view name, std::int64_t value) {
  start_member(name);
  text_.append(std::to_string(value));
  return *this;
}

entry_writer& entry_writer::flag(std::string_view name) {
  start_member(name);
  text_.append("true");
  return *this;
}

std::string entry_writer::finish() && {
  text_.append(1, '}');
  return std::move(text_);
}

entries_writer::entries_writer(document_kind kind)
    : text_("{\n  \"format\": " + in_quotes(kind.format) + ",\n  \"version\": " + std::to_string(version) +
            ",\n  " + in_quotes(kind.entries) + ": {") {}

void entries_writer::add(std::string_view key, std::string_view entry) {
  text_.append(std::exchange(first_, false) ? "\n    " : ",\n    ");
  append_json(text_, key);
  text_.append(": ").append(entry);
}

std::string entries_writer::finish() && {
  text_.append(first_ ? "}\n}\n" : "\n  }\n}\n");
  return std::move(text_);
}

std::int64_t unix_milliseconds(std::chrono::system_clock::time_point time) {
  return std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

}  // namespace parley::auth
