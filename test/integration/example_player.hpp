#pragma once
// Plays an example of docs/protocol.md: does what its clients do, and compares what the server sends them.

#include <map>
#include <optional>
#include <string>

#include "abbreviations.hpp"
#include "protocol_document.hpp"
#include "server_process.hpp"

namespace parley::test {

// Plays one example to its end. The server is the example's own, and outlives it.
class example_player {
 public:
  explicit example_player(server_process& server) : server_(server) {}

  // Where the server did not do what is shown: the line of the document, and what came instead. Empty where
  // all went as it is written.
  std::string play(const example& shown);

 private:
  struct person {
    bool is_registered = false;
    std::string cookie;
    std::optional<http_answer> answer;  // that is not yet shown
  };
  struct connection {
    explicit connection(websocket_client opened) : socket(std::move(opened)) {}
    websocket_client socket;
    std::optional<json> first;  // the frame that it began with, as long as it is not yet shown
    bool is_behind = false;     // what was said while it did not read is not shown
  };

  void play(const example_line& line);
  void happen(const std::string& what);
  void send(const std::string& speaker, const std::string& what);
  bool send_by_words(websocket_client& socket, const std::string& what);
  void ask(person& who, const std::string& method, const std::string& target, const std::string& body,
           const std::string& origin);

  void receive(const std::string& speaker, const std::string& what);
  void receive_answer(person& who, const std::string& what);
  void receive_close(const std::string& speaker, const shown_close& shown);
  void receive_frame(const std::string& speaker, const shown_object& shown);
  json next(connection& from, clock::time_point deadline = soon());
  void check_that_no_more_came();

  person& registered(const std::string& speaker);
  void open(const std::string& speaker, bool with_cookie);
  connection& connection_of(const std::string& speaker);

  server_process& server_;
  abbreviations abbreviations_;
  std::map<std::string, person> people_;
  std::map<std::string, std::optional<connection>> connections_;  // none: closed
};

}  // namespace parley::test
