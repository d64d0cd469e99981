// The values of config.yaml that are more than a word or a number: durations with a unit (20s), sizes with a
// unit (16KiB) and rates (20 in 10s). Reading one either gives the value or says, in a few words for the
// operator, what to write instead. Pure functions, free to use on any thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace parley {

// So many events within so long. A count of zero means that the limit is off.
struct rate {
  std::size_t count = 0;
  std::chrono::milliseconds per{0};

  bool off() const { return count == 0; }
  bool operator==(const rate&) const = default;
};

// What was read, or a hint for the operator: "20 has no unit: write 20s". The hint is empty where the text is
// not even near the right form. Values too large to hold come back as the largest one, which every range
// refuses.
template <typename T>
using read_value = tl::expected<T, std::string>;

// Decimal digits only: no sign, no fraction, no leading zeros.
read_value<std::uint64_t> read_number(std::string_view text);

// "1.5s", "10ms", "30d" in ms, s, m, h, d; whole milliseconds only. Of the bare numbers only 0 is a duration.
read_value<std::chrono::milliseconds> read_duration(std::string_view text);

// "16KiB", "1.5MiB" in B, KiB, MiB, GiB; whole bytes only. Of the bare numbers only 0 is a size.
read_value<std::uint64_t> read_size(std::string_view text);

// "20 in 10s", or "off" or "0".
read_value<rate> read_rate(std::string_view text);

// "256KiB in 10s", or "off" or "0": so many bytes.
read_value<rate> read_byte_rate(std::string_view text);

// The shortest text that is read back as the same value: 90s, 1m, 16KiB, 20 in 10s, off.
std::string to_text(std::chrono::milliseconds duration);
std::string to_text(const rate& value);
std::string size_to_text(std::uint64_t bytes);
std::string byte_rate_to_text(const rate& value);

}  // namespace parley
