// A room that is large and busy enough to be told by turns: who is in, who comes in the middle and who comes
// again hear everything once and in one order.

#include <functional>
#include <set>
#include <thread>

#include <boost/test/unit_test.hpp>

#include "contains.hpp"
#include "server_process.hpp"

namespace parley::test {
namespace large_room {
namespace {

constexpr int people = 20, sockets_each = 8, newcomers = 30, said = 150;
constexpr std::size_t length = 2'000;  // characters: what makes few members many to write to

// One after another is read to the end: nobody is closed for what is not read meanwhile.
std::string settings(int shards) {
  return "{log: {level: debug}, server: {shards: " + std::to_string(shards) +
         "}, limits: {message_length: 2000, frame_size: 32KiB, message_interval: 0, sockets_per_user: 0}, "
         "history: {on_join: 0}, presence: {interval: 1m, detail_limit: 0}, fanout: {outbox_limit: 64MiB}, "
         "timeouts: {ping: 0, response: 10m}, idle: {warn_after: 0, kick_after: 0}}";
}

std::string text(int number) {
  const auto front = std::to_string(number) + " ";
  return front + std::string(length - front.size(), 'x');
}

int number_of(const json& message) {
  return std::stoi(message["text"].get<std::string>());
}

using heard = std::vector<std::pair<std::uint64_t, int>>;  // seq and number

heard listen(websocket_client& socket, std::size_t count) {
  heard all;
  while (all.size() < count) {
    const auto message = socket.expect("message", within(3 * patience));
    all.emplace_back(message["seq"], number_of(message));
  }
  return all;
}

// Says everything, and again what the server was too busy to take.
void say_all(websocket_client& speaker, const std::function<void(int)>& before_each) {
  const auto say_number = [&](int number) { speaker.send(say(text(number), std::to_string(number))); };
  for (int i = 0; i < said; ++i) {
    before_each(i);
    say_number(i);
    std::this_thread::sleep_for(std::chrono::microseconds(200));
  }
  for (int taken = 0; taken < said;) {
    const auto answer = speaker.expect_one_of({"ack", "error"}, within(3 * patience));
    if (answer["type"] == "ack") {
      ++taken;
    } else {
      BOOST_REQUIRE(answer["code"] == "unavailable");
      say_number(std::stoi(answer["id"].get<std::string>()));
    }
  }
}

// What was said after this seq.
heard rest_of(const heard& all, std::uint64_t seq) {
  heard rest;
  for (const auto& each : all)
    if (each.first > seq) rest.push_back(each);
  return rest;
}

void check(int shards) {
  server_process server(settings(shards));
  std::vector<std::string> cookies;
  std::vector<websocket_client> members, late;
  for (int person = 0; person < people; ++person) {
    cookies.push_back(server.register_user("user" + std::to_string(person)));
    for (int i = 0; i < sockets_each; ++i) members.push_back(server.enter(cookies.back()));
  }
  for (int i = 0; i < newcomers; ++i) late.push_back(server.open(cookies[i % people]));
  auto again = server.enter(cookies[0]);
  auto speaker = server.enter(cookies[1]);

  say_all(speaker, [&](int number) {
    if (number % (said / newcomers) == 0) late[number / (said / newcomers)].send(join());
    if (number == said / 2) again.send(join());
  });
  speaker.send(say(text(said)));  // nothing is said once more behind it

  const auto all = listen(speaker, said + 1);
  std::set<int> numbers;
  for (const auto& [seq, number] : all) numbers.insert(number);
  BOOST_REQUIRE(numbers.size() == all.size());
  BOOST_REQUIRE(all.back().second == said);
  for (auto& member : members) BOOST_REQUIRE((listen(member, all.size()) == all));
  for (auto& newcomer : late) {
    const auto seq = newcomer.expect("joined", within(3 * patience))["seq"].get<std::uint64_t>();
    const auto rest = rest_of(all, seq);
    BOOST_REQUIRE((listen(newcomer, rest.size()) == rest));
  }

  // Up to the second answer what it had heard by then, from there on all that came after it.
  heard before;
  auto frame = again.expect_one_of({"message", "joined"}, within(3 * patience));
  for (; frame["type"] == "message"; frame = again.expect_one_of({"message", "joined"}, within(3 * patience)))
    before.emplace_back(frame["seq"], number_of(frame));
  BOOST_TEST((before == heard(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(before.size()))));
  BOOST_TEST((before.empty() || before.back().first <= frame["seq"]));
  const auto rest = rest_of(all, frame["seq"]);
  BOOST_TEST((listen(again, rest.size()) == rest));
  if (slow_server) BOOST_TEST(eventually([&] { return contains(server.log(), "by turns"); }));
}

}  // namespace
}  // namespace large_room

BOOST_AUTO_TEST_SUITE(large_room)

BOOST_AUTO_TEST_CASE(everybody_hears_everything_once_and_in_one_order_with_two_shards) {
  check(2);
}

BOOST_AUTO_TEST_CASE(everybody_hears_everything_once_and_in_one_order_with_four_shards) {
  check(4);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace parley::test
