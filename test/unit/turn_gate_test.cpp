#include "net/turn_gate.hpp"

#include <cctype>
#include <functional>
#include <list>
#include <memory>
#include <string>

#include <boost/test/unit_test.hpp>

namespace turn_gate {

using shard_gate = parley::net::turn_gate;
using step = shard_gate::step;

namespace {

struct gate_fixture {
  asio::io_context io;
  shard_gate gate{io};
  std::string order;  // of those who had their turn; in capitals of those who were cancelled

  struct guest {
    explicit guest(asio::io_context& on) : wait(on) {}
    parley::net::timer wait;
  };
  std::list<guest> guests;

  guest& comes(char name, step which) {
    auto& added = guests.emplace_back(io);
    asio::co_spawn(
        io,
        [this, name, which, &added]() -> parley::net::awaitable<void> {
          const bool granted = co_await gate.turn(which, added.wait);
          order += granted ? name : static_cast<char>(std::toupper(name));
        },
        [](const std::exception_ptr& failure) { BOOST_TEST(!failure); });
    return added;
  }
};

}  // namespace

}  // namespace turn_gate

BOOST_FIXTURE_TEST_SUITE(turn_gate, gate_fixture)

BOOST_AUTO_TEST_CASE(who_has_begun_goes_before_who_has_not_and_equals_in_their_order) {
  comes('a', step::first);
  comes('b', step::first);
  comes('c', step::first);
  comes('d', step::next);
  comes('e', step::next);
  io.run();
  BOOST_TEST(order == "adebc");
}

BOOST_AUTO_TEST_CASE(who_comes_into_a_room_goes_before_who_has_not_begun) {
  comes('a', step::first);
  comes('b', step::first);
  comes('c', step::next);
  comes('d', step::enter);
  io.run();
  BOOST_TEST(order == "acdb");
}

// Who is in may come in again and again, and keeps nobody out.
BOOST_AUTO_TEST_CASE(who_comes_in_and_who_has_not_begun_take_turns) {
  for (const char name : {'a', 'b', 'c', 'd'}) comes(name, step::enter);
  for (const char name : {'x', 'y'}) comes(name, step::first);
  comes('n', step::next);
  io.run();
  BOOST_TEST(order == "anbxcyd");
}

BOOST_AUTO_TEST_CASE(others_are_served_between_any_two_steps) {
  for (const char name : {'a', 'b', 'c'}) comes(name, step::first);
  std::string seen;
  std::function<void()> other = [&] {
    seen += std::to_string(order.size());
    if (order.size() < 3) asio::post(io, other);
  };
  asio::post(io, other);
  io.run();
  for (const char* each : {"1", "2", "3"}) BOOST_TEST(seen.find(each) != std::string::npos, seen);
}

BOOST_AUTO_TEST_CASE(who_gives_up_is_gone_at_once_and_costs_no_turn) {
  comes('a', step::first);
  comes('b', step::first);
  auto& gives_up = comes('c', step::first);
  comes('d', step::first);
  asio::post(io, [&] { gives_up.wait.cancel(); });
  io.run();
  BOOST_TEST(order.size() == 4U);
  BOOST_TEST(order.find('C') < order.find('d'), order);
  BOOST_TEST(order.find('b') < order.find('d'), order);
}

BOOST_AUTO_TEST_CASE(who_still_waits_at_the_end_goes_with_the_loop) {
  struct shard {
    shard_gate gate{io};
    asio::io_context io;
    parley::net::timer wait{io};
  };
  const auto ending = std::make_unique<shard>();
  bool is_through = false;
  asio::co_spawn(
      ending->io,
      [&]() -> parley::net::awaitable<void> {
        (void)co_await ending->gate.turn(step::enter, ending->wait);
        is_through = co_await ending->gate.turn(step::enter, ending->wait);
      },
      [](const std::exception_ptr&) {});
  BOOST_TEST(ending->io.run_one() == 1U);
  BOOST_TEST(!is_through);
}

BOOST_AUTO_TEST_CASE(after_a_quiet_time_nobody_waits) {
  comes('a', step::first);
  io.run();
  io.restart();
  comes('b', step::next);
  io.run();
  BOOST_TEST(order == "ab");
}

BOOST_AUTO_TEST_SUITE_END()
