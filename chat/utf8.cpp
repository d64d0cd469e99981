#include "chat/utf8.hpp"

namespace parley::chat {
namespace {

struct lead {
  std::size_t size;   // bytes of the sequence, 0: no lead byte
  char32_t bits;      // of the lead byte
  char32_t smallest;  // what a shorter form could not say
};

lead read_lead(unsigned char byte) {
  if (byte < 0x80) return {1, byte, 0};
  if ((byte & 0xe0) == 0xc0) return {2, byte & 0x1fU, 0x80};
  if ((byte & 0xf0) == 0xe0) return {3, byte & 0x0fU, 0x800};
  if ((byte & 0xf8) == 0xf0) return {4, byte & 0x07U, 0x10000};
  return {0, 0, 0};
}

}  // namespace

std::optional<char32_t> take_code_point(std::string_view& text) {
  if (text.empty()) return std::nullopt;
  const auto [size, bits, smallest] = read_lead(static_cast<unsigned char>(text.front()));
  if (size == 0 || size > text.size()) return std::nullopt;
  char32_t point = bits;
  for (std::size_t i = 1; i < size; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xc0) != 0x80) return std::nullopt;
    point = point << 6 | (byte & 0x3fU);
  }
  const bool surrogate = point >= 0xd800 && point <= 0xdfff;
  if (point < smallest || point > 0x10ffff || surrogate) return std::nullopt;
  text.remove_prefix(size);
  return point;
}

std::optional<std::size_t> count_code_points(std::string_view text) {
  std::size_t count = 0;
  for (; !text.empty(); ++count)
    if (!take_code_point(text)) return std::nullopt;
  return count;
}

}  // namespace parley::chat
