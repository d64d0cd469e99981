#include "bench/dialect.hpp"

#include <charconv>
#include <cstdio>

namespace parley::bench {
namespace {

std::string text_of(message_id id, std::size_t size) {
  char head[32];
  std::snprintf(head, sizeof head, "%04u.%08u", id.round, id.number);
  std::string text = head;
  text.resize(size, 'x');
  return text;
}

template <class Number>
std::optional<Number> number_at(std::string_view text, std::size_t size) {
  if (text.size() < size) return std::nullopt;
  Number number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + size, number);
  if (error != std::errc() || end != text.data() + size) return std::nullopt;
  return number;
}

}  // namespace

std::string upgrade_request(dialect spoken, std::uint16_t port, std::string_view token) {
  std::string request = "GET ";
  request += spoken == dialect::socketio ? "/socket.io/?EIO=4&transport=websocket" : "/ws";
  request += " HTTP/1.1\r\nHost: localhost:" + std::to_string(port);
  request += "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13";
  request += "\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";  // RFC 6455's example
  if (spoken == dialect::parley) {
    request += "\r\nSec-WebSocket-Protocol: parley.v1\r\nCookie: __Host-parley=";
    request += token;
  }
  return request + "\r\n\r\n";
}

std::string_view greeting(dialect spoken) {
  return spoken == dialect::parley ? R"({"type":"welcome")" : spoken == dialect::socketio ? "0{" : "";
}

std::string room_name(std::uint32_t number) {
  return number == 0 ? "lobby" : "room" + std::to_string(number);
}

std::vector<std::string> first_messages(dialect spoken, std::uint32_t room) {
  if (spoken == dialect::socketio) return {"40"};
  if (spoken == dialect::echo) return {};
  std::vector<std::string> messages;
  if (room != 0) messages.push_back(R"({"type":"create","room":")" + room_name(room) + R"("})");
  messages.push_back(R"({"type":"join","room":")" + room_name(room) + R"("})");
  return messages;
}

std::string_view sign_of_entry(dialect spoken) {
  return spoken == dialect::parley ? R"({"type":"joined")" : spoken == dialect::socketio ? "40" : "";
}

std::string_view question(dialect spoken) {
  return spoken == dialect::socketio ? "2" : "";
}
std::string_view reply(dialect spoken) {
  return spoken == dialect::socketio ? "3" : "";
}

std::string publication(dialect spoken, std::uint32_t room, message_id id, std::size_t text_size) {
  const auto text = text_of(id, text_size);
  if (spoken == dialect::parley)
    return R"({"type":"message","room":")" + room_name(room) + R"(","text":")" + text + R"("})";
  // As long as what Parley makes of it: numbers with as many digits as its numbers have in a run. A seq below
  // 0 is none.
  const auto frame = R"({"type":"message","room":"lobby","seq":-1234,"from":"u00001","text":")" + text +
                     R"(","at":1790000000000})";
  return spoken == dialect::echo ? frame : R"(42["message",)" + frame + "]";
}

std::optional<message_id> delivered_id(std::string_view payload) {
  constexpr std::string_view key = R"("text":")";
  const auto found = payload.find(key);
  if (found == std::string_view::npos) return std::nullopt;
  const auto text = payload.substr(found + key.size());
  if (text.size() < smallest_text || text[4] != '.') return std::nullopt;
  const auto round = number_at<std::uint32_t>(text, 4);
  const auto number = number_at<std::uint32_t>(text.substr(5), 8);
  if (!round || !number) return std::nullopt;
  return message_id{*round, *number};
}

std::uint64_t delivered_seq(std::string_view payload) {
  constexpr std::string_view key = R"(,"seq":)";
  const auto found = payload.find(key);
  if (!payload.starts_with(R"({"type":"message")") || found == std::string_view::npos) return 0;
  std::uint64_t seq = 0;
  std::from_chars(payload.data() + found + key.size(), payload.data() + payload.size(), seq);
  return seq;
}

}  // namespace parley::bench
