// How the rows of one section come into the table of keys: one function for each kind of value, which knows
// how that is read, what of it is in range, and how an error and config.yaml say so.
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tl/expected.hpp>

#include "app/config/config.hpp"
#include "app/config/key.hpp"
#include "app/config/nearest_word.hpp"
#include "app/config/values.hpp"

namespace parley {

// What becomes of a value: it is taken, or refused with a hint, which may be empty.
using value_result = tl::expected<void, std::string>;

inline value_result refuse_value(std::string hint = {}) {
  return tl::unexpected(std::move(hint));
}

template <typename Section>
class section_rows {
 public:
  using milliseconds = std::chrono::milliseconds;

  section_rows(std::vector<config_key>& keys, std::string name, Section config::* section)
      : keys_(keys), name_(std::move(name)), section_(section) {}

  template <typename T>
  section_rows& number(const std::string& key, T Section::* member, std::uint64_t from, std::uint64_t to) {
    const std::string range = std::to_string(from) + " to " + std::to_string(to);
    const auto assign = [section = section_, member, from, to](config& out,
                                                               std::string_view text) -> value_result {
      const auto value = read_number(text);
      if (!value || *value < from || *value > to) return refuse_value();
      (out.*section).*member = static_cast<T>(*value);
      return {};
    };
    return add(key, range, "a whole number from " + range, assign);
  }

  section_rows& number_or_auto(const std::string& key, std::optional<std::size_t> Section::* member,
                               std::uint64_t from, std::uint64_t to) {
    const std::string range = std::to_string(from) + " to " + std::to_string(to);
    const auto assign = [section = section_, member, from, to](config& out,
                                                               std::string_view text) -> value_result {
      const auto value = read_number(text);
      if (text != "auto" && (!value || *value < from || *value > to)) return refuse_value();
      auto& target = (out.*section).*member;
      target = text == "auto" ? std::nullopt : std::optional<std::size_t>(static_cast<std::size_t>(*value));
      return {};
    };
    return add(key, "auto, or " + range, "auto or a whole number from " + range, assign);
  }

  section_rows& duration(const std::string& key, milliseconds Section::* member, milliseconds from,
                         milliseconds to) {
    const std::string range = to_text(from) + " to " + to_text(to);
    return add(key, range, "a duration from " + range, assign_duration(member, from, to, false));
  }

  section_rows& duration_or_zero(const std::string& key, milliseconds Section::* member, milliseconds from,
                                 milliseconds to) {
    const std::string range = to_text(from) + " to " + to_text(to);
    return add(key, "0, or " + range, "0 or a duration from " + range,
               assign_duration(member, from, to, true));
  }

  section_rows& size(const std::string& key, std::size_t Section::* member, std::uint64_t from,
                     std::uint64_t to) {
    const std::string range = size_to_text(from) + " to " + size_to_text(to);
    return add(key, range, "a size from " + range, assign_size(member, from, to, false));
  }

  section_rows& size_or_zero(const std::string& key, std::size_t Section::* member, std::uint64_t from,
                             std::uint64_t to) {
    const std::string range = size_to_text(from) + " to " + size_to_text(to);
    return add(key, "0, or " + range, "0 or a size from " + range, assign_size(member, from, to, true));
  }

  section_rows& events(const std::string& key, rate Section::* member) {
    const std::string range = "1 to " + std::to_string(most_events) + " in " + to_text(shortest_rate_time) +
                              " to " + to_text(longest_rate_time);
    return add(key, "off, or " + range, "off or a rate such as 20 in 10s, " + range,
               assign_rate(member, read_rate, {1, shortest_rate_time}, {most_events, longest_rate_time}));
  }

  section_rows& bytes(const std::string& key, rate Section::* member) {
    const std::string range = size_to_text(least_bytes) + " to " + size_to_text(most_bytes) + " in " +
                              to_text(shortest_byte_time) + " to " + to_text(longest_byte_time);
    return add(key, "off, or " + range, "off or a rate such as 256KiB in 10s, " + range,
               assign_rate(member, read_byte_rate, {least_bytes, shortest_byte_time},
                           {most_bytes, longest_byte_time}));
  }

