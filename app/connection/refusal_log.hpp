#pragma once
// Why somebody was refused, for an operator: a line each, but no more than anybody can read.

#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>

#include "app/accounts/accounts.hpp"
#include "chat/clock.hpp"
#include "chat/rate_limiter.hpp"
#include "net/asio.hpp"

namespace parley {

// One for all shards; any thread.
class refusal_log {
 public:
  // "refused a log-in from 192.0.2.7: the name or the password is wrong". `what` and `why` are printable.
  void note(chat::time_point now, std::string_view what, const asio::ip::address& from, std::string_view why);

  // Says how many lines were kept back. To be called now and then.
  void sweep(chat::time_point now);

 private:
  static constexpr std::size_t most = 20;  // lines in a second
  static constexpr chat::milliseconds window{1'000};

  std::mutex mutex_;
  chat::burst_limiter pace_;
  std::size_t kept_back_ = 0;
};

// Somebody was not let in under a name, which is told only where it can be one: people type passwords there.
void note_refused(refusal_log& log, std::string_view what, const std::string& name,
                  const asio::ip::address& from, const account_failure& failure);

}  // namespace parley
