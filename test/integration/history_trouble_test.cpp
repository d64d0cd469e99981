// A disk that is full and a history that is damaged: one clear line for the operator, an honest answer for
// the clients, nothing acknowledged is lost, and it goes on by itself when it can.

#include <algorithm>
#include <fstream>

#include <boost/test/unit_test.hpp>

#include "contains.hpp"
#include "file_size_limit.hpp"
#include "server_process.hpp"

namespace parley::test {
namespace history_trouble {
namespace {

struct kept {
  server_process server{"{limits: {message_interval: 0s, flood: 2 in 1m}, server: {shards: 2}}"};
  std::string ada_cookie = server.register_user("Ada"), bob_cookie = server.register_user("bob");

  std::vector<std::string> history() {
    auto socket = server.enter(ada_cookie);
    socket.send({{"type", "history"}, {"room", "lobby"}, {"after", 0}, {"limit", 200}});
    std::vector<std::string> texts;
    const auto page = socket.expect("history");
    for (const auto& message : page["messages"]) texts.push_back(message["text"]);
    return texts;
  }
  // The log is a file too, a smaller one, and has to go on.
  rlim_t stored_so_far() const { return std::filesystem::file_size(server.data() / "history.db-wal"); }

  std::size_t lines_with(const std::string& words) {
    std::size_t count = 0;
    const auto log = server.log();
    for (auto at = log.find(words); at != std::string::npos; at = log.find(words, at + 1)) ++count;
    return count;
  }
};

using texts = std::vector<std::string>;

}  // namespace
}  // namespace history_trouble

BOOST_FIXTURE_TEST_SUITE(history_trouble, kept)

BOOST_AUTO_TEST_CASE(a_full_disk_refuses_what_cannot_be_stored_and_is_over_when_there_is_room) {
  auto ada = server.enter(ada_cookie), bob = server.enter(bob_cookie);
  ada.send(say("before", "1"));
  ada.expect("ack");
  BOOST_TEST(bob.expect("message")["text"] == "before");
  {
    const file_size_limit full(server.pid(), stored_so_far());
    for (const auto* id : {"2", "3", "4"}) {
      ada.send(say("in vain", id));
      const auto refused = ada.expect_error("unavailable");
      BOOST_TEST(refused["id"] == id);
      BOOST_TEST(refused["retry_after_ms"] > 0);
    }
    // Nobody is closed for it: ada has not flooded. What needs no disk goes on.
    bob.send({{"type", "history"}, {"room", "lobby"}, {"after", 0}});
    BOOST_TEST(bob.expect("history")["messages"].size() == 1U);
    bob.send(join("lobby"));
    BOOST_TEST(bob.expect("joined")["messages"].size() == 1U);
  }
  ada.send(say("after all", "2"));
  ada.expect("ack");
  BOOST_TEST(bob.expect("message")["text"] == "after all");  // and nothing that was refused
  BOOST_TEST(eventually([&] { return lines_with("messages are stored again") == 1; }));
  BOOST_TEST(lines_with("messages cannot be stored in") == 1U);
  server.kill();
  server.start();
  BOOST_TEST(history() == (texts{"before", "after all"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_ban_that_cannot_be_stored_is_in_force_said_and_stored_later) {
  auto ada = server.open(ada_cookie), bob = server.open(bob_cookie);
  ada.send({{"type", "create"}, {"room", "attic"}});
  ada.expect("settings");
  for (auto* socket : {&ada, &bob}) {
    socket->send(join("attic"));
    socket->expect("joined");
  }
  {
    const file_size_limit full(server.pid(), stored_so_far());
    ada.send({{"type", "moderate"}, {"room", "attic"}, {"act", "ban"}, {"user", "bob"}});
    ada.expect_error("unavailable");
    bob.expect("left");
    bob.send(join("attic"));
    bob.expect_error("forbidden");
  }
  BOOST_TEST(eventually([&] { return lines_with("messages are stored again") == 1; }));
  server.kill();
  server.start();
  auto again = server.open(bob_cookie);
  again.send(join("attic"));
  again.expect_error("forbidden");
}

BOOST_AUTO_TEST_CASE(before_the_disk_is_full_messages_are_refused_and_what_frees_space_is_not) {
  auto ada = server.open(ada_cookie);
  ada.send({{"type", "create"}, {"room", "attic"}});
  ada.expect("settings");
  ada.send(join("attic"));
  ada.expect("joined");
  ada.send(say("rude", "1", "attic"));
  const auto seq = ada.expect("ack")["seq"];
  BOOST_TEST(server.stop() == 0);
  server.configure("{data: {min_free: 1024GiB}, limits: {message_interval: 0s}}");
  server.start();
  auto again = server.open(ada_cookie);
  again.send(join("attic"));
  again.expect("joined");
  again.send(say("in vain", "2", "attic"));
  BOOST_TEST(again.expect_error("unavailable")["id"] == "2");
  again.send(say("rude", "1", "attic"));  // was stored before
  BOOST_TEST(again.expect("ack")["seq"] == seq);
  again.send({{"type", "create"}, {"room", "cellar"}});
  again.expect_error("unavailable");
  again.send({{"type", "moderate"}, {"room", "attic"}, {"act", "remove"}, {"seq", seq}});
  again.expect("removed");
  again.send({{"type", "moderate"}, {"room", "attic"}, {"act", "ban"}, {"user", "bob"}});
  again.expect("moderated");
  BOOST_CHECK_THROW(server.register_user("carl"), std::exception);
  BOOST_TEST(lines_with("data.min_free is 1024GiB") == 1U);
}

BOOST_AUTO_TEST_CASE(damage_while_it_runs_is_one_error_and_is_in_the_answers) {
  server.configure("{limits: {message_interval: 0s, message_length: 5000, frame_size: 64KiB}}");
  BOOST_TEST(server.stop() == 0);
  server.start();
  {
    auto ada = server.enter(ada_cookie);
    for (int i = 0; i < 60; ++i) say_and_wait(ada, std::to_string(i) + std::string(4'000, 'x'));
  }
  BOOST_TEST(server.stop() == 0);
  server.start();
  const auto file = server.data() / "history.db";
  {
    std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
    const auto size = static_cast<std::streamoff>(std::filesystem::file_size(file));
    bytes.seekp(4 * 4'096);
    bytes << std::string(static_cast<std::size_t>(size) - 4 * 4'096, '\x5a');
  }
  auto ada = server.open(ada_cookie);
  ada.send(join("lobby"));
  ada.expect("joined");
  for (int i = 0; i < 5; ++i) {
    ada.send({{"type", "history"}, {"room", "lobby"}, {"after", 0}});
    const auto answer = ada.expect_error("unavailable");
    BOOST_TEST(contains(answer["message"], "damaged"), answer.dump());
    BOOST_TEST(!answer.contains("retry_after_ms"));
  }
  ada.send(say("refused", "1"));
  BOOST_TEST(contains(ada.expect_error("unavailable")["message"], "damaged"));
  BOOST_TEST(eventually([&] { return lines_with("is damaged, and no message is stored any more") == 1; }));
  BOOST_TEST(lines_with("cannot be read") == 0U);
  server.kill();
}

BOOST_AUTO_TEST_CASE(a_damaged_history_stops_the_start_with_a_remedy_and_stays_as_it_was) {
  auto ada = server.enter(ada_cookie);
  for (int i = 0; i < 50; ++i) {
    ada.send(say("message " + std::to_string(i), std::to_string(i)));
    ada.expect("ack");
  }
  BOOST_TEST(server.stop() == 0);
  const auto file = server.data() / "history.db";
  auto bytes = read_file(file);
  BOOST_REQUIRE(bytes.size() > 3 * 4096);
  std::fill(bytes.begin() + 4096, bytes.end() - 4096, '\x5a');
  write_file(file, bytes);
  const auto refused = server.start_in_vain();
  BOOST_TEST(refused.status == 1);
  BOOST_TEST(contains(refused.err, file.string()), refused.err);
  BOOST_TEST(contains(refused.err, "put a backup in its place"), refused.err);
  BOOST_TEST((read_file(file) == bytes));
  for (const auto* end : {"", "-wal", "-shm"}) std::filesystem::remove(file.string() + end);
  server.start();
}

BOOST_AUTO_TEST_CASE(a_read_only_history_stops_the_start_and_loses_nothing) {
  auto ada = server.enter(ada_cookie);
  say_and_wait(ada, "kept");
  BOOST_TEST(server.stop() == 0);
  using std::filesystem::perms;
  server.obeys_file_modes = true;
  const auto file = server.data() / "history.db";
  const auto bytes = read_file(file);
  std::filesystem::permissions(file, perms::owner_read);
  const auto refused = server.start_in_vain();
  BOOST_TEST(refused.status == 1);
  BOOST_TEST(contains(refused.err, file.string() + ": Permission denied"), refused.err);
  BOOST_TEST(contains(refused.err, "permissions"), refused.err);
  BOOST_TEST((read_file(file) == bytes));
  std::filesystem::permissions(file, perms::owner_read | perms::owner_write);
  server.start();
  BOOST_TEST(history() == texts{"kept"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace parley::test
