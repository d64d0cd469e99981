#include "protocol_document.hpp"

#include <ostream>
#include <regex>
#include <sstream>
#include <stdexcept>

namespace parley::test {
namespace {

const std::string more_fields = "…}";

std::string trim(const std::string& text) {
  const auto first = text.find_first_not_of(" \t");
  return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

example_line read_example_line(const std::string& line, int number) {
  static const std::regex spoken(R"(([\w./-]+(?:, [\w./-]+)*)([<>]) (.+))");
  using kind = example_line::kind;
  std::smatch parts;
  if (line.rfind("* ", 0) == 0) return {number, kind::happening, {}, line.substr(2)};
  if (!std::regex_match(line, parts, spoken)) return {number, kind::unclear, {}, line};
  example_line result{number, parts[2] == ">" ? kind::sent : kind::received, {}, parts[3]};
  std::istringstream names(parts[1]);
  for (std::string name; std::getline(names, name, ',');) result.speakers.push_back(trim(name));
  return result;
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const example& shown) {
  return out << "the example at docs/protocol.md:" << shown.number;
}

std::optional<shown_object> parse_object(std::string text) {
  shown_object shown;
  if (text.size() > more_fields.size() &&
      text.compare(text.size() - more_fields.size(), std::string::npos, more_fields) == 0) {
    shown.whole = false;
    text.erase(text.size() - more_fields.size());
    text.erase(text.find_last_not_of(", ") + 1);
    text += '}';
  }
  shown.value = nlohmann::json::parse(text, nullptr, false);
  return shown.value.is_object() ? std::optional(shown) : std::nullopt;
}

std::optional<shown_close> parse_close(const std::string& text) {
  static const std::regex written(R"lit(close (\d{4})(?: "(.*)")?)lit");
  std::smatch parts;
  if (!std::regex_match(text, parts, written)) return std::nullopt;
  return shown_close{std::stoi(parts[1]), parts[2]};
}

protocol_document::protocol_document(const std::string& text) {
  std::istringstream lines(text);
  std::string heading, line;
  bool in_example = false;
  for (int number = 1; std::getline(lines, line); ++number) {
    if (in_example) {
      in_example = line != "```";
      if (in_example) add_to_example(line, number);
    } else if (line == "```parley") {
      examples_.push_back({number + 1, {}, {}});
      in_example = true;
    } else if (line.rfind('#', 0) == 0) {
      heading = trim(line.substr(line.find_first_not_of('#')));
    } else if (line.rfind("| ", 0) == 0) {
      add_row(heading, line);
    }
  }
}

void protocol_document::add_to_example(const std::string& line, int number) {
  static const std::string configured = "config.yaml: ";
  auto& [first, config, lines] = examples_.back();
  const bool continues = line.rfind(' ', 0) == 0;
  if (continues && !lines.empty())
    lines.back().text += ' ' + trim(line);
  else if (continues)
    config += ' ' + trim(line);
  else if (line.rfind(configured, 0) == 0)
    config = line.substr(configured.size());
  else
    lines.push_back(read_example_line(line, number));
}

// Of a table's head and the dashes under it nothing is kept: they hold no backticks and no number.
void protocol_document::add_row(const std::string& heading, const std::string& line) {
  static const std::regex row(R"(\| `?([^`|]*?)`? \| (.*) \|)"), head(R"(\| [a-z -]+ \|.*)");
  std::smatch parts;
  if (std::regex_match(line, head) || !std::regex_match(line, parts, row)) return;
  tables_[heading].push_back({parts[1], parts[2]});
}

const std::vector<table_row>& protocol_document::table(const std::string& heading) const {
  const auto found = tables_.find(heading);
  if (found == tables_.end()) throw std::runtime_error("docs/protocol.md has no table under " + heading);
  return found->second;
}

}  // namespace parley::test
