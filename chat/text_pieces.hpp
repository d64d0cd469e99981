#pragma once
// Where the words of a text are that has no spaces between them: Chinese, Japanese, Korean, Thai and the
// like, emoji, and signs such as those of "C++". For a search.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::chat {

// A part of a text, in bytes.
struct text_piece {
  std::size_t begin = 0, end = 0;
  std::string sign;                  // empty: these are letters with spaces and the like between them, or not
  std::vector<std::string> members;  // of an emoji that is joined from several
};

// Gives a text piece by piece, without holes. The text is UTF-8; what is none is taken for letters.
class text_pieces {
 public:
  explicit text_pieces(std::string_view text) : text_(text) {}  // which is to outlive it

  // None behind the last.
  std::optional<text_piece> next();

 private:
  struct character {
    char32_t code = 0;
    std::size_t size = 0;  // bytes; 0: the text is over
  };
  character at(std::size_t place) const;
  text_piece sign_at(std::size_t place) const;
  std::string bytes(std::size_t place, std::size_t size) const {
    return std::string(text_.substr(place, size));
  }

  std::string_view text_;
  std::size_t place_ = 0;
};

}  // namespace parley::chat