  template <typename Enum>
  section_rows& word(const std::string& key, Enum Section::* member,
                     const std::vector<std::pair<std::string, Enum>>& words) {
    std::vector<std::string> names;
    names.reserve(words.size());
    for (const auto& [name, value] : words) names.push_back(name);
    const auto assign = [section = section_, member, words, names](config& out,
                                                                   std::string_view text) -> value_result {
      for (const auto& [name, value] : words) {
        if (name != text) continue;
        (out.*section).*member = value;
        return {};
      }
      const auto meant = nearest_word(text, names);
      return refuse_value(meant ? "did you mean " + *meant + "?" : std::string());
    };
    return add(key, one_of(names), one_of(names), assign);
  }

  section_rows& path(const std::string& key, std::string Section::* member, const std::string& expected) {
    const auto assign = [section = section_, member](config& out, std::string_view text) -> value_result {
      const bool control = std::any_of(text.begin(), text.end(), [](char c) { return c >= 0 && c < ' '; });
      if (text.empty() || text.size() > longest_path || control) return refuse_value();
      if (text.starts_with('~')) return refuse_value("write the path out: only a shell knows what ~ means");
      (out.*section).*member = text;
      return {};
    };
    return add(key, expected, expected, assign);
  }

  section_rows& text(const std::string& key, const std::string& range, const std::string& expected,
                     decltype(config_key::set) assign) {
    return add(key, range, expected, std::move(assign));
  }

  section_rows& list(const std::string& key, std::vector<std::string> Section::* member,
                     const std::string& range, const std::string& expected,
                     decltype(config_key::set) append) {
    add(key, range, expected, std::move(append));
    keys_.back().clear = [section = section_, member](config& out) { ((out.*section).*member).clear(); };
    return *this;
  }

  // The list that was added last.
  section_rows& may_be_empty() {
    keys_.back().may_be_empty = true;
    return *this;
  }

 private:
  // "a, b or c"
  static std::string one_of(const std::vector<std::string>& words) {
    std::string out;
    for (std::size_t i = 0; i < words.size(); ++i) {
      if (i > 0) out += i + 1 == words.size() ? " or " : ", ";
      out += words[i];
    }
    return out;
  }

  decltype(config_key::set) assign_duration(milliseconds Section::* member, milliseconds from,
                                            milliseconds to, bool or_zero) const {
    return
        [section = section_, member, from, to, or_zero](config& out, std::string_view text) -> value_result {
          const auto value = read_duration(text);
          if (!value) return refuse_value(value.error());
          const bool in_range = *value >= from && *value <= to;
          if (!in_range && !(or_zero && *value == milliseconds::zero())) return refuse_value();
          (out.*section).*member = *value;
          return {};
        };
  }

  decltype(config_key::set) assign_size(std::size_t Section::* member, std::uint64_t from, std::uint64_t to,
                                        bool or_zero) const {
    return
        [section = section_, member, from, to, or_zero](config& out, std::string_view text) -> value_result {
          const auto value = read_size(text);
          if (!value) return refuse_value(value.error());
          const bool in_range = *value >= from && *value <= to;
          if (!in_range && !(or_zero && *value == 0)) return refuse_value();
          (out.*section).*member = static_cast<std::size_t>(*value);
          return {};
        };
  }

  decltype(config_key::set) assign_rate(rate Section::* member, read_value<rate> (*read)(std::string_view),
                                        rate least, rate most) const {
    return
        [section = section_, member, read, least, most](config& out, std::string_view text) -> value_result {
          const auto value = read(text);
          if (!value) return refuse_value(value.error());
          const bool in_range = value->count >= least.count && value->count <= most.count &&
                                value->per >= least.per && value->per <= most.per;
          if (!value->off() && !in_range) return refuse_value();
          (out.*section).*member = *value;
          return {};
        };
  }

  section_rows& add(const std::string& key, std::string range, std::string expected,
                    decltype(config_key::set) set) {
    keys_.push_back({name_, key, std::move(range), std::move(expected), std::move(set), nullptr, false});
    return *this;
  }

  static constexpr std::size_t most_events = 1'000'000;
  static constexpr std::chrono::milliseconds shortest_rate_time{100};
  static constexpr std::chrono::milliseconds longest_rate_time = std::chrono::hours(24);

  static constexpr std::size_t least_bytes = 2 * 1024, most_bytes = 1024 * 1024 * 1024;
  static constexpr std::chrono::milliseconds shortest_byte_time = std::chrono::seconds(1);
  static constexpr std::chrono::milliseconds longest_byte_time = std::chrono::hours(1);

  std::vector<config_key>& keys_;
  std::string name_;
  Section config::* section_;
};

}  // namespace parley
