#include "bench/histogram.hpp"

#include <algorithm>
#include <cmath>

namespace parley::bench {

void histogram::add(const histogram& other) {
  for (std::size_t i = 0; i < buckets_.size(); ++i) buckets_[i] += other.buckets_[i];
  max_ = std::max(max_, other.max_);
  count_ += other.count_;
}

std::int64_t histogram::quantile(double share) const {
  if (count_ == 0) return 0;
  const auto wanted = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(count_)));
  const auto rank = std::clamp<std::uint64_t>(wanted, 1, count_);
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < buckets_.size(); ++i) {
    seen += buckets_[i];
    if (seen >= rank) return std::min(middle_of(i), max_);
  }
  return max_;
}

std::int64_t histogram::middle_of(std::size_t index) {
  if (index < sub_buckets) return static_cast<std::int64_t>(index);
  const auto shift = index / sub_buckets - 1;
  const auto low = (sub_buckets + index % sub_buckets) << shift;
  return static_cast<std::int64_t>(low + ((std::uint64_t{1} << shift) >> 1U));
}

}  // namespace parley::bench
