#pragma once
// Who is connected: the living login sessions with their sockets, over all shards. Logging in and out goes
// through its mutex; a message only touches the atomics of the objects it hands out.

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "app/accounts/socket_id.hpp"
#include "chat/clock.hpp"
#include "chat/codes.hpp"
#include "chat/idle_policy.hpp"
#include "chat/rate_limiter.hpp"

namespace parley {

// What all sockets of one user share. Kept for as long as one of them is here or a limit has something to
// remember.
struct live_user {
  chat::interval_limiter messages;
  chat::shared_burst_limiter questions, searches, acts;
  std::size_t sockets = 0;  // guarded by the directory

  bool has_something_to_remember(chat::time_point now) const {
    return !(messages.is_due(now) && questions.is_full(now) && searches.is_full(now) && acts.is_full(now));
  }
};

// What all sockets of one login session share, on whatever shards they are.
class live_login {
 public:
  live_login(std::string id, std::string user, std::shared_ptr<live_user> owner, chat::time_point now)
      : id_(std::move(id)),
        user_(std::move(user)),
        owner_(std::move(owner)),
        last_activity_(now.time_since_epoch().count()) {}

  const std::string& id() const { return id_; }      // of the login session; says nothing about its token
  const std::string& user() const { return user_; }  // as it is shown
  live_user& owner() { return *owner_; }

  chat::time_point last_activity() const {
    return chat::time_point(chat::clock::duration(last_activity_.load()));
  }

  // Starts the idle clock again. True where a warning stands that has to be taken back on all sockets.
  bool touch(chat::time_point now) {
    last_activity_.store(now.time_since_epoch().count());
    return warned_.exchange(false);
  }

  // Notes that its end is in the log; true once.
  bool mark_logged() { return !end_is_logged_.exchange(true); }

  // Notes that a socket is about to warn because of `seen`; false where there has been activity since.
  bool mark_warned(chat::time_point seen) {
    warned_.store(true);  // before the look, so that an activity meanwhile sees it or is seen
    return last_activity() == seen;
  }

 private:
  friend class login_directory;

  const std::string id_, user_;
  const std::shared_ptr<live_user> owner_;
  std::atomic<chat::clock::rep> last_activity_;
  std::atomic<bool> end_is_logged_{false};
  std::atomic<bool> warned_{false};

  // Guarded by the directory.
  std::vector<socket_id> sockets_;
  chat::time_point gone_since_{};
  bool ended_ = false;
};

class login_directory {
 public:
  // What happens to a socket, carried out on its own shard.
  struct event {
    enum class what { warning_called_off, close };
    what kind;
    chat::close_code code = chat::close_code::normal;
  };
  using deliver_function = std::function<void(socket_id, event)>;  // callable from any thread

  login_directory(deliver_function deliver, chat::idle_policy idle, std::size_t sockets_per_user)
      : deliver_(std::move(deliver)), idle_(idle), sockets_per_user_(sockets_per_user) {}

  // Adds a socket to its login session. Null where the user has as many sockets as allowed.
  std::shared_ptr<live_login> attach(const std::string& login_id, const std::string& user_key,
                                     const std::string& user, socket_id socket, chat::time_point now);
  void detach(live_login& login, socket_id socket, chat::time_point now);

  void call_off_warning(const live_login& login);

  // Closes all sockets of a login session, once. True for the call that did it.
  bool close(const std::string& login_id, chat::close_code code);

  // The ids of the login sessions that have a socket here.
  std::vector<std::string> connected() const;

  // Forgets who has gone and has nothing left to remember. To be called now and then.
  void sweep(chat::time_point now);

 private:
  using logins = std::unordered_map<std::string, std::shared_ptr<live_login>>;

  const deliver_function deliver_;
  const chat::idle_policy idle_;
  const std::size_t sockets_per_user_;

  mutable std::mutex mutex_;
  logins logins_;                                                      // by login session id
  std::unordered_map<std::string, std::shared_ptr<live_user>> users_;  // by user key
};

}  // namespace parley
