// The server is killed again and again while clients talk in several rooms: what was acknowledged stays, and
// everybody is told the same.

#include <atomic>
#include <random>
#include <thread>

#include <boost/test/unit_test.hpp>

#include "steady_client.hpp"

namespace parley::test {
namespace crash {
namespace {

const std::vector<std::string> rooms{"lobby", "attic", "cellar", "loft"};  // each shard is home to some

struct house {
  // Coming back takes pages as well where few messages are shown to whoever enters.
  server_process server{"history: {on_join: 5}"};
  std::string owner = server.register_user("owner");

  house() {
    auto socket = server.open(owner);
    for (const auto& room : rooms) {
      if (room == "lobby") continue;
      socket.send({{"type", "create"}, {"room", room}});
      socket.expect("settings");
    }
  }
};

// Talks in one room after the other until the server is gone.
void talk(steady_client& client, std::uint16_t port, std::atomic<int>& said) {
  client.attempt([&] {
    client.connect(port);
    for (std::size_t turn = 0;; ++turn) {
      client.say(rooms[turn % rooms.size()]);
      ++said;
      client.listen(within(2ms));
    }
  });
}

}  // namespace
}  // namespace crash

BOOST_FIXTURE_TEST_SUITE(crash, house)

BOOST_AUTO_TEST_CASE(nothing_acknowledged_is_lost_and_nothing_is_told_twice) {
  constexpr int rounds = 50;
  const auto seed = std::random_device{}();
  std::mt19937 random(seed);
  const auto up_to = [&](int most) { return std::uniform_int_distribution<int>(0, most)(random); };
  BOOST_TEST_CONTEXT("seed " << seed) {
    std::vector<steady_client> clients;
    for (const auto* name : {"one", "two", "three", "four"}) clients.emplace_back(server, name, rooms);
    for (int round = 0; round < rounds; ++round) {
      std::atomic<int> said = 0;
      bool talked = false;
      {
        std::vector<std::jthread> talks;
        for (auto& client : clients)
          talks.emplace_back([&, port = server.port()] { talk(client, port, said); });
        // Some while into the talk or, where nothing has to be said first, while they still come in.
        const int enough = up_to(80) - 20;
        talked = eventually([&] { return said >= enough; });
        std::this_thread::sleep_for(std::chrono::microseconds(up_to(30'000)));
        server.kill();
      }
      BOOST_REQUIRE(talked);
      server.start();
    }
    for (auto& client : clients) {
      client.connect(server.port());
      client.read_acks();
    }
    auto reader = server.open(owner);
    for (const auto& room : rooms) {
      reader.send(join(room));
      reader.expect("joined");
      const auto kept = all_history(reader, room);
      BOOST_REQUIRE(!kept.empty());
      for (auto& client : clients) client.read_until(room, kept.rbegin()->first);
      check_agreement(clients, room, kept);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace parley::test
