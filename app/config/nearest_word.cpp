#include "app/config/nearest_word.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace parley {
namespace {

constexpr std::size_t longest_typed_word = 64;

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// Insertions, deletions, replacements and swaps of neighbours that lead from a to b. Three rows of the usual
// table are enough, as a swap looks back by two.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::swap(before_last, last);
    std::swap(last, row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = lower(a[i - 1]) == lower(b[j - 1]);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0U : 1U)});
      const bool swapped =
          i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]);
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
  }
  return row[b.size()];
}

// Whether `shorter` is the beginning of `longer`, and long enough to mean something.
bool starts_with(std::string_view longer, std::string_view shorter) {
  constexpr std::size_t least = 3;
  return shorter.size() >= least && longer.size() > shorter.size() &&
         std::equal(shorter.begin(), shorter.end(), longer.begin(),
                    [](char a, char b) { return lower(a) == lower(b); });
}

}  // namespace

std::optional<std::string> nearest_word(std::string_view typed, std::span<const std::string> words) {
  if (typed.size() > longest_typed_word) return std::nullopt;
  std::optional<std::string> nearest;
  std::size_t least = 0;
  for (const std::string& word : words) {
    const std::size_t slips = distance(typed, word);
    // One slip in three letters may be a slip; more is another word.
    if (slips > std::max<std::size_t>(1, std::min(typed.size(), word.size()) / 3)) continue;
    if (!nearest || slips < least) {
      nearest = word;
      least = slips;
    }
  }
  if (nearest) return nearest;
  // "warning" for warn, "err" for error: more than slips, and no other word.
  for (const std::string& word : words)
    if (starts_with(typed, word) || starts_with(word, typed)) return word;
  return std::nullopt;
}

}  // namespace parley
