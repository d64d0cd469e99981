// A ruler that is wrong measures nothing: the generator's own parts, checked against what is known.

#include <cmath>
#include <iostream>
#include <random>
#include <string>

#include "bench/histogram.hpp"
#include "bench/ledger.hpp"

namespace parley::bench {
namespace {

int failures = 0;

void check(bool holds, const std::string& sentence) {
  if (holds) return;
  ++failures;
  std::cout << "FAILED: " << sentence << '\n';
}

void check_histogram() {
  histogram times;
  for (std::int64_t i = 1; i <= 100'000; ++i) times.record(i * 1000);
  for (const double share : {0.5, 0.9, 0.99, 0.999}) {
    const auto error = std::abs(static_cast<double>(times.quantile(share)) / (share * 1e8) - 1);
    check(error < 0.01, "a quantile of known values is at most 1 % off, " + std::to_string(share) + " is " +
                            std::to_string(error));
  }
  check(times.max() == 100'000'000, "the largest value is exact");
  check(times.count() == 100'000, "every value is counted");
  histogram none;
  check(none.quantile(0.99) == 0, "no values, no quantile");
  none.record(-5);
  check(none.quantile(1) == 0 && none.count() == 1, "what comes before it was due counts as at once");
}

load two_publishers() {
  load wanted;
  wanted.publishers = 2;
  wanted.rate = 10;
  wanted.warm_up = 0;
  wanted.measured = second;
  return wanted;
}

void check_schedule() {
  const schedule round(two_publishers(), 1, 0);
  check(round.count() >= 19 && round.count() <= 21,
        "two publishers at 10 a second have 20 messages in a second, not " + std::to_string(round.count()));
  for (std::uint32_t i = 1; i < round.count(); ++i)
    check(round.due(i) >= round.due(i - 1), "messages are due in the order of their numbers");
  check(round.sender(0, 100) == 0 && round.sender(1, 100) == 50,
        "publishers are spread evenly over the clients");
}

void check_rooms() {
  auto wanted = two_publishers();
  wanted.rooms = 3;
  const schedule round(wanted, 1, 0);
  std::uint32_t sum = 0;
  for (std::uint32_t room = 0; room < 3; ++room) sum += round.count_of(room, 100);
  check(sum == round.count(), "each message goes to one room");
  check(round.room(0, 100) == 0 && round.room(1, 100) == 50 % 3, "a message goes to its sender's room");
  check(
      delivered_seq(R"({"type":"message","room":"room2","seq":77,"from":"u00001","text":"x","at":1})") == 77,
      "a seq is read in any room");
}

std::string frame(std::uint32_t number, std::uint32_t seq) {
  const auto text = publication(dialect::parley, 0, {1, number}, 32);
  const auto at = text.find(R"("text")");
  return R"({"type":"message","room":"lobby","seq":)" + std::to_string(seq) + R"(,"from":"u00001",)" +
         text.substr(at);
}

void check_ledger() {
  const schedule round(two_publishers(), 1, 0);
  ledger books(round, round.count());
  ledger::bookmark ada, bob, eve;
  for (std::uint32_t i = 0; i < round.count(); ++i) books.take(ada, frame(i, i + 1));
  check(books.lost_to(ada) == 0, "who got everything lost nothing");
  check(books.out_of_order() == 0 && books.doubled() == 0, "what is in order is in order");
  books.take(bob, frame(0, 1));
  books.take(bob, frame(2, 3));
  check(books.lost_to(bob) == round.count() - 2, "what did not come is lost, also in the middle");
  books.take(bob, frame(1, 2));
  check(books.out_of_order() == 1, "what comes after its successor is out of order");
  books.take(bob, frame(1, 2));
  check(books.doubled() == 1, "what comes twice is doubled");
  check(books.lost_to(eve) == round.count(), "who got nothing lost all");
  ledger other(round, round.count());
  ledger::bookmark zoe;
  other.take(zoe, frame(1, 1));
  other.take(zoe, frame(0, 2));
  check(books.differences(other) == 2, "two orders are told apart");
  ledger backwards(round, round.count());
  ledger::bookmark max;
  backwards.take(max, frame(0, 2));
  backwards.take(max, frame(1, 1));
  check(backwards.out_of_order() == 1, "a seq that falls is out of order");
}

}  // namespace
}  // namespace parley::bench

int main() {
  using namespace parley::bench;
  check_histogram();
  check_schedule();
  check_rooms();
  check_ledger();
  if (failures == 0) std::cout << "the generator's parts measure what is known rightly\n";
  return failures == 0 ? 0 : 1;
}
