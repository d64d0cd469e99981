// Many clients talk over a bad network: connections are cut and stall, and what they carry comes late and in
// pieces. Nobody misses a message, sees one twice or out of turn.

#include <random>
#include <thread>

#include <boost/test/unit_test.hpp>

#include "fault_proxy.hpp"
#include "steady_client.hpp"

namespace parley::test {
namespace faults {
namespace {

using fault = fault_proxy::fault;

constexpr int client_count = 200, talker_count = 15;
constexpr auto between_messages = 1s;

struct crowd {
  // Coming back takes pages as well where few messages are shown to whoever enters. Who is here is not of
  // interest, and would be most of what is sent.
  server_process server{"{history: {on_join: 5}, presence: {interval: 1m, detail_limit: 0}}"};
  std::vector<steady_client> clients;

  crowd() {
    for (int i = 0; i < client_count; ++i) clients.emplace_back(server, "user" + std::to_string(i));
  }
};

// Stays until then, and comes back after a while where the network fails, as a page does.
void stay(steady_client& client, std::uint16_t port, bool talks, clock::time_point end, std::uint32_t seed) {
  std::mt19937 random(seed);
  const auto up_to = [&](milliseconds most) {
    return milliseconds(std::uniform_int_distribution<milliseconds::rep>(0, most.count())(random));
  };
  auto next = talks ? within(up_to(between_messages)) : end;
  while (clock::now() < end) {
    const bool is_well = client.attempt([&] {
      if (!client.connected()) client.connect(port);
      client.listen(std::min(next, end));
      if (next >= end) return;
      next += between_messages;
      client.say();
    });
    if (!is_well) std::this_thread::sleep_for(up_to(1s));
  }
}

// Comes back as often as it takes to get this done.
void achieve(steady_client& client, std::uint16_t port, const std::function<void()>& step) {
  const auto deadline = within(3 * patience);
  const auto try_it = [&] {
    if (!client.connected()) client.connect(port);
    step();
  };
  while (!client.attempt(try_it))
    BOOST_REQUIRE_MESSAGE(clock::now() < deadline, client.name()
                                                       << " does not get on: " << client.complaints);
}

}  // namespace
}  // namespace faults

BOOST_FIXTURE_TEST_SUITE(faults, crowd)

BOOST_AUTO_TEST_CASE(a_bad_network_loses_doubles_and_reorders_no_message) {
  const auto seed = std::random_device{}();
  BOOST_TEST_CONTEXT("seed " << seed) {
    fault_proxy network(server.port(), seed);
    {
      const auto end = within(std::getenv("PARLEY_LONG_TESTS") ? 300s : 20s);
      std::vector<std::jthread> lives;
      for (int i = 0; i < client_count; ++i)
        lives.emplace_back([&, i, end] {
          stay(clients[i], network.port(), i < talker_count, end, seed + static_cast<std::uint32_t>(i) + 1);
        });
    }
    network.behave();
    for (auto& client : clients) achieve(client, network.port(), [&] { client.read_acks(); });

    auto reader = server.enter(server.register_user("reader"));
    const auto kept = all_history(reader);
    BOOST_REQUIRE(!kept.empty());
    const auto last = kept.rbegin()->first;
    for (auto& client : clients) achieve(client, network.port(), [&] { client.read_until("lobby", last); });
    check_agreement(clients, "lobby", kept);
    for (const auto what : {fault::cut, fault::stall, fault::delay, fault::split}) {
      BOOST_TEST(network.count(what) > 0);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace parley::test
