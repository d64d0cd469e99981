// "Did you mean ...?": the known word that somebody most likely meant.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace parley {

// The word nearest to `typed`, without regard to case and with swapped neighbours counted as one slip
// (optimal string alignment distance); none where even the nearest is too far off to be meant, or `typed` is
// longer than any sane word.
std::optional<std::string> nearest_word(std::string_view typed, std::span<const std::string> words);

}  // namespace parley
