// Text from outside on its way into one line of a terminal or a log: whatever it holds, it cannot break the
// line, move the cursor or turn the reading direction, and it is short. Pure functions, free to use on any
// thread.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace parley {

// Longer text is cut here (in code points), where nothing else is said, and ends in "...".
inline constexpr std::size_t max_printable_length = 60;

// The text with control characters, invisible and bidirectional ones, bytes that are not UTF-8, quotes and
// backslashes escaped (\n, \x1b, \u202e, \", \\).
std::string printable(std::string_view text, std::size_t max_length = max_printable_length);

// The same between double quotes.
std::string in_quotes(std::string_view text);

// Where the first byte stands that is not part of well-formed UTF-8 (RFC 3629), if there is one.
std::optional<std::size_t> find_invalid_utf8(std::string_view text);

}  // namespace parley
