#pragma once
// The open loop: when every message of a round is due, known before the first is sent. A server that is slow
// is not waited for, and a message's latency counts from when it was due, so nothing is omitted where all is
// late together.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include "bench/clock.hpp"

namespace parley::bench {

struct load {
  std::uint32_t publishers = 1;
  double rate = 1;  // messages a second of each
  std::size_t text_size = 32;
  nanoseconds warm_up = second / 2;
  nanoseconds measured = 2 * second;
  std::uint32_t rooms = 1;  // client `i` is in room `i % rooms`
};

// One round of a load. Each publisher speaks at a steady rate, and all of them at phases drawn once, the same
// in every round and for every server. Message `n` is publisher `n % publishers` speaking for the
// `n / publishers`th time.
class schedule {
 public:
  schedule(const load& wanted, std::uint32_t round, nanoseconds begin)
      : round_(round),
        begin_(begin),
        measured_from_(begin + wanted.warm_up),
        end_(measured_from_ + wanted.measured),
        period_(static_cast<double>(second) / wanted.rate),
        text_size_(wanted.text_size),
        rooms_(wanted.rooms) {
    std::mt19937_64 random(1);
    std::uniform_real_distribution<double> phase(0, period_);
    for (std::uint32_t i = 0; i < wanted.publishers; ++i) phases_.push_back(phase(random));
    std::sort(phases_.begin(), phases_.end());
    while (due(count_) < end_) ++count_;
  }

  nanoseconds due(std::uint32_t number) const {
    const auto turn = number / publishers();
    return begin_ + static_cast<nanoseconds>(phases_[number % publishers()] + turn * period_);
  }

  bool is_measured(std::uint32_t number) const { return due(number) >= measured_from_; }

  // Which of `clients` a message comes from: publishers are spread evenly over them.
  std::uint32_t sender(std::uint32_t number, std::uint32_t clients) const {
    return static_cast<std::uint32_t>(std::uint64_t{number % publishers()} * clients / publishers());
  }

  // Which room it goes to.
  std::uint32_t room(std::uint32_t number, std::uint32_t clients) const {
    return sender(number, clients) % rooms_;
  }

  // How many messages go to a room.
  std::uint32_t count_of(std::uint32_t wanted_room, std::uint32_t clients) const {
    std::uint32_t count = 0;
    for (std::uint32_t i = 0; i < count_; ++i) count += room(i, clients) == wanted_room ? 1 : 0;
    return count;
  }

  std::uint32_t rooms() const { return rooms_; }
  std::uint32_t publishers() const { return static_cast<std::uint32_t>(phases_.size()); }
  std::uint32_t count() const { return count_; }  // of messages
  std::uint32_t round() const { return round_; }
  std::size_t text_size() const { return text_size_; }
  nanoseconds measured_from() const { return measured_from_; }
  nanoseconds end() const { return end_; }

 private:
  std::uint32_t round_;
  nanoseconds begin_, measured_from_, end_;
  double period_;
  std::size_t text_size_;
  std::uint32_t rooms_;
  std::vector<double> phases_;  // nanoseconds after begin_, rising
  std::uint32_t count_ = 0;
};

}  // namespace parley::bench
