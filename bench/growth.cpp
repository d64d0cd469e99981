// What a stranger sends, in a size of choice: growth.sh counts the instructions of a size and of its double.
//
//   parley_growth CASE BYTES     (CASE "all" names them)

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "chat/client_frame.hpp"
#include "net/websocket.hpp"

namespace {

using namespace parley;

// So many bytes of what `next` gives for 0, 1, 2, ...
template <class Next>
std::string fill(std::size_t bytes, Next next) {
  std::string text;
  for (std::size_t i = 0; text.size() < bytes; ++i) text += next(i);
  return text;
}

std::string repeat(std::size_t bytes, std::string_view what) {
  return fill(bytes, [&](std::size_t) { return what; });
}

std::string message(const std::string& text) {
  return R"({"type":"message","room":"lobby","text":")" + text + R"(","id":"a"})";
}

// One message in fragments of a byte each, masked with zeros (RFC 6455, 5.4).
std::string in_fragments(std::size_t bytes) {
  std::string wire;
  for (std::size_t i = 0; wire.size() < bytes; ++i) {
    wire += static_cast<char>(i == 0 ? 0x01 : 0x00);
    wire += static_cast<char>(0x81);
    wire.append(4, '\0') += 'a';
  }
  return wire;
}

struct attempt {
  std::string_view name;
  std::string (*make)(std::size_t bytes);
  std::size_t (*take)(std::string& sent);  // something of the result, so that nothing is left out
};

std::size_t take_frame(std::string& sent) {
  const auto frame = chat::parse_client_frame(sent);
  return frame ? frame->index() : frame.error().why.message.size();
}

std::size_t take_text(std::string& sent) {
  const auto text = chat::message_text::parse(sent, 50);
  return text ? text->str().size() : text.error().message.size();
}

std::size_t take_wire(std::string& sent) {
  net::websocket_decoder decoder(1024 * 1024);
  std::span<char> rest(sent);
  return decoder.decode(rest) ? 1 : rest.size() + 1;
}

const std::vector<attempt> attempts{
    {"fields",
     [](std::size_t bytes) {
       return "{" + fill(bytes, [](std::size_t i) { return "\"" + std::to_string(i) + "\":0,"; }) +
              "\"a\":0}";
     },
     take_frame},
    {"values", [](std::size_t bytes) { return "{\"a\":[" + repeat(bytes, "0,") + "0]}"; }, take_frame},
    {"depth", [](std::size_t bytes) { return "{\"a\":" + repeat(bytes, "["); }, take_frame},
    {"text", [](std::size_t bytes) { return message(repeat(bytes, "a")); }, take_frame},
    {"escapes", [](std::size_t bytes) { return message(repeat(bytes, "\\u00e9\\\\")); }, take_frame},
    {"halves", [](std::size_t bytes) { return message(repeat(bytes, "\\ud83d")); }, take_frame},
    {"spaces", [](std::size_t bytes) { return repeat(bytes, " \t") + "a" + repeat(bytes, "\u3000"); },
     take_text},
    {"marks", [](std::size_t bytes) { return "e" + repeat(bytes, "\u0301"); }, take_text},
    {"fragments", in_fragments, take_wire},
};

}  // namespace

// Not inlined, and the only thing that is counted.
[[gnu::noinline]] std::size_t take_what_was_sent(const attempt& chosen, std::string& sent) {
  return chosen.take(sent);
}

int main(int argc, char** argv) {
  const std::string_view wanted = argc == 3 ? argv[1] : "";
  for (const auto& each : attempts) {
    if (wanted == "all") std::printf("%.*s\n", static_cast<int>(each.name.size()), each.name.data());
    if (wanted != each.name) continue;
    auto sent = each.make(std::strtoul(argv[2], nullptr, 10));
    return take_what_was_sent(each, sent) == 0 ? 1 : 0;
  }
  return wanted == "all" ? 0 : 2;
}
