#pragma once
// Who is in a room, each with however many sockets, and who came and went since the room was last told.

#include <map>
#include <set>
#include <string>
#include <vector>

#include "chat/server_frame.hpp"

namespace parley::chat {

class occupants {
 public:
  bool has(const std::string& user) const { return sockets_.contains(user); }
  std::size_t count() const { return sockets_.size(); }
  std::vector<std::string> names() const;

  // One socket more, and one less, of a user.
  void enter(const std::string& user);
  void leave(const std::string& user);

  // What the room is to be told since the last call, with names or only the number. Whoever came and went is
  // named for the last of it, since somebody may have come in between and have seen the first. Everybody is
  // named where the last one had no names.
  bool changed() const { return !came_.empty() || !went_.empty(); }
  presence take_changes(bool with_names);

 private:
  std::map<std::string, std::size_t> sockets_;  // by user
  std::set<std::string> came_, went_;           // since the last presence frame
  bool named_last_ = true;                      // that frame had names
};

}  // namespace parley::chat
