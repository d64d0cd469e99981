#include "websocket_client.hpp"

#include <algorithm>

#include <openssl/evp.h>
#include <openssl/sha.h>

namespace parley::test {
namespace {

// The example of RFC 6455, 1.3: its answer is known, and the server must not care.
constexpr const char* handshake_key = "dGhlIHNhbXBsZSBub25jZQ==";
constexpr const char* handshake_accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

constexpr char mask[] = {0x37, static_cast<char>(0xfa), 0x21, 0x3d};

ending parse_ending(const std::string& payload) {
  if (payload.size() < 2) return {1005, {}};
  const auto high = static_cast<unsigned char>(payload[0]);
  const auto low = static_cast<unsigned char>(payload[1]);
  return {high << 8 | low, payload.substr(2)};
}

}  // namespace

http_answer ask_for_upgrade(http_client& connection, const upgrade& how) {
  http_headers headers{{"Connection", "keep-alive, Upgrade"},
                       {"Upgrade", "websocket"},
                       {"Sec-WebSocket-Key", handshake_key},
                       {"Sec-WebSocket-Version", how.version}};
  if (!how.subprotocol.empty()) headers.emplace_back("Sec-WebSocket-Protocol", how.subprotocol);
  if (!how.host.empty()) headers.emplace_back("Host", how.host);
  if (!how.origin.empty()) headers.emplace_back("Origin", how.origin);
  if (!how.cookie.empty()) headers.emplace_back("Cookie", how.cookie);
  return connection.request("GET", how.target, headers);
}

std::string encode(const frame& frame) {
  std::string bytes;
  const auto size = frame.payload.size();
  bytes += static_cast<char>((frame.final ? 0x80 : 0) | frame.reserved << 4 | frame.opcode);
  const int length = size < 126 ? static_cast<int>(size) : size < 65536 ? 126 : 127;
  bytes += static_cast<char>((frame.masked ? 0x80 : 0) | length);
  const int length_bytes = length == 126 ? 2 : length == 127 ? 8 : 0;
  for (int i = length_bytes - 1; i >= 0; --i) bytes += static_cast<char>(size >> (8 * i) & 0xff);
  if (!frame.masked) return bytes + frame.payload;
  bytes.append(mask, sizeof mask);
  for (std::size_t i = 0; i < size; ++i) bytes += static_cast<char>(frame.payload[i] ^ mask[i % sizeof mask]);
  return bytes;
}

socket_closed::socket_closed(const ending& end, const std::string& expected)
    : connection_ended("the socket closed with " + std::to_string(end.code) + " (" + end.reason + ")" +
                       (expected.empty() ? "" : " instead of " + expected)),
      how(end) {}

websocket_client::websocket_client(std::uint16_t port, const upgrade& how)
    : http_(port, how.tls), accepted_(ask_for_upgrade(http_, how)) {
  if (accepted_.status != 101)
    throw std::runtime_error("the upgrade was answered with " + std::to_string(accepted_.status) + ": " +
                             accepted_.body);
  if (accepted_.header("Sec-WebSocket-Accept") != handshake_accept)
    throw std::runtime_error("Sec-WebSocket-Accept is " + accepted_.header("Sec-WebSocket-Accept"));
  input_ = http_.take_input();
}

frame websocket_client::receive(clock::time_point deadline) {
  const auto need = [&](std::size_t size) {
    while (input_.size() < size) {
      const auto more = http_.stream().read_some(deadline);
      if (more.empty()) throw connection_ended("the connection ended without a close frame");
      input_ += more;
    }
  };
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(input_[at]); };
  need(2);
  frame result;
  result.final = (byte(0) & 0x80) != 0;
  result.reserved = byte(0) >> 4 & 7;
  result.opcode = byte(0) & 15;
  result.masked = (byte(1) & 0x80) != 0;
  if (result.masked) throw std::runtime_error("the server masked a frame (RFC 6455, 5.1)");
  if (result.reserved != 0) throw std::runtime_error("the server set reserved bits");
  std::size_t length = byte(1) & 0x7f, head = 2;
  if (length >= 126) {
    head += length == 126 ? 2 : 8;
    need(head);
    length = 0;
    for (std::size_t i = 2; i < head; ++i) length = length << 8 | byte(i);
  }
  need(head + length);
  result.payload = input_.substr(head, length);
  input_.erase(0, head + length);
  return result;
}

