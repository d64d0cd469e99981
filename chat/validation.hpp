#pragma once
// What may be said and what a room may be called: types that only their parse functions can make, so code
// that holds one need not check again.

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <tl/expected.hpp>

#include "chat/codes.hpp"

namespace parley::chat {

std::string ascii_lower(std::string_view text);

// Why something is refused: the code for the program, a sentence for the person.
struct refusal {
  error_code code;
  std::string message;
};

// A message as it will be shown: one line, trimmed of white space, 1 to `max_length` code points (0: no bound
// but the frame's), not blank. Control characters and bidirectional embeddings, overrides and isolates are
// dropped, and a tab becomes a space; what parts lines is refused.
class message_text {
 public:
  static tl::expected<message_text, refusal> parse(std::string_view text, std::size_t max_length);
  const std::string& str() const { return text_; }

 private:
  explicit message_text(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

// What a room is about: like a message, of at most 120 code points; may be empty.
class room_topic {
 public:
  static constexpr std::size_t max_length = 120;

  static tl::expected<room_topic, refusal> parse(std::string_view text);
  const std::string& str() const { return text_; }

 private:
  explicit room_topic(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

// 3 to 32 of A-Z a-z 0-9 _ . - ; rooms whose names differ only in case are one room, so the name is kept in
// lower case. Two people's own room is named `@ada:bob`, the lesser name first; it may be asked for either
// way round.
class room_name {
 public:
  static tl::expected<room_name, refusal> parse(std::string_view text);
  const std::string& str() const { return name_; }

  // Whose own room it is: both keys.
  std::optional<std::pair<std::string, std::string>> direct() const;

  auto operator<=>(const room_name&) const = default;

 private:
  explicit room_name(std::string name) : name_(std::move(name)) {}
  std::string name_;
};

}  // namespace parley::chat
