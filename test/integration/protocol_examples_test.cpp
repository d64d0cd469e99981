// The examples of docs/protocol.md are true: each is played against a server of its own. And they are all
// there: what a table of the document names is in an example, and its fields are in the table.

#include <set>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "contains.hpp"
#include "example_player.hpp"

namespace parley::test {
namespace protocol_examples {
namespace {

const protocol_document& document() {
  static const protocol_document read(
      read_file(std::filesystem::path(PARLEY_SOURCE_DIR) / "docs" / "protocol.md"));
  return read;
}

// What one of all these examples shows. Of what the server sends, only what is shown whole.
struct shown_kinds {
  using names = std::set<std::string>;
  std::map<std::string, names> sent, received;  // the fields of each type of frame
  names errors, closes, requests;

  explicit shown_kinds(const std::vector<example>& examples) {
    for (const auto& example : examples)
      for (const auto& line : example.lines) add(line);
  }

 private:
  void add(const example_line& line) {
    const bool is_sent = line.what == example_line::kind::sent;
    if (const auto close = parse_close(line.text); close && !is_sent)
      closes.insert(std::to_string(close->code));
    if (is_sent && line.text.find(" /api/") != std::string::npos)
      requests.insert(line.text.substr(0, line.text.find(' ', line.text.find('/'))));
    const auto brace = line.text.find('{');
    const auto object = brace == std::string::npos ? std::nullopt : parse_object(line.text.substr(brace));
    if (!object) return;
    add_error(object->value);
    if (brace == 0 && object->whole) add_fields(is_sent ? sent : received, object->value);
  }
  // Of a frame, or of an HTTP answer.
  void add_error(const json& object) {
    const auto& error = object.contains("error") ? object["error"] : object;
    if (error.contains("code")) errors.insert(error["code"]);
  }
  static void add_fields(std::map<std::string, names>& kinds, const json& frame) {
    auto& fields = kinds[frame.value("type", "")];
    for (const auto& [key, value] : frame.items())
      if (key != "type") fields.insert(key);
  }
};

const shown_kinds& shown() {
  static const shown_kinds all(document().examples());
  return all;
}

template <class Shown>
void check_all_are_shown(const std::string& heading, const Shown& in_examples) {
  for (const auto& row : document().table(heading))
    BOOST_TEST(in_examples.count(row.name) != 0,
               "no example of docs/protocol.md shows the whole of " << row.name << " of " << heading);
}

// The table's rows name all fields of the examples' frames.
void check_fields_are_documented(const std::string& heading,
                                 const std::map<std::string, shown_kinds::names>& in_examples) {
  for (const auto& row : document().table(heading)) {
    const auto found = in_examples.find(row.name);
    if (found == in_examples.end()) continue;
    for (const auto& field : found->second) {
      const bool is_named = row.rest.find('`' + field + '`') != std::string::npos ||
                            row.rest.find('`' + field + ": ") != std::string::npos;
      BOOST_TEST(is_named,
                 "an example shows " << field << " in " << row.name << ", which " << heading << " lacks");
    }
  }
}

// What playing an example that says this finds fault with.
std::string fault_of(const std::string& lines) {
  const protocol_document written("```parley\n" + lines + "```\n");
  const auto& example = written.examples().front();
  server_process server(example.config);
  return example_player(server).play(example);
}

}  // namespace
}  // namespace protocol_examples

BOOST_AUTO_TEST_SUITE(protocol_examples)

using namespace protocol_examples;

BOOST_DATA_TEST_CASE(each_goes_as_it_is_written, boost::unit_test::data::make(document().examples())) {
  server_process server(sample.config);
  const auto fault = example_player(server).play(sample);
  BOOST_TEST(fault.empty(), fault);
}

BOOST_AUTO_TEST_CASE(show_every_request_frame_and_code) {
  check_all_are_shown("HTTP API", shown().requests);
  check_all_are_shown("Client to server", shown().sent);
  check_all_are_shown("Server to client", shown().received);
  check_all_are_shown("Error codes", shown().errors);
  check_all_are_shown("Close codes", shown().closes);
}

BOOST_AUTO_TEST_CASE(show_no_field_that_is_not_in_the_tables) {
  check_fields_are_documented("Client to server", shown().sent);
  check_fields_are_documented("Server to client", shown().received);
}

BOOST_AUTO_TEST_CASE(that_are_wrong_are_found_with_their_line) {
  const std::string joining = "ada> {\"type\": \"join\", \"room\": \"lobby\"}\n";
  const auto another_value =
      fault_of(joining + "ada< {\"type\": \"joined\", \"room\": \"lobby\", \"count\": 2, …}\n");
  BOOST_TEST(contains(another_value, "docs/protocol.md:3: "));
  BOOST_TEST(contains(another_value, "/count is shown as 2 and came as 1"));
  const auto lacks_fields = fault_of(joining + "ada< {\"type\": \"joined\", \"room\": \"lobby\"}\n");
  BOOST_TEST(contains(lacks_fields, "is shown as nothing"));
  BOOST_TEST(contains(fault_of("ada> \"hello?\"\n"), "something that is not shown"));
  BOOST_TEST(contains(fault_of(joining + "ada< close 1000\n"), "came {"));
  BOOST_TEST(contains(fault_of("ada> a binary message\nada< close 1002\n"), "the socket closed with 1003"));
  BOOST_TEST(contains(fault_of("ada goes home\n"), "nobody knows"));
  const auto another_invitation = fault_of(
      "ada> {\"type\": \"create\", \"room\": \"den\", \"private\": true}\n"
      "ada< {\"type\": \"settings\", \"invite\": \"Zk3u…\", …}\n"
      "ada> {\"type\": \"configure\", \"room\": \"den\", \"renew_invite\": true}\n"
      "ada< {\"type\": \"settings\", \"invite\": \"Zk3u…\", …}\n");
  BOOST_TEST(contains(another_invitation, "docs/protocol.md:5: "));
  BOOST_TEST(contains(another_invitation, "/invite is shown as"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace parley::test
