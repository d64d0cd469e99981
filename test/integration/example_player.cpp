#include "example_player.hpp"

#include <regex>
#include <sstream>

namespace parley::test {
namespace {

// What the example shows is not what happened.
struct shown_wrongly : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// `ada/phone` is another socket of ada's.
std::string owner_of(const std::string& speaker) {
  return speaker.substr(0, speaker.find('/'));
}

std::string bytes_of(const std::string& hexadecimal) {
  std::istringstream numbers(hexadecimal);
  std::string bytes;
  for (int byte = 0; numbers >> std::hex >> byte;) bytes += static_cast<char>(byte);
  return bytes;
}

std::string describe(const ending& end) {
  return "the socket closed with " + std::to_string(end.code) + " \"" + end.reason + "\"";
}

// Presence comes when it comes, and so does what a socket begins with where nobody asked for it.
bool may_be_left_out(const json& frame, bool is_first) {
  return frame["type"] == "presence" || (is_first && frame["type"] == "welcome");
}

}  // namespace

std::string example_player::play(const example& shown) {
  int number = shown.number;
  std::string playing;
  try {
    for (const auto& line : shown.lines) {
      number = line.number;
      playing = line.text;
      play(line);
    }
    playing = "the end of this example";
    check_that_no_more_came();
  } catch (const std::exception& failure) {
    return "docs/protocol.md:" + std::to_string(number) + ": " + playing + "\n  but " + failure.what();
  }
  return {};
}

void example_player::play(const example_line& line) {
  using kind = example_line::kind;
  if (line.what == kind::unclear) throw shown_wrongly("nobody knows what this line means");
  if (line.what == kind::happening) return happen(line.text);
  for (const auto& speaker : line.speakers)
    line.what == kind::sent ? send(speaker, line.text) : receive(speaker, line.text);
}

void example_player::happen(const std::string& what) {
  static const std::regex opening(R"((\S+) opens a socket( without a cookie)?)"),
      losing(R"((\S+) loses the connection)"), reading(R"((\S+) reads (no more|on))");
  std::smatch parts;
  if (std::regex_match(what, parts, opening)) {
    open(parts[1], !parts[2].matched);
  } else if (std::regex_match(what, parts, losing)) {
    connection_of(parts[1]).socket.reset();
    connections_[parts[1]].reset();
  } else if (std::regex_match(what, parts, reading)) {
    connection_of(parts[1]).is_behind = true;
  } else if (what == "the server is told to stop, with SIGTERM") {
    server_.signal(SIGTERM);
  } else if (what == "the server starts again") {
    if (const int status = server_.wait_for_exit(); status != 0)
      throw shown_wrongly("it had ended with " + std::to_string(status));
    server_.start();
  } else {
    throw shown_wrongly("nobody knows how to make this happen");
  }
}

// --- people and their sockets ---

example_player::person& example_player::registered(const std::string& speaker) {
  const auto name = owner_of(speaker);
  auto& who = people_[name];
  if (!std::exchange(who.is_registered, true)) who.cookie = server_.register_user(name);
  return who;
}

void example_player::open(const std::string& speaker, bool with_cookie) {
  const auto& who = registered(speaker);
  upgrade how;
  if (with_cookie) how.cookie = who.cookie;
  auto& opened = connections_[speaker];
  opened.emplace(websocket_client(server_.port(), how));
  if (!with_cookie) return;
  try {
    opened->first = opened->socket.next();  // the server speaks first
  } catch (const socket_closed&) {
    // A line of the example says so.
  }
}

// Whoever appears for the first time opens a socket.
example_player::connection& example_player::connection_of(const std::string& speaker) {
  if (!connections_.contains(speaker)) open(speaker, true);
  auto& found = connections_[speaker];
  if (!found) throw shown_wrongly(speaker + " has no open socket");
  return *found;
}

// --- what clients send ---

void example_player::send(const std::string& speaker, const std::string& what) {
  static const std::regex request(R"((GET|POST) (\S+)(?: (.*?))?(?: from (https://\S+))?)");
  std::smatch parts;
  if (std::regex_match(what, parts, request))
    return ask(people_[owner_of(speaker)], parts[1], parts[2], parts[3], parts[4]);
  auto& socket = connection_of(speaker).socket;
  if (send_by_words(socket, what)) return;
  if (std::string("{[\"").find(what.front()) == std::string::npos)
    throw shown_wrongly("nobody knows how to send this");
  socket.send_text(abbreviations_.write_out(what));
}

bool example_player::send_by_words(websocket_client& socket, const std::string& what) {
  static const std::regex bytes(R"(a text message of the bytes ([0-9a-f ]+))"),
      long_one(R"(a text message of (\d+) bytes)"), many(R"((\d+) messages of (\d+) characters)");
  std::smatch parts;
  if (const auto end = parse_close(what)) {
    socket.close(end->code, end->reason);
  } else if (what == "a binary message") {
    socket.send_frame({opcode::binary, join().dump()});
  } else if (what == "a frame without a mask") {
    socket.send_frame({opcode::text, join().dump(), true, false});
  } else if (std::regex_match(what, parts, bytes)) {
    socket.send_text(bytes_of(parts[1]));
  } else if (std::regex_match(what, parts, long_one)) {
    socket.send_text(std::string(std::stoul(parts[1]), ' '));
  } else if (std::regex_match(what, parts, many)) {
    std::string text;
    for (int left = std::stoi(parts[2]); left > 0; --left)
      text += "🦊";  // as many bytes as a character can have
    const auto message = say(text);
    for (int count = std::stoi(parts[1]); count > 0; --count) {
      socket.send(message);
      socket.expect("message");  // one's own, so as not to fall behind
    }
  } else {
    return false;
  }
  return true;
}

void example_player::ask(person& who, const std::string& method, const std::string& target,
                         const std::string& body, const std::string& origin) {
  http_client browser(server_.port());
  browser.cookie = who.cookie;
  http_headers headers;
  if (!origin.empty()) headers.emplace_back("Origin", origin);
  who.answer = browser.request(method, target, headers, body);
  who.cookie = browser.cookie;
  who.is_registered = who.is_registered || !who.cookie.empty();
}

// --- what the server sends ---

void example_player::receive(const std::string& speaker, const std::string& what) {
  static const std::regex answer(R"(\d{3}(?: .*)?)");
  if (std::regex_match(what, answer)) return receive_answer(people_[owner_of(speaker)], what);
  if (const auto close = parse_close(what)) return receive_close(speaker, *close);
  const auto frame = parse_object(what);
  if (!frame) throw shown_wrongly("nobody knows what is to be received");
  receive_frame(speaker, *frame);
}

void example_player::receive_answer(person& who, const std::string& what) {
  if (!who.answer) throw shown_wrongly("nothing was asked over HTTP");
  const auto came = *std::exchange(who.answer, std::nullopt);
  const auto seen = std::to_string(came.status) + " " + came.body;
  if (what.substr(0, 3) != std::to_string(came.status)) throw shown_wrongly("the answer is " + seen);
  const auto body = parse_object(what.substr(3));
  if (!body && !came.body.empty()) throw shown_wrongly("the answer is " + seen);
  if (!body) return;
  if (const auto difference = abbreviations_.difference(*body, came.json()))
    throw shown_wrongly("the answer is " + seen + "\n  " + *difference);
}

json example_player::next(connection& from, clock::time_point deadline) {
  if (from.first) return *std::exchange(from.first, std::nullopt);
  return from.socket.next(deadline);
}

void example_player::receive_frame(const std::string& speaker, const shown_object& shown) {
  auto& from = connection_of(speaker);
  std::string left_out;
  for (;;) {
    const bool is_first = from.first.has_value();
    json came;
    try {
      came = next(from);
    } catch (const socket_closed& closed) {
      throw shown_wrongly("for " + speaker + " " + describe(closed.how) + left_out);
    } catch (const timed_out&) {
      throw shown_wrongly("nothing came to " + speaker + left_out);
    }
    const auto difference = abbreviations_.difference(shown, came);
    if (!difference) return;
    if (!may_be_left_out(came, is_first))
      throw shown_wrongly("to " + speaker + " came " + came.dump() + "\n  " + *difference);
    left_out += "\n  after " + came.dump();
  }
}

void example_player::receive_close(const std::string& speaker, const shown_close& shown) {
  auto& from = connection_of(speaker);
  try {
    for (;;) {
      const bool is_first = from.first.has_value();
      const auto came = next(from);
      const bool was_waiting = from.is_behind && came["type"] == "message";
      if (!was_waiting && !may_be_left_out(came, is_first))
        throw shown_wrongly("to " + speaker + " came " + came.dump());
    }
  } catch (const socket_closed&) {
    const auto end = from.socket.expect_close();  // and what belongs to it
    connections_[speaker].reset();
    if (end.code != shown.code || end.reason != shown.reason)
      throw shown_wrongly("for " + speaker + " " + describe(end));
  } catch (const timed_out&) {
    throw shown_wrongly("nothing came to " + speaker);
  }
}

// An example shows all that comes: what a socket still gets when it ends was forgotten. On a slow machine
// that may come too late to be seen; nothing is found fault with that is right.
void example_player::check_that_no_more_came() {
  const auto deadline = within(200ms);
  for (auto& [speaker, open] : connections_) {
    if (!open) continue;
    try {
      open->socket.send_frame({opcode::ping, "the end"});
      open->socket.expect_pong();
      for (;;) {
        const bool is_first = open->first.has_value();
        const auto came = next(*open, deadline);
        if (!may_be_left_out(came, is_first))
          throw shown_wrongly(speaker + " was sent something that is not shown: " + came.dump());
      }
    } catch (const socket_closed& closed) {
      throw shown_wrongly("it is not shown that for " + speaker + " " + describe(closed.how));
    } catch (const timed_out&) {
      // All of it was shown.
    }
  }
}

}  // namespace parley::test
