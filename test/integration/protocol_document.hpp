#pragma once
// docs/protocol.md as its tests read it: the tables of frames and codes, and the examples. How examples are
// written is said in the document itself.

#include <iosfwd>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace parley::test {

// A line of an example, together with the indented lines that continue it.
struct example_line {
  enum class kind { sent, received, happening, unclear };
  int number = 0;  // in the document
  kind what = kind::unclear;
  std::vector<std::string> speakers;  // whose sockets send or receive
  std::string text;                   // what stands behind the speakers
};

struct example {
  int number = 0;      // of its first line in the document
  std::string config;  // what differs in config.yaml
  std::vector<example_line> lines;
};
std::ostream& operator<<(std::ostream& out, const example& shown);

// A frame, or the body of an HTTP request or answer, as an example writes it: one that ends in `…}` has more
// fields than are shown.
struct shown_object {
  nlohmann::json value;
  bool whole = true;
};
// Nothing where the text is no object.
std::optional<shown_object> parse_object(std::string text);

// "close 4503 "You have left the chat.""
struct shown_close {
  int code = 0;
  std::string reason;
};
std::optional<shown_close> parse_close(const std::string& text);

struct table_row {
  std::string name;  // what the first cell names, without its backticks
  std::string rest;
};

class protocol_document {
 public:
  explicit protocol_document(const std::string& text);

  const std::vector<example>& examples() const { return examples_; }

  // The rows of the table under a heading; throws where there is none.
  const std::vector<table_row>& table(const std::string& heading) const;

 private:
  void add_to_example(const std::string& line, int number);
  void add_row(const std::string& heading, const std::string& line);

  std::vector<example> examples_;
  std::map<std::string, std::vector<table_row>> tables_;
};

}  // namespace parley::test
