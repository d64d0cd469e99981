// What was said survives: a restart, a kill, and a disk without room. Nothing acknowledged is lost, nothing
// is there twice, and whoever comes back is told exactly what was missed.

#include <boost/test/unit_test.hpp>

#include "contains.hpp"
#include "steady_client.hpp"

namespace parley::test {
namespace history {
namespace {

struct library {
  server_process server{"history: {on_join: 5}\nserver: {shards: 2}"};
  std::string cookie = server.register_user("Ada");

  std::vector<std::string> page(websocket_client& socket, json fields) {
    fields.update({{"type", "history"}, {"room", "lobby"}});
    socket.send(fields);
    const auto answer = socket.expect("history");
    has_more = answer["more"];
    std::vector<std::string> texts;
    for (const auto& message : answer["messages"]) texts.push_back(message["text"]);
    return texts;
  }
  bool has_more = false;
};

}  // namespace

}  // namespace history

BOOST_FIXTURE_TEST_SUITE(history, library)

BOOST_AUTO_TEST_CASE(what_was_said_is_there_after_a_restart_and_after_a_kill) {
  steady_client bob(server, "bob");
  bob.connect(server.port());
  for (int i = 0; i < 20; ++i) bob.say();
  bob.read_acks();
  const auto seen = [&] {
    auto socket = server.enter(cookie);
    return all_history(socket);
  };
  const auto before = seen();
  BOOST_TEST(before.size() == 20U);
  BOOST_TEST(server.stop() == 0);
  server.start();
  BOOST_TEST((seen() == before));
  server.kill();
  server.start();
  BOOST_TEST((seen() == before));
  bob.connect(server.port());
  BOOST_TEST(bob.complaints == "");  // as there would be, had nothing been recovered
  bob.say();
  bob.read_acks();
  BOOST_TEST(bob.in().acknowledged.at("bob-21") > before.rbegin()->first);
}

BOOST_AUTO_TEST_CASE(a_message_sent_again_after_a_kill_is_stored_once) {
  std::uint64_t seq = 0;
  {
    auto socket = server.enter(cookie);
    socket.send(say("only once", "the-id"));
    seq = socket.expect("ack")["seq"];
  }
  server.kill();
  server.start();
  auto socket = server.enter(cookie);
  socket.send(say("only once", "the-id"));
  BOOST_TEST(socket.expect("ack")["seq"] == seq);
  socket.send(say("another", "another-id"));
  socket.expect("ack");
  BOOST_TEST(all_history(socket).size() == 2U);
}

BOOST_AUTO_TEST_CASE(pages_go_back_and_forth) {
  auto socket = server.enter(cookie);
  for (int i = 1; i <= 12; ++i) say_and_wait(socket, std::to_string(i));
  using texts = std::vector<std::string>;
  BOOST_TEST((page(socket, {{"before", 6}, {"limit", 3}}) == texts{"3", "4", "5"}));
  BOOST_TEST(has_more);
  BOOST_TEST((page(socket, {{"before", 3}, {"limit", 3}}) == texts{"1", "2"}));
  BOOST_TEST(!has_more);
  BOOST_TEST((page(socket, {{"after", 9}, {"limit", 2}}) == texts{"10", "11"}));
  BOOST_TEST(has_more);
  BOOST_TEST((page(socket, {{"after", 12}}) == texts{}));
  BOOST_TEST((page(socket, {{"after", std::uint64_t{UINT64_MAX}}}) == texts{}));
  BOOST_TEST(page(socket, {{"before", std::uint64_t{UINT64_MAX}}}).size() == 12U);
}

BOOST_AUTO_TEST_CASE(who_is_not_in_the_room_and_who_asks_wrongly_gets_nothing) {
  auto outside = server.open(cookie);
  outside.send({{"type", "history"}, {"room", "lobby"}, {"after", 0}});
  outside.expect_error("not_member");
  auto socket = server.enter(cookie);
  for (const json& fields :
       {json{{"limit", 5}}, json{{"before", 1}, {"after", 1}}, json{{"before", -1}}, json{{"after", "1"}},
        json{{"after", 1}, {"limit", 0}}, json{{"after", 1}, {"limit", 201}}}) {
    json frame = fields;
    frame.update({{"type", "history"}, {"room", "lobby"}});
    socket.send(frame);
    socket.expect_error("bad_field");
  }
}

BOOST_AUTO_TEST_CASE(nobody_reads_history_without_end) {
  auto socket = server.enter(cookie);
  for (int i = 0; i < 300; ++i) socket.send({{"type", "history"}, {"room", "lobby"}, {"after", 0}});
  const auto refused = socket.expect_error("rate_limited");
  BOOST_TEST(refused["room"] == "lobby");
}

BOOST_AUTO_TEST_CASE(a_history_that_is_not_ours_stops_the_start_and_stays_as_it_was) {
  BOOST_TEST(server.stop() == 0);
  const auto file = server.data() / "history.db";
  for (const auto* end : {"-wal", "-shm"}) std::filesystem::remove(file.string() + end);
  const std::string text(5000, 'x');
  write_file(file, text);
  const auto refused = server.start_in_vain();
  BOOST_TEST(refused.status == 1);
  BOOST_TEST(contains(refused.err, file.string()), refused.err);
  BOOST_TEST(contains(refused.err, "not a database"), refused.err);
  BOOST_TEST(read_file(file) == text);
  std::filesystem::remove(file);
  server.start();
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace parley::test
