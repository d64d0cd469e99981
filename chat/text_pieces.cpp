#include "chat/text_pieces.hpp"

#include <algorithm>
#include <array>

#include "chat/utf8.hpp"

namespace parley::chat {
namespace {

struct range {
  char32_t first, last;
};

// Each of these is a word, or looked for as if it were one. In their order.
constexpr std::array signs = {
    range{U'#', U'&'},       range{U'+', U'+'},     range{U'<', U'>'},     range{U'@', U'@'},
    range{0x00A2, 0x00A5},                                                  // currencies
    range{0x00A9, 0x00A9},   range{0x00AE, 0x00AE}, range{0x0E01, 0x0E4E},  // Thai
    range{0x0E81, 0x0ECD},                                                  // Lao
    range{0x1000, 0x103F},                                                  // Burmese
    range{0x1100, 0x11FF},                                                  // parts of Korean syllables
    range{0x1780, 0x17D3},                                                  // Khmer
    range{0x203C, 0x203C},   range{0x2049, 0x2049}, range{0x20A0, 0x20CF},  // currencies
    range{0x2122, 0x2122},   range{0x2190, 0x23FF},  // arrows, mathematics, technical signs
    range{0x2500, 0x2BFF},                           // boxes, weather, chess, dingbats
    range{0x3005, 0x3007},   range{0x3021, 0x3029}, range{0x3041, 0x3096}, range{0x309D, 0x309F},
    range{0x30A1, 0x30FA},   range{0x30FC, 0x30FF},  // kana
    range{0x3105, 0x312F},   range{0x3131, 0x318E}, range{0x31A0, 0x31BF}, range{0x31F0, 0x31FF},
    range{0x3400, 0x4DBF},   range{0x4E00, 0x9FFF}, range{0xA960, 0xA97C},  // ideographs
    range{0xAC00, 0xD7FB},                                                  // Korean
    range{0xF900, 0xFAFF},   range{0xFF66, 0xFF9F}, range{0xFFA0, 0xFFDC}, range{0x1AFF0, 0x1B16F},
    range{0x1F000, 0x1FAFF},  // emoji
    range{0x20000, 0x3FFFF}};

// What only changes the look of the sign before it.
constexpr std::array extenders = {range{0x20E3, 0x20E3},   range{0x3099, 0x309A},
                                  range{0xFE00, 0xFE0F},   range{0x1F3FB, 0x1F3FF},  // colours of skin
                                  range{0xE0020, 0xE007F}, range{0xE0100, 0xE01EF}};

constexpr char32_t joiner = 0x200D;

template <std::size_t Size>
bool is_in(const std::array<range, Size>& ranges, char32_t code) {
  const auto found = std::lower_bound(ranges.begin(), ranges.end(), code,
                                      [](const range& each, char32_t wanted) { return each.last < wanted; });
  return found != ranges.end() && code >= found->first;
}

// Two of them are a flag.
bool is_half_of_flag(char32_t code) {
  return code >= 0x1F1E6 && code <= 0x1F1FF;
}

}  // namespace

text_pieces::character text_pieces::at(std::size_t place) const {
  auto rest = text_.substr(place);
  const auto whole = rest.size();
  if (rest.empty()) return {};
  const auto code = take_code_point(rest);
  return code ? character{*code, whole - rest.size()} : character{0, 1};
}

text_piece text_pieces::sign_at(std::size_t place) const {
  const auto first = at(place);
  text_piece piece{place, place + first.size, bytes(place, first.size), {}};
  if (is_half_of_flag(first.code)) {
    const auto other = at(piece.end);
    if (is_half_of_flag(other.code)) {
      piece.sign += bytes(piece.end, other.size);
      piece.end += other.size;
    }
    return piece;
  }
  for (;;) {
    const auto more = at(piece.end);
    if (is_in(extenders, more.code)) {
      piece.end += more.size;
      continue;
    }
    const auto joined = at(piece.end + more.size);
    if (more.code != joiner || !is_in(signs, joined.code)) return piece;
    if (piece.members.empty()) piece.members.push_back(piece.sign);
    piece.members.push_back(bytes(piece.end + more.size, joined.size));
    piece.sign += piece.members.back();
    piece.end += more.size + joined.size;
  }
}

std::optional<text_piece> text_pieces::next() {
  if (place_ == text_.size()) return std::nullopt;
  text_piece piece{place_, place_, {}, {}};
  if (is_in(signs, at(place_).code)) {
    piece = sign_at(place_);
  } else {
    do piece.end += at(piece.end).size;
    while (piece.end < text_.size() && !is_in(signs, at(piece.end).code));
  }
  place_ = piece.end;
  return piece;
}

}  // namespace parley::chat
