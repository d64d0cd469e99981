#include "app/connection/refusal_log.hpp"

#include <utility>

#include <spdlog/spdlog.h>

#include "auth/user_name.hpp"

namespace parley {
namespace {

void tell_kept_back(std::size_t count) {
  if (count != 0) spdlog::info("refused {} more, which are not told one by one", count);
}

}  // namespace

void refusal_log::note(chat::time_point now, std::string_view what, const asio::ip::address& from,
                       std::string_view why) {
  std::size_t kept_back = 0;
  {
    const std::lock_guard lock(mutex_);
    if (!pace_.try_take(now, most, window)) {
      ++kept_back_;
      return;
    }
    kept_back = std::exchange(kept_back_, 0);
  }
  tell_kept_back(kept_back);
  spdlog::info("refused {} from {}: {}", what, from.to_string(), why);
}

void refusal_log::sweep(chat::time_point now) {
  std::size_t kept_back = 0;
  {
    const std::lock_guard lock(mutex_);
    if (kept_back_ == 0 || !pace_.try_take(now, most, window)) return;
    kept_back = std::exchange(kept_back_, 0);
  }
  tell_kept_back(kept_back);
}

void note_refused(refusal_log& log, std::string_view what, const std::string& name,
                  const asio::ip::address& from, const account_failure& failure) {
  std::string whose(what);
  if (const auto known = auth::user_name::parse(name)) whose += " of " + known->display();
  log.note(chat::clock::now(), whose, from, failure.why.message);
}

}  // namespace parley
