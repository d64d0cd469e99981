// RFC 6455 on the wire: frames in every cut, and every frame it forbids.

#include <boost/test/unit_test.hpp>

#include "server_process.hpp"

namespace parley::test {
namespace websocket_frames {
namespace {

struct running {
  server_process server;
  std::string cookie = server.register_user("Ada");
  websocket_client socket = server.enter(cookie);

  // The close code that bytes on a fresh socket are answered with.
  int code_after(const std::string& bytes) const {
    auto fresh = server.open(cookie);
    fresh.send_raw(bytes);
    return fresh.expect_close().code;
  }
};

std::string close_payload(int code, const std::string& reason = {}) {
  return std::string{static_cast<char>(code >> 8), static_cast<char>(code & 0xff)} + reason;
}

}  // namespace

}  // namespace websocket_frames

BOOST_FIXTURE_TEST_SUITE(websocket_frames, running)

BOOST_AUTO_TEST_CASE(may_come_byte_by_byte) {
  for (const char byte : encode({opcode::text, say("slow and steady").dump()})) socket.send_raw({&byte, 1});
  BOOST_TEST(socket.expect("message")["text"] == "slow and steady");
}

BOOST_AUTO_TEST_CASE(may_be_torn_anywhere) {
  const auto bytes = encode({opcode::text, say("torn").dump()});
  for (std::size_t cut = 1; cut < bytes.size(); cut += 5) {
    socket.send_raw(bytes.substr(0, cut));
    socket.send_raw(bytes.substr(cut));
    BOOST_TEST(socket.expect("message")["text"] == "torn");
  }
}

BOOST_AUTO_TEST_CASE(may_come_many_in_one_write) {
  std::string bytes;
  for (int i = 0; i < 50; ++i) bytes += encode({opcode::text, say("number " + std::to_string(i)).dump()});
  socket.send_raw(bytes);
  for (int i = 0; i < 50; ++i) BOOST_TEST(socket.expect("message")["text"] == "number " + std::to_string(i));
}

BOOST_AUTO_TEST_CASE(may_be_fragments_with_a_ping_between) {
  const auto text = say("in pieces").dump();
  socket.send_frame({opcode::text, text.substr(0, 5), false});
  socket.send_frame({opcode::ping, "between"});
  socket.send_frame({opcode::continuation, "", false});
  socket.send_frame({opcode::continuation, text.substr(5, 9), false});
  BOOST_TEST(socket.expect_pong() == "between");
  socket.send_frame({opcode::continuation, text.substr(14), true});
  BOOST_TEST(socket.expect("message")["text"] == "in pieces");
}

BOOST_AUTO_TEST_CASE(may_cut_a_character_in_two) {
  const auto text = say("snow \xe2\x98\x83").dump();
  const auto cut = text.find('\x98');
  socket.send_frame({opcode::text, text.substr(0, cut), false});
  socket.send_frame({opcode::continuation, text.substr(cut), true});
  BOOST_TEST(socket.expect("message")["text"] == "snow \xe2\x98\x83");
}

BOOST_AUTO_TEST_CASE(of_a_ping_are_answered_with_its_payload) {
  for (const auto& payload : {std::string(), std::string("hello"), std::string(125, '\xff')}) {
    socket.send_frame({opcode::ping, payload});
    BOOST_TEST((socket.expect_pong() == payload));
  }
}

BOOST_AUTO_TEST_CASE(of_a_pong_that_nobody_asked_for_are_ignored) {
  socket.send_frame({opcode::pong, "unasked"});
  BOOST_TEST(say_and_wait(socket, "fine").contains("seq"));
}

BOOST_AUTO_TEST_CASE(up_to_frame_size_are_taken_and_longer_ones_are_1009) {
  auto longest = say("fits").dump();
  longest.append(16'384 - longest.size(), ' ');
  socket.send_text(longest);
  BOOST_TEST(socket.expect("message")["text"] == "fits");
  BOOST_TEST(code_after(encode({opcode::text, longest + " "})) == 1009);
  BOOST_TEST(code_after(encode({opcode::text, std::string(9'000, ' '), false}) +
                        encode({opcode::continuation, std::string(9'000, ' ')})) == 1009);
  // The length alone is enough: nobody waits for 2^62 bytes.
  BOOST_TEST(code_after(std::string("\x81\xff\x40\0\0\0\0\0\0\0", 10) + std::string(4, 'm')) == 1009);
}

// A length whose sum with what came before is small again, after 64 bits.
BOOST_AUTO_TEST_CASE(whose_lengths_add_up_past_64_bits_are_1009) {
  socket.send_frame({opcode::text, "a", false});
  socket.send_raw(std::string("\x80\xff") + std::string(8, '\xff') + "mask");
  BOOST_TEST(socket.expect_close().code == 1009);
}

BOOST_AUTO_TEST_CASE(that_are_empty_fragments_without_end_are_1009) {
  socket.send_frame({opcode::text, "a", false});
  std::string many;
  for (int i = 0; i < 1000; ++i) many += encode({opcode::continuation, "", false});
  try {
    for (int i = 0; i < 100; ++i) socket.send_raw(many);
  } catch (const connection_ended&) {
  }
  BOOST_TEST(socket.expect_close().code == 1009);
}

BOOST_AUTO_TEST_CASE(that_are_empty_fragments_with_pings_between_are_1009) {
  socket.send_frame({opcode::text, "a", false});
  std::string many;
  for (int i = 0; i < 1000; ++i) many += encode({opcode::continuation, "", false});
  many += encode({opcode::ping, ""});
  try {
    for (int i = 0; i < 60; ++i) socket.send_raw(many);
  } catch (const connection_ended&) {
  }
  BOOST_TEST(socket.expect_close().code == 1009);
}

BOOST_AUTO_TEST_CASE(that_end_within_a_character_are_1007) {
  socket.send_frame({opcode::text, R"({"type":"activity","x":")", false});
  socket.send_frame({opcode::continuation, "\xc3"});
  BOOST_TEST(socket.expect_close().code == 1007);
}

BOOST_AUTO_TEST_CASE(that_are_not_utf8_are_1007) {
  for (const auto* text : {"\xff", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x98"})
    BOOST_TEST(code_after(encode({opcode::text, text})) == 1007);
}

BOOST_AUTO_TEST_CASE(that_are_not_masked_are_1002) {
  BOOST_TEST(code_after(encode({opcode::text, say("bare").dump(), true, false})) == 1002);
  BOOST_TEST(code_after(encode({opcode::ping, "bare", true, false})) == 1002);
}

BOOST_AUTO_TEST_CASE(with_reserved_bits_or_opcodes_are_1002) {
  for (const int bits : {1, 2, 4})
    BOOST_TEST(code_after(encode({opcode::text, "{}", true, true, bits})) == 1002);
  for (const int reserved : {3, 7, 11, 15}) BOOST_TEST(code_after(encode({reserved, ""})) == 1002);
}

BOOST_AUTO_TEST_CASE(of_control_that_are_long_or_fragmented_are_1002) {
  BOOST_TEST(code_after(encode({opcode::ping, std::string(126, 'x')})) == 1002);
  BOOST_TEST(code_after(encode({opcode::ping, "x", false})) == 1002);
  BOOST_TEST(code_after(encode({opcode::close, close_payload(1000, std::string(124, 'x'))})) == 1002);
}

BOOST_AUTO_TEST_CASE(that_continue_nothing_or_interrupt_a_message_are_1002) {
  BOOST_TEST(code_after(encode({opcode::continuation, "{}"})) == 1002);
  BOOST_TEST(code_after(encode({opcode::text, "{", false}) + encode({opcode::text, "}"})) == 1002);
}

BOOST_AUTO_TEST_CASE(with_a_length_not_in_its_shortest_form_are_1002) {
  BOOST_TEST(code_after(std::string("\x81\xfe\x00\x02mmmm", 8) + "\x16\x10") == 1002);
}

BOOST_AUTO_TEST_CASE(that_are_binary_are_1003) {
  BOOST_TEST(code_after(encode({opcode::binary, say("binary").dump()})) == 1003);
}

BOOST_AUTO_TEST_CASE(of_close_are_echoed_with_their_code) {
  for (const int code : {1000, 1001, 3000, 4999})
    BOOST_TEST(code_after(encode({opcode::close, close_payload(code, "bye")})) == code);
  const int without_code = code_after(encode({opcode::close, ""}));
  BOOST_TEST_INFO(without_code);
  BOOST_TEST((without_code == 1000 || without_code == 1005));
}

BOOST_AUTO_TEST_CASE(of_close_with_what_may_not_be_sent_are_1002_or_1007) {
  for (const int code : {0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535}) {
    BOOST_TEST_INFO(code);
    BOOST_TEST(code_after(encode({opcode::close, close_payload(code)})) == 1002);
  }
  BOOST_TEST(code_after(encode({opcode::close, "x"})) == 1002);
  BOOST_TEST(code_after(encode({opcode::close, close_payload(1000, "\xff\xfe")})) == 1007);
}

BOOST_AUTO_TEST_CASE(after_a_close_are_not_answered) {
  auto fresh = server.enter(cookie);
  fresh.send_raw(encode({opcode::close, close_payload(1000)}) +
                 encode({opcode::text, say("from the grave").dump()}));
  BOOST_TEST(fresh.expect_close().code == 1000);
  say_and_wait(socket, "anybody?");
  BOOST_TEST(socket.expect("message")["text"] == "anybody?");
}

BOOST_AUTO_TEST_CASE(that_stop_half_way_keep_nobody_else_waiting) {
  auto torn = server.open(cookie);
  torn.send_raw(encode({opcode::text, say("never finished").dump()}).substr(0, 10));
  say_and_wait(socket, "go on");
  torn.reset();
  say_and_wait(socket, "and on");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace parley::test
