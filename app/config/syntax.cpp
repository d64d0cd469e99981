#include "app/config/syntax.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <yaml-cpp/yaml.h>

#include "app/config/printable.hpp"

namespace parley {
namespace {

text_place place_of(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
  return {static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')) + 1,
          offset - line_start + 1};
}

// The line of the text, counted from 1, without its end.
std::string_view line_of(std::string_view text, std::size_t line) {
  for (; line > 1; --line) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return {};
    text.remove_prefix(end + 1);
  }
  return text.substr(0, text.find('\n'));
}

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

// Where the quote that opens at `at` is closed, or npos.
std::size_t closing_quote(std::string_view text, std::size_t at) {
  const char quote = text[at];
  for (std::size_t i = at + 1; i < text.size(); ++i) {
    if (quote == '"' && text[i] == '\\') {
      ++i;
    } else if (text[i] == quote) {
      if (quote == '"' || i + 1 == text.size() || text[i + 1] != '\'') return i;
      ++i;  // '' is a quote inside single quotes
    }
  }
  return std::string_view::npos;
}

// Where the last quote or bracket stands that is opened and never closed. Quotes and brackets count only
// where a value may begin, as they may stand inside of words.
std::optional<std::size_t> find_unclosed(std::string_view text) {
  std::vector<std::size_t> brackets;
  bool value_may_begin = true;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool before_space = i + 1 == text.size() || is_space(text[i + 1]);
    const bool in_flow = !brackets.empty();
    if (c == '\n' || (c == ':' && (before_space || in_flow)) || (c == ',' && in_flow)) {
      value_may_begin = true;
    } else if (is_space(c)) {
      continue;
    } else if (c == '#' && (i == 0 || is_space(text[i - 1]))) {
      i = std::min(text.find('\n', i), text.size()) - 1;
    } else if (value_may_begin && (c == '"' || c == '\'')) {
      const std::size_t end = closing_quote(text, i);
      if (end == std::string_view::npos) return i;
      i = end;
      value_may_begin = false;
    } else if (value_may_begin && (c == '&' || c == '!')) {
      while (i + 1 < text.size() && !is_space(text[i + 1])) ++i;  // an anchor or a tag; the value follows
    } else if ((c == '[' || c == '{') && (value_may_begin || in_flow)) {
      brackets.push_back(i);
      value_may_begin = true;
    } else if ((c == ']' || c == '}') && in_flow) {
      brackets.pop_back();
      value_may_begin = false;
    } else {
      value_may_begin = value_may_begin && (c == '-' || c == '?') && before_space;
    }
  }
  return brackets.empty() ? std::nullopt : std::optional(brackets.back());
}

syntax_error not_yaml(text_place at, const std::string& why) {
  return {at, "not valid YAML: " + why};
}

syntax_error never_closed(std::string_view text, std::size_t offset) {
  return not_yaml(place_of(text, offset), std::string("this ") + text[offset] + " is never closed");
}

std::string explain(const std::string& yaml_words) {
  const std::pair<std::string_view, std::string_view> explanations[] = {
      {"illegal map value", R"(a value cannot stand here; check the indentation, and quote text )"
                            R"(that holds a colon, as in address: "::")"},
      {"illegal map key", "a key cannot stand here; each key needs a line of its own"},
      {"end of map not found",
       "this does not belong to the keys above it; keys of a section start in one column"},
      {"end of sequence not found",
       "this does not belong to the list above it; its elements start in one column"},
      {"end of map flow", "expected a comma or a }; text that holds : { } [ ] or , needs quotes"},
      {"end of sequence flow", "expected a comma or a ]; text that holds : { } [ ] or , needs quotes"},
      {"illegal flow end", "this bracket matches none that is open; text that holds brackets needs quotes"},
      {"unknown token", "a value cannot start with this character; put it in quotes"},
      {"the referenced anchor", "no anchor of this name stands above; text that starts with * needs quotes"},
      {"unknown escape character",
       R"(no such escape; in double quotes write \\ for a backslash, or use single quotes)"},
      {"illegal tab", "a tab in the indentation; expected spaces only"},
      {"bad file", "brackets or indentation nested too deeply"},  // yaml-cpp's words for it
  };
  for (const auto& [words, explanation] : explanations) {
    if (yaml_words.starts_with(words)) return std::string(explanation);
  }
  return printable(yaml_words);
}

}  // namespace

text_place place_of(const YAML::Mark& mark) {
  if (mark.is_null()) return {};
  return {static_cast<std::size_t>(mark.line) + 1, static_cast<std::size_t>(mark.column) + 1};
}

std::optional<syntax_error> find_syntax_error(std::string_view text) {
  const std::size_t nul = text.find('\0');
  if (nul != std::string_view::npos)
    return syntax_error{place_of(text, nul), "a zero byte; expected UTF-8 text"};
  if (const auto invalid = find_invalid_utf8(text)) {
    const std::string byte = printable(text.substr(*invalid, 1));
    return syntax_error{place_of(text, *invalid),
                        "the byte " + byte + " is not UTF-8; save the file as UTF-8"};
  }
  const auto unclosed = find_unclosed(text);
  if (unclosed && (text[*unclosed] == '"' || text[*unclosed] == '\'')) return never_closed(text, *unclosed);
  return std::nullopt;
}

syntax_error explain_yaml_error(const YAML::Exception& thrown, std::string_view text) {
  const text_place at = place_of(thrown.mark);
  const std::string_view line = line_of(text, at.line);
  const std::size_t tab = line.substr(0, line.find_first_not_of(" \t")).find('\t');
  if (tab != std::string_view::npos) {
    return not_yaml({at.line, tab + 1}, "a tab in the indentation; expected spaces only");
  }
  if (thrown.msg.find("flow not found") != std::string::npos) {
    if (const auto unclosed = find_unclosed(text)) return never_closed(text, *unclosed);
  }
  return not_yaml(at, explain(thrown.msg));
}

}  // namespace parley
