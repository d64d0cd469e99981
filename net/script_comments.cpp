#include "net/script_comments.hpp"

#include <algorithm>

namespace parley::net {
namespace {

constexpr std::string_view blanks = " \t\r";

std::string_view without_indent(std::string_view line) {
  line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size()));
  return line;
}

// Whether a line of code leaves something open that the next line goes on with. Regular expressions are not
// told from divisions: a quote in one looks open, which is the safe side.
bool leaves_something_open(std::string_view code) {
  if (std::count(code.begin(), code.end(), '`') % 2 != 0) return true;
  char quote = 0;
  for (std::size_t i = 0; i < code.size(); ++i) {
    const char c = code[i];
    if (quote != 0 && c == '\\')
      ++i;
    else if (quote != 0)
      quote = c == quote ? char{0} : quote;
    else if (c == '\'' || c == '"' || c == '`')
      quote = c;
    else if (code.substr(i).starts_with("//"))
      break;
  }
  const auto comment = code.rfind("/*");
  return quote != 0 ||
         (comment != std::string_view::npos && code.find("*/", comment + 2) == std::string_view::npos);
}

bool is_line_comment(std::string_view line) {
  return line.starts_with("//") && !line.starts_with("//#") && !line.starts_with("//@");
}

}  // namespace

std::string without_comments(std::string_view script) {
  std::string kept;
  kept.reserve(script.size());
  bool in_comment = false;
  for (auto rest = script; !rest.empty();) {
    const auto end = std::min(rest.find('\n'), rest.size());
    auto line = rest.substr(0, end);
    const bool has_break = end < rest.size();
    rest.remove_prefix(end + (has_break ? 1 : 0));

    auto start = without_indent(line);
    if (!in_comment && start.starts_with("/**")) {
      in_comment = true;
      start.remove_prefix(2);  // the second star may end it
    }
    if (in_comment) {
      const auto close = start.find("*/");
      in_comment = close == std::string_view::npos;
      line = in_comment ? std::string_view() : start.substr(close + 2);
      if (without_indent(line).empty()) line = {};
    } else if (is_line_comment(start)) {
      line = {};
    }
    if (leaves_something_open(line)) return std::string(script);
    kept += line;
    if (has_break) kept += '\n';
  }
  return in_comment ? std::string(script) : kept;
}

}  // namespace parley::net
