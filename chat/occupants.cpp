#include "chat/occupants.hpp"

namespace parley::chat {

std::vector<std::string> occupants::names() const {
  std::vector<std::string> all;
  all.reserve(sockets_.size());
  for (const auto& [user, sockets] : sockets_) all.push_back(user);
  return all;
}

void occupants::enter(const std::string& user) {
  if (++sockets_[user] != 1) return;
  came_.insert(user);
  went_.erase(user);
}

void occupants::leave(const std::string& user) {
  const auto found = sockets_.find(user);
  if (found == sockets_.end() || --found->second != 0) return;
  sockets_.erase(found);
  came_.erase(user);
  went_.insert(user);
}

presence occupants::take_changes(bool with_names) {
  presence frame;
  frame.count = sockets_.size();
  if (with_names) {
    frame.left.emplace(went_.begin(), went_.end());
    if (named_last_)
      frame.joined.emplace(came_.begin(), came_.end());
    else
      frame.joined = names();  // small enough again: nobody knows the names
  }
  named_last_ = with_names;
  came_.clear();
  went_.clear();
  return frame;
}

}  // namespace parley::chat
