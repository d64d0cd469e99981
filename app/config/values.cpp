#include "app/config/values.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <limits>
#include <optional>
#include <span>
#include <utility>

namespace parley {
namespace {

using std::chrono::milliseconds;

constexpr std::uint64_t largest = std::numeric_limits<std::int64_t>::max();

struct unit {
  std::string_view name;
  std::uint64_t factor;
  std::initializer_list<std::string_view> misspellings;  // lower case
};

struct quantity_kind {
  std::span<const unit> units;            // smallest first
  std::array<std::string_view, 2> meant;  // what a bare number most likely meant; the second may be empty
  std::string_view unit_list;
  std::string_view finest;
};

const std::array<unit, 5> duration_units{{
    {"ms", 1, {"ms", "msec", "msecs", "milliseconds"}},
    {"s", 1'000, {"s", "sec", "secs", "second", "seconds"}},
    {"m", 60'000, {"m", "min", "mins", "minute", "minutes"}},
    {"h", 3'600'000, {"h", "hr", "hrs", "hour", "hours"}},
    {"d", 86'400'000, {"d", "day", "days"}},
}};
const std::array<unit, 4> size_units{{
    {"B", 1, {"b", "byte", "bytes"}},
    {"KiB", 1ULL << 10U, {"k", "kb", "ki", "kib"}},
    {"MiB", 1ULL << 20U, {"m", "mb", "mi", "mib"}},
    {"GiB", 1ULL << 30U, {"g", "gb", "gi", "gib"}},
}};
const quantity_kind duration_kind{duration_units, {"s", ""}, "ms, s, m, h and d", "millisecond"};
const quantity_kind size_kind{size_units, {"B", "KiB"}, "B, KiB, MiB and GiB", "byte"};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

std::string_view without_spaces(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

// Takes the digits off the front of text.
std::string_view take_digits(std::string_view& text) {
  const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
  const std::string_view digits = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(digits.size());
  return digits;
}

std::uint64_t saturated_number(std::string_view digits) {
  std::uint64_t value = 0;
  for (const char c : digits) {
    if (value > (largest - 9) / 10) return largest;
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return value;
}

// (digits.fraction) * factor, where that is a whole number.
std::optional<std::uint64_t> scaled(std::string_view digits, std::string_view fraction,
                                    std::uint64_t factor) {
  while (!fraction.empty() && fraction.back() == '0') fraction.remove_suffix(1);
  if (fraction.size() > 9)
    return std::nullopt;  // nine are more than any unit divides by, and still multiply safely
  std::uint64_t denominator = 1;
  for (std::size_t i = 0; i < fraction.size(); ++i) denominator *= 10;
  const std::uint64_t numerator = saturated_number(fraction) * factor;
  if (numerator % denominator != 0) return std::nullopt;
  const std::uint64_t whole = saturated_number(digits);
  if (whole > (largest - factor) / factor) return largest;
  return whole * factor + numerator / denominator;
}

read_value<std::uint64_t> read_quantity(std::string_view text, const quantity_kind& kind) {
  std::string_view rest = text;
  const std::string_view digits = take_digits(rest);
  std::string_view fraction;
  if (!rest.empty() && rest.front() == '.') {
    rest.remove_prefix(1);
    fraction = take_digits(rest);
    if (fraction.empty()) return tl::unexpected(std::string());
  }
  if (digits.empty() || text.size() > 40) return tl::unexpected(std::string());

  const std::string number(text.substr(0, text.size() - rest.size()));
  if (rest.empty()) {
    if (saturated_number(digits) == 0 && saturated_number(fraction) == 0) return 0;
    std::string hint = number + " has no unit: write " + number + std::string(kind.meant[0]);
    if (!kind.meant[1].empty()) hint += " or " + number + std::string(kind.meant[1]);
    return tl::unexpected(std::move(hint));
  }
  for (const unit& u : kind.units) {
    if (rest != u.name) continue;
    if (const auto value = scaled(digits, fraction, u.factor)) return *value;
    return tl::unexpected(number + std::string(u.name) + " is finer than a " + std::string(kind.finest));
  }
  const std::string typed = lower(without_spaces(rest));
  for (const unit& u : kind.units) {
    if (std::find(u.misspellings.begin(), u.misspellings.end(), typed) != u.misspellings.end()) {
      return tl::unexpected("did you mean " + number + std::string(u.name) + "?");
    }
  }
  return tl::unexpected("the units are " + std::string(kind.unit_list));
}

std::string quantity_to_text(std::uint64_t value, const quantity_kind& kind) {
  if (value == 0) return "0";
  const unit* best = &kind.units.front();
  for (const unit& u : kind.units) {
    if (value % u.factor == 0) best = &u;
  }
  return std::to_string(value / best->factor) + std::string(best->name);
}

// What stands left and right of a word or sign between the two numbers of a rate.
struct rate_parts {
  std::string_view count;
  std::string_view duration;
};

std::optional<rate_parts> split_rate(std::string_view text, std::string_view separator) {
  const std::size_t at = text.find(separator);
  if (at == std::string_view::npos) return std::nullopt;
  return rate_parts{without_spaces(text.substr(0, at)), without_spaces(text.substr(at + separator.size()))};
}

// What somebody meant who did not write "20 in 10s".
std::string rate_hint(std::string_view text) {
  if (read_number(text)) return std::string(text) + " in what time? Write " + std::string(text) + " in 10s";
  for (const std::string_view separator : {"/", " per ", " every ", " within ", "in"}) {
    const auto parts = split_rate(text, separator);
    if (!parts || !read_number(parts->count)) continue;
    // "5 per second" and "5/s" leave out the 1.
    std::string duration(parts->duration);
    if (!duration.empty() && !is_digit(duration.front())) duration.insert(0, "1");
    for (const unit& u : duration_units) {
      for (const std::string_view spelling : u.misspellings) {
        if (duration == "1" + std::string(spelling)) duration = "1" + std::string(u.name);
      }
    }
    if (!read_duration(duration)) continue;
    return "did you mean " + std::string(parts->count) + " in " + duration + "?";
  }
  for (const std::string_view word : {"no", "none", "never", "false", "unlimited"}) {
    if (lower(text) == word) return "did you mean off?";
  }
  return {};
}

// So many, which `count` reads, in so long. `hint` is for a text that has no such count.
read_value<rate> read_rate_of(read_value<std::uint64_t> (*count)(std::string_view),
                              std::string (*hint)(std::string_view), std::string_view text) {
  if (text == "off" || text == "0") return rate{};
  if (text.size() > 60) return tl::unexpected(std::string());
  const auto parts = split_rate(text, " in ");
  const auto many = parts ? count(parts->count) : tl::unexpected(std::string());
  if (!many) return tl::unexpected(many.error().empty() ? hint(text) : many.error());
  const auto duration = read_duration(parts->duration);
  if (!duration) return tl::unexpected(duration.error());
  if (*many == 0) return rate{};
  return rate{static_cast<std::size_t>(*many), *duration};
}

}  // namespace

read_value<std::uint64_t> read_number(std::string_view text) {
  std::string_view rest = text;
  const std::string_view digits = take_digits(rest);
  const bool leading_zero = digits.size() > 1 && digits.front() == '0';
  if (digits.empty() || !rest.empty() || leading_zero) return tl::unexpected(std::string());
  return saturated_number(digits);
}

read_value<milliseconds> read_duration(std::string_view text) {
  return read_quantity(text, duration_kind).map([](std::uint64_t ms) {
    return milliseconds(static_cast<milliseconds::rep>(ms));
  });
}

read_value<std::uint64_t> read_size(std::string_view text) {
  return read_quantity(text, size_kind);
}

read_value<rate> read_rate(std::string_view text) {
  return read_rate_of(read_number, rate_hint, text);
}

read_value<rate> read_byte_rate(std::string_view text) {
  // A size says itself what is wrong with it.
  return read_rate_of(read_size, [](std::string_view) { return std::string(); }, text);
}

std::string to_text(milliseconds duration) {
  return quantity_to_text(static_cast<std::uint64_t>(duration.count()), duration_kind);
}

std::string to_text(const rate& value) {
  return value.off() ? "off" : std::to_string(value.count) + " in " + to_text(value.per);
}

std::string byte_rate_to_text(const rate& value) {
  return value.off() ? "off" : size_to_text(value.count) + " in " + to_text(value.per);
}

std::string size_to_text(std::uint64_t bytes) {
  return quantity_to_text(bytes, size_kind);
}

}  // namespace parley
