#pragma once
// UTF-8 (RFC 3629), one code point at a time.

#include <cstddef>
#include <optional>
#include <string_view>

namespace parley::chat {

// Takes the first code point off `text`; nullopt where `text` does not begin with well-formed UTF-8 (overlong
// forms, surrogates and values past U+10FFFF are not) or is empty.
std::optional<char32_t> take_code_point(std::string_view& text);

// The number of code points of a text, or nullopt where it is not UTF-8.
std::optional<std::size_t> count_code_points(std::string_view text);

}  // namespace parley::chat
