// history.deliver: at_once: a message is seen before it is stored and acknowledged when it is; what a crash
// takes back is never mistaken for something else.

#include <map>

#include <boost/test/unit_test.hpp>

#include "contains.hpp"
#include "server_process.hpp"

namespace parley::test {
namespace at_once {
namespace {

struct hasty {
  server_process server{
      "{history: {deliver: at_once}, server: {shards: 2}, limits: {message_interval: 0s, frame_rate: off}}"};
  std::string ada_cookie = server.register_user("Ada"), bob_cookie = server.register_user("bob");

  // What the room keeps, by seq.
  std::map<std::uint64_t, std::string> kept() {
    auto socket = server.enter(ada_cookie);
    socket.send({{"type", "history"}, {"room", "lobby"}, {"after", 0}, {"limit", 200}});
    const auto page = socket.expect("history");
    BOOST_TEST(page["more"] == false);
    std::map<std::uint64_t, std::string> texts;
    for (const auto& message : page["messages"]) texts[message["seq"]] = message["text"];
    return texts;
  }
};

}  // namespace
}  // namespace at_once

BOOST_FIXTURE_TEST_SUITE(at_once, hasty)

BOOST_AUTO_TEST_CASE(everybody_sees_one_order_and_each_id_once) {
  auto ada = server.enter(ada_cookie), bob = server.enter(bob_cookie);
  for (int i = 0; i < 50; ++i) {
    ada.send(say("a" + std::to_string(i), "a" + std::to_string(i)));
    bob.send(say("b" + std::to_string(i), "b" + std::to_string(i)));
    ada.send(say("a" + std::to_string(i), "a" + std::to_string(i)));  // once more
  }
  std::map<std::uint64_t, std::string> seen[2];
  int acks[2] = {};
  for (int who = 0; who < 2; ++who) {
    auto& socket = who == 0 ? ada : bob;
    const int expected = who == 0 ? 100 : 50;
    std::uint64_t last = 0;
    while (seen[who].size() < 100 || acks[who] < expected) {
      const auto frame = socket.expect_one_of({"message", "ack"});
      if (frame["type"] == "ack") {
        ++acks[who];
        continue;
      }
      BOOST_TEST(frame["seq"] > last);
      last = frame["seq"];
      seen[who][last] = frame["text"];
    }
  }
  BOOST_TEST((seen[0] == seen[1]));
  BOOST_TEST((kept() == seen[0]));
}

BOOST_AUTO_TEST_CASE(after_a_kill_what_was_acknowledged_is_there_and_no_seq_comes_again) {
  std::map<std::uint64_t, std::string> acknowledged, shown;
  std::string epoch;
  for (int round = 0; round < 3; ++round) {
    {
      auto ada = server.open(ada_cookie);
      ada.send(join("lobby"));
      const auto joined = ada.expect("joined");
      BOOST_TEST(joined["epoch"] != epoch);
      epoch = joined["epoch"];
      for (int i = 0; i < 30; ++i) {
        const auto text = std::to_string(round) + "-" + std::to_string(i);
        ada.send(say(text, text));
      }
      for (int acks = 0; acks < 10;) {
        const auto frame = ada.expect_one_of({"message", "ack"});
        if (frame["type"] == "message") {
          // Not even another message that a crash took back has had this seq.
          BOOST_TEST(shown.emplace(frame["seq"], frame["text"]).second, frame.dump());
        } else {
          acknowledged[frame["seq"]] = frame["id"];
          ++acks;
        }
      }
    }
    server.kill();
    server.start();
  }
  const auto all = kept();
  for (const auto& [seq, text] : acknowledged) BOOST_TEST((all.contains(seq) && all.at(seq) == text), text);
  for (const auto& [seq, text] : all)
    if (shown.contains(seq)) BOOST_TEST(shown.at(seq) == text);
}

BOOST_AUTO_TEST_CASE(a_clean_stop_loses_nothing_and_keeps_the_epoch) {
  auto ada = server.open(ada_cookie);
  ada.send(join("lobby"));
  const auto epoch = ada.expect("joined")["epoch"];
  for (int i = 0; i < 30; ++i) ada.send(say(std::to_string(i)));
  for (int i = 0; i < 30; ++i) ada.expect("message");
  BOOST_TEST(server.stop() == 0);
  server.start();
  auto back = server.open(ada_cookie);
  back.send(join("lobby"));
  BOOST_TEST(back.expect("joined")["epoch"] == epoch);
  BOOST_TEST(kept().size() == 30U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace parley::test
