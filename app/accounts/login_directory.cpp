#include "app/accounts/login_directory.hpp"

#include <algorithm>

namespace parley {

std::shared_ptr<live_login> login_directory::attach(const std::string& login_id, const std::string& user_key,
                                                    const std::string& user, socket_id socket,
                                                    chat::time_point now) {
  const std::lock_guard lock(mutex_);
  auto& owner = users_[user_key];
  if (!owner) owner = std::make_shared<live_user>();
  if (sockets_per_user_ != 0 && owner->sockets >= sockets_per_user_) return nullptr;

  auto& login = logins_[login_id];
  if (!login || login->ended_) {
    login = std::make_shared<live_login>(login_id, user, owner, now);
  } else if (login->sockets_.empty()) {
    login->last_activity_ = chat::idle_policy::on_return(now, login->last_activity(), login->gone_since_)
                                .time_since_epoch()
                                .count();
  }
  login->sockets_.push_back(socket);
  ++owner->sockets;
  return login;
}

void login_directory::detach(live_login& login, socket_id socket, chat::time_point now) {
  const std::lock_guard lock(mutex_);
  std::erase(login.sockets_, socket);
  --login.owner_->sockets;
  login.gone_since_ = now;
}

void login_directory::call_off_warning(const live_login& login) {
  const std::lock_guard lock(mutex_);
  for (const auto& socket : login.sockets_) deliver_(socket, {event::what::warning_called_off});
}

bool login_directory::close(const std::string& login_id, chat::close_code code) {
  const std::lock_guard lock(mutex_);
  const auto found = logins_.find(login_id);
  if (found == logins_.end() || found->second->ended_) return false;
  found->second->ended_ = true;
  for (const auto& socket : found->second->sockets_) deliver_(socket, {event::what::close, code});
  return true;
}

std::vector<std::string> login_directory::connected() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> ids;
  for (const auto& [id, login] : logins_)
    if (!login->sockets_.empty() && !login->ended_) ids.push_back(id);
  return ids;
}

void login_directory::sweep(chat::time_point now) {
  const std::lock_guard lock(mutex_);
  std::erase_if(logins_, [&](const auto& entry) {
    const auto& login = *entry.second;
    return login.sockets_.empty() && (login.ended_ || now - login.gone_since_ >= idle_.kick_after);
  });
  std::erase_if(users_, [&](const auto& entry) {
    return entry.second->sockets == 0 && entry.second.use_count() == 1 &&
           !entry.second->has_something_to_remember(now);
  });
}

}  // namespace parley
