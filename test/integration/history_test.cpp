// What was said survives: a restart, a kill, and a disk without room. Nothing acknowledged is lost, nothing
// is there twice, and whoever comes back is told exactly what was missed.

#include <map>
#include <random>
#include <set>

#include <boost/test/unit_test.hpp>

#include "contains.hpp"
#include "server_process.hpp"

namespace parley::test {
namespace history {
namespace {

using seq_to_text = std::map<std::uint64_t, std::string>;

// Somebody who stays over the server's restarts: what is not acknowledged is said again, and what was missed
// is fetched, as a good client does.
class steady_client {
 public:
  steady_client(const server_process& server, std::string name)
      : name_(std::move(name)), cookie_(server.register_user(name_)) {}

  void connect(const server_process& server) {
    socket_.emplace(server.open(cookie_));
    auto frame = join();
    if (!epoch_.empty()) {
      frame["after"] = last_;
      frame["epoch"] = epoch_;
    }
    socket_->send(frame);
    const auto joined = socket_->expect("joined");
    if (epoch_.empty())
      last_ = 0;
    else
      BOOST_TEST(joined["recovered"] == true, joined.dump());
    epoch_ = joined["epoch"];
    for (const auto& message : joined["messages"]) saw(message);
    if (joined["more"] == true) fetch_up_to(joined["seq"]);
    last_ = std::max(last_, joined["seq"].get<std::uint64_t>());
    for (const auto& [id, text] : unacknowledged_) socket_->send(say(text, id));
  }

  void say_more(int count) {
    for (int i = 0; i < count; ++i) {
      const auto number = std::to_string(++said_);
      const auto id = name_ + "-" + number;
      unacknowledged_[id] = name_ + " says " + number;
      socket_->send(say(unacknowledged_[id], id));
    }
  }

  // Takes what comes until so many acknowledgements have.
  void read_acks(int count) {
    while (count > 0) {
      const auto frame = socket_->expect_one_of({"ack", "message"});
      if (frame["type"] == "message") {
        saw(frame);
        continue;
      }
      --count;
      const std::string id = frame["id"];
      const auto seq = frame["seq"].get<std::uint64_t>();
      const auto [place, first] = acknowledged.emplace(id, seq);
      BOOST_TEST((first || place->second == seq), id << " has two seqs");
      unacknowledged_.erase(id);
    }
  }

  void read_until(std::uint64_t seq) {
    while (last_ < seq) saw(socket_->expect("message"));
  }

  std::size_t waiting() const { return unacknowledged_.size(); }
  std::uint64_t last() const { return last_; }

  std::map<std::string, std::uint64_t> acknowledged;  // by id
  seq_to_text seen;

 private:
  void saw(const json& message) {
    const auto seq = message["seq"].get<std::uint64_t>();
    BOOST_TEST(seq > last_, name_ << " saw " << seq << " after " << last_);
    BOOST_TEST(seen.emplace(seq, message["text"]).second, name_ << " saw " << seq << " twice");
    last_ = seq;
  }

  void fetch_up_to(std::uint64_t seq) {
    for (bool more = true; more && last_ < seq;) {
      socket_->send({{"type", "history"}, {"room", "lobby"}, {"after", last_}, {"limit", 200}});
      const auto page = socket_->expect("history");
      BOOST_TEST(page["complete"] == true);
      for (const auto& message : page["messages"])
        if (message["seq"].get<std::uint64_t>() <= seq) saw(message);
      more = page["more"];
    }
  }

  std::string name_, cookie_, epoch_;
  std::uint64_t last_ = 0;
  int said_ = 0;
  std::map<std::string, std::string> unacknowledged_;  // texts by id
  std::optional<websocket_client> socket_;
};

// All that the room keeps, by pages from the front.
seq_to_text all_history(websocket_client& socket) {
  seq_to_text all;
  std::uint64_t after = 0;
  for (bool more = true; more;) {
    socket.send({{"type", "history"}, {"room", "lobby"}, {"after", after}, {"limit", 200}});
    const auto page = socket.expect("history");
    for (const auto& message : page["messages"]) {
      after = message["seq"];
      BOOST_TEST(all.emplace(after, message["text"]).second);
    }
    more = page["more"];
  }
  return all;
}

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
  bob.connect(server);
  bob.say_more(20);
  bob.read_acks(20);
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
  bob.connect(server);  // checks that it has recovered
  bob.say_more(1);
  bob.read_acks(1);
  BOOST_TEST(bob.acknowledged["bob-21"] > before.rbegin()->first);
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

// Clients talk steadily while the server is killed at random moments.
BOOST_AUTO_TEST_CASE(nothing_acknowledged_is_lost_and_nothing_is_told_twice) {
  const int rounds = std::getenv("PARLEY_LONG_TESTS") ? 50 : 6;
  const auto seed = std::random_device{}();
  std::mt19937 random(seed);
  BOOST_TEST_CONTEXT("seed " << seed) {
    std::vector<steady_client> clients;
    for (const auto* name : {"one", "two", "three", "four"}) clients.emplace_back(server, name);
    for (int round = 0; round < rounds; ++round) {
      for (auto& client : clients) client.connect(server);
      for (auto& client : clients) client.say_more(25);
      for (auto& client : clients)
        client.read_acks(std::uniform_int_distribution<int>(0, static_cast<int>(client.waiting()))(random));
      server.kill();
      server.start();
    }
    std::uint64_t last = 0;
    for (auto& client : clients) {
      client.connect(server);
      client.read_acks(static_cast<int>(client.waiting()));
      last = std::max(last, client.last());
      for (const auto& [id, seq] : client.acknowledged) last = std::max(last, seq);
    }
    auto reader = server.enter(cookie);
    const auto kept = all_history(reader);
    std::multiset<std::string> texts;
    for (const auto& [seq, text] : kept) texts.insert(text);
    for (auto& client : clients) {
      client.read_until(last);
      BOOST_TEST((client.seen == kept), "a client saw " << client.seen.size() << " of " << kept.size());
      BOOST_TEST(client.acknowledged.size() == static_cast<std::size_t>(rounds) * 25);
      for (const auto& [id, seq] : client.acknowledged) {
        const auto words = id.substr(0, id.find('-')) + " says " + id.substr(id.find('-') + 1);
        BOOST_TEST(texts.count(words) == 1U, words);
        BOOST_TEST((kept.contains(seq) && kept.at(seq) == words), words);
      }
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace parley::test
