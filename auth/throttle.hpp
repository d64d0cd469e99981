#pragma once
// Slows down whoever guesses: counts failures by key, a user name or a client's address.

#include <chrono>
#include <cstddef>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace parley::auth {

// So many failures at once, and after that one more each time window / attempts has passed (10 in 1 min: ten,
// then one every 6 s). Zero of either switches it off.
struct throttle_policy {
  std::size_t attempts = 10;
  std::chrono::milliseconds window = std::chrono::minutes(1);
};

// Every thread may use it. The keys are validated names or addresses: short. (For IPv6 the key should be the
// /64, which is what one client has.)
//
// Memory is bounded by the number of keys. Where it is reached, the key goes that failed longest ago among
// those that failed once; those that failed repeatedly go only where they take more than three quarters. So
// made-up keys push out each other, and to free one that is being slowed down one has to fail twice under so
// many other names within a window, each of which costs the server a password hash and the guesser one of the
// attempts of an address. What is given up: in such a flood a key that failed once may be forgotten.
class throttle {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  explicit throttle(throttle_policy policy, std::size_t most_keys = 100'000);

  // None where the key may try now, else how long to wait, rounded up.
  std::optional<std::chrono::milliseconds> check(std::string_view key, time_point now) const;
  void record_failure(std::string_view key, time_point now);

  // Both in one: where the key may try, the try counts as a failure until record_success or take_back says
  // otherwise. So many tries that run at the same time cannot all pass the check before the first of them
  // fails.
  std::optional<std::chrono::milliseconds> attempt(std::string_view key, time_point now);

  // Forgets the key's failures. For a name, not for an address: whoever has one account could go on guessing
  // others.
  void record_success(std::string_view key);
  // Takes one attempt back: it was no failure.
  void take_back(std::string_view key, time_point now);

  std::size_t size() const;  // keys remembered

 private:
  struct entry {
    std::string key;
    time_point free_at;  // when all failures are forgiven: each adds one step
    bool repeated;       // which of the two lists it is in
  };
  using entry_list = std::list<entry>;

  // With mutex_ held.
  std::optional<std::chrono::milliseconds> wait_for(std::string_view key, time_point now) const;
  void count(std::string_view key, time_point now);
  void make_room(time_point now);
  void forget(entry_list& list, entry_list::iterator position);
  bool is_off() const { return step_.count() == 0; }

  const std::chrono::nanoseconds step_;    // what one failure adds
  const std::chrono::nanoseconds window_;  // what all together may reach
  const std::size_t most_keys_;
  const std::size_t most_repeated_;

  mutable std::mutex mutex_;
  entry_list once_;      // failed once, the longest ago in front
  entry_list repeated_;  // failed again before that was forgiven, the longest ago in front
  std::unordered_map<std::string_view, entry_list::iterator> by_key_;  // views of the entries' keys
};

}  // namespace parley::auth