void websocket_client::take(clock::time_point deadline) {
  if (ending_) throw socket_closed(*ending_, "");
  frame got;
  try {
    got = receive(deadline);
  } catch (const timed_out&) {
    throw;
  } catch (const connection_ended& end) {
    ending_ = ending{0, end.what()};
    throw socket_closed(*ending_, "");
  }
  switch (got.opcode) {
    case opcode::text: {
      auto message = json::parse(got.payload);
      if (!message.is_object() || message.empty() || !got.final || got.payload.rfind("{\"type\":\"", 0) != 0)
        throw std::runtime_error("a frame is not one object with its type first: " + got.payload);
      kept_.push_back(std::move(message));
      return;
    }
    case opcode::ping:
      if (answers_pings) send_frame({opcode::pong, got.payload});
      return;
    case opcode::pong:
      pongs_.push_back(got.payload);
      return;
    case opcode::close:
      ending_ = parse_ending(got.payload);
      throw socket_closed(*ending_, "");
    default:
      throw std::runtime_error("the server sent opcode " + std::to_string(got.opcode));
  }
}

std::optional<json> websocket_client::take_kept(const std::vector<std::string>& types) {
  const auto wanted = [&](const json& message) {
    return std::find(types.begin(), types.end(), message["type"].get_ref<const std::string&>()) !=
           types.end();
  };
  const auto found = std::find_if(kept_.begin(), kept_.end(), wanted);
  if (found == kept_.end()) return std::nullopt;
  auto message = std::move(*found);
  kept_.erase(found);
  return message;
}

std::string websocket_client::kept_types() const {
  std::string text;
  for (const auto& message : kept_) text += (text.empty() ? "" : ", ") + message.dump();
  return text.empty() ? "nothing" : text.substr(0, 2000);
}

json websocket_client::next(clock::time_point deadline) {
  while (kept_.empty()) take(deadline);
  auto message = std::move(kept_.front());
  kept_.pop_front();
  return message;
}

json websocket_client::expect(const std::string& type, clock::time_point deadline) {
  return expect_one_of({type}, deadline);
}

json websocket_client::expect_one_of(const std::vector<std::string>& types, clock::time_point deadline) {
  for (;;) {
    if (auto found = take_kept(types)) return *found;
    try {
      take(deadline);
    } catch (const timed_out&) {
      throw timed_out("no " + types.front() + " before the deadline; seen: " + kept_types());
    } catch (const socket_closed& closed) {
      throw socket_closed(closed.how, "sending " + types.front() + "; seen: " + kept_types());
    }
  }
}

bool websocket_client::silent(const std::string& type, clock::time_point deadline) {
  try {
    expect(type, deadline);
    return false;
  } catch (const timed_out&) {
    return true;
  }
}

bool websocket_client::has(const std::string& type) const {
  return std::any_of(kept_.begin(), kept_.end(),
                     [&](const json& message) { return message["type"] == type; });
}

json websocket_client::expect_error(const std::string& code) {
  auto error = expect("error");
  if (error.value("code", "") != code || error.value("message", "").empty())
    throw std::runtime_error("expected the error " + code + " with a message, got " + error.dump());
  return error;
}

std::string websocket_client::expect_pong(clock::time_point deadline) {
  while (pongs_.empty()) take(deadline);
  auto payload = pongs_.front();
  pongs_.pop_front();
  return payload;
}

ending websocket_client::expect_close(clock::time_point deadline) {
  try {
    for (;;) take(deadline);
  } catch (const socket_closed& closed) {
    if (closed.how.code != 0) {
      close(closed.how.code == 1005 ? 1000 : closed.how.code);
      if (!http_.ends(deadline)) return {closed.how.code, "(and the connection stays open)"};
    }
    return closed.how;
  } catch (const timed_out&) {
    throw timed_out("no close before the deadline; seen: " + kept_types());
  }
}

void websocket_client::close(int code, std::string_view reason) {
  std::string payload{static_cast<char>(code >> 8), static_cast<char>(code & 0xff)};
  try {
    send_frame({opcode::close, payload.append(reason)});
  } catch (const connection_ended&) {
    // The server need not wait for the echo.
  }
}

}  // namespace parley::test
