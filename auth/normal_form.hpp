#pragma once
// Text in one spelling where Unicode has several.

#include <string>
#include <string_view>

namespace parley::auth {

// The text in Normalization Form C (UAX 15), in which pages send passwords; as it is where it is not UTF-8.
std::string to_nfc(std::string_view text);

}  // namespace parley::auth
