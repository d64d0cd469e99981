#include "chat/validation.hpp"

#include <algorithm>

#include <utf8proc.h>

#include "chat/utf8.hpp"

namespace parley::chat {
namespace {

constexpr std::size_t room_name_min = 3, room_name_max = 32;

bool between(char32_t point, char32_t first, char32_t last) {
  return point >= first && point <= last;
}

// What JavaScript's String.prototype.trim takes off, so that page and server count the same.
bool is_white_space(char32_t point) {
  return between(point, 0x09, 0x0d) || point == 0x20 || point == 0xa0 || point == 0x1680 ||
         between(point, 0x2000, 0x200a) || point == 0x2028 || point == 0x2029 || point == 0x202f ||
         point == 0x205f || point == 0x3000 || point == 0xfeff;
}

// What parts lines, in the Unicode Standard (5.8).
bool is_line_break(char32_t point) {
  return between(point, 0x0a, 0x0d) || point == 0x85 || point == 0x2028 || point == 0x2029;
}

// What phones paste around numbers, and programs leave in what is copied from them: control characters, and
// embeddings, overrides and isolates, which can make the text around a message read backwards. The marks
// (U+200E, U+200F, U+061C) only settle their own place, and right-to-left writing needs them.
bool is_dropped(char32_t point) {
  return (point < 0x20 && point != '\t' && !is_line_break(point)) ||
         (between(point, 0x7f, 0x9f) && point != 0x85) || between(point, 0x202a, 0x202e) ||
         between(point, 0x2066, 0x2069);
}

// Whether there is something to be seen where a code point stands by itself: spaces, formats, marks that
// belong over a letter and the letters that fill a gap show nothing.
bool shows(char32_t point) {
  if (between(point, 0x115f, 0x1160) || point == 0x2800 || point == 0x3164 || point == 0xffa0) return false;
  switch (utf8proc_category(static_cast<utf8proc_int32_t>(point))) {
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CS:
      return false;
    default:
      return true;
  }
}

// The text as it is taken: without what is dropped, and with spaces for tabs. Well-formed.
std::string as_taken(std::string_view text) {
  std::string kept;
  kept.reserve(text.size());
  for (auto rest = text; !rest.empty();) {
    const auto before = rest;
    const auto point = *take_code_point(rest);
    if (point == '\t')
      kept += ' ';
    else if (!is_dropped(point))
      kept += before.substr(0, before.size() - rest.size());
  }
  return kept;
}

std::string_view trim_front(std::string_view text) {
  for (auto rest = text; auto point = take_code_point(rest); text = rest)
    if (!is_white_space(*point)) break;
  return text;
}

std::string_view trim_back(std::string_view text) {
  auto end = text;  // what stands before the last code points that are white space
  end.remove_suffix(end.size());
  for (auto rest = text; auto point = take_code_point(rest);)
    if (!is_white_space(*point)) end = text.substr(0, text.size() - rest.size());
  return end;
}

tl::unexpected<refusal> refuse(error_code code, std::string message) {
  return tl::unexpected(refusal{code, std::move(message)});
}

bool is_plain_name(std::string_view text) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '-';
  };
  return text.size() >= room_name_min && text.size() <= room_name_max &&
         std::all_of(text.begin(), text.end(), allowed);
}

}  // namespace

std::string ascii_lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lower;
}

tl::expected<message_text, refusal> message_text::parse(std::string_view text, std::size_t max_length) {
  if (!count_code_points(text)) return refuse(error_code::bad_field, "The text is not UTF-8.");
  const auto taken = as_taken(text);
  const auto trimmed = trim_back(trim_front(taken));
  std::size_t length = 0;
  bool visible = false;
  for (auto rest = trimmed; !rest.empty(); ++length) {
    const auto point = *take_code_point(rest);
    if (is_line_break(point)) return refuse(error_code::bad_field, "A message is one line.");
    visible = visible || shows(point);
  }
  if (!visible) return refuse(error_code::bad_field, "The message is empty.");
  if (max_length != 0 && length > max_length)
    return refuse(error_code::too_long, "A message has at most " + std::to_string(max_length) +
                                            " characters; this one has " + std::to_string(length) + ".");
  return message_text(std::string(trimmed));
}

tl::expected<room_topic, refusal> room_topic::parse(std::string_view text) {
  if (trim_front(text).empty()) return room_topic(std::string());
  auto said = message_text::parse(text, max_length);
  if (said) return room_topic(said->str());
  if (said.error().code == error_code::too_long)
    return refuse(error_code::too_long, "A topic has at most " + std::to_string(max_length) + " characters.");
  return refuse(error_code::bad_field, "A topic is one line of text, and may be empty.");
}

tl::expected<room_name, refusal> room_name::parse(std::string_view text) {
  if (!text.starts_with('@')) {
    if (!is_plain_name(text))
      return refuse(error_code::bad_field, "A room's name has 3 to 32 characters of A-Z a-z 0-9 _ . -");
    return room_name(ascii_lower(text));
  }
  const auto colon = std::min(text.find(':'), text.size());
  auto first = ascii_lower(text.substr(1, colon - 1));
  auto second = ascii_lower(text.substr(std::min(colon + 1, text.size())));
  if (second < first) std::swap(first, second);
  if (!is_plain_name(first) || !is_plain_name(second) || first == second)
    return refuse(error_code::bad_field, "A room of two is named @ADA:BOB, with the names of two people.");
  return room_name('@' + first + ':' + second);
}

std::optional<std::pair<std::string, std::string>> room_name::direct() const {
  if (!name_.starts_with('@')) return std::nullopt;
  const auto colon = name_.find(':');
  return std::pair(name_.substr(1, colon - 1), name_.substr(colon + 1));
}

}  // namespace parley::chat
