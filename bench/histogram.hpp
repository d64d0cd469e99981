#pragma once
// How often each latency was seen: buckets of equal width within each power of two, 128 of them, so a value
// read back is at most 0.4 % off, whatever its size. Recording is an index and an increment.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace parley::bench {

class histogram {
 public:
  // Nanoseconds; what is negative counts as 0, what is above 18 minutes as 18 minutes.
  void record(std::int64_t value) {
    const auto bounded = value < 0 ? 0 : value > largest ? largest : value;
    ++buckets_[index_of(static_cast<std::uint64_t>(bounded))];
    if (bounded > max_) max_ = bounded;
    ++count_;
  }

  void add(const histogram& other);

  // The value below or at which this share of all values lies, 0 < share <= 1; 0 where there are none.
  std::int64_t quantile(double share) const;
  std::int64_t max() const { return max_; }  // exact
  std::uint64_t count() const { return count_; }

 private:
  static constexpr unsigned sub_bits = 7;
  static constexpr std::uint64_t sub_buckets = 1U << sub_bits;
  static constexpr unsigned value_bits = 40;
  static constexpr std::int64_t largest = (std::int64_t{1} << value_bits) - 1;

  // Values below 128 are their own index; above, the seven bits after the leading one pick the bucket.
  static constexpr std::size_t index_of(std::uint64_t value) {
    if (value < sub_buckets) return value;
    const auto shift = static_cast<unsigned>(std::bit_width(value)) - 1 - sub_bits;
    return (shift + 1) * sub_buckets + ((value >> shift) - sub_buckets);
  }
  static std::int64_t middle_of(std::size_t index);

  std::vector<std::uint64_t> buckets_ = std::vector<std::uint64_t>(index_of(largest) + 1);
  std::int64_t max_ = 0;
  std::uint64_t count_ = 0;
};

}  // namespace parley::bench
