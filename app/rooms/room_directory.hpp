#pragma once
// Which rooms there are, over all shards: for the list of rooms, and so that no name is given twice. Homes
// tell it what changes; a message never comes here.

#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "app/config/config.hpp"
#include "chat/room.hpp"

namespace parley {

// Every function may be called from any thread.
class room_directory {
 public:
  explicit room_directory(const rooms_config& limits) : limits_(limits) {}

  // Takes a name for a room that is about to be made. Refused where it is taken, or where there are as many
  // rooms as there may be, in all or of this owner.
  tl::expected<void, chat::refusal> claim(const chat::room_name& name, const chat::actor& owner);
  void give_back(const chat::room_name& name);

  // From the room's home: what is known of it now, or only how many are in.
  void update(const chat::room& room);
  void update_count(const chat::room& room);

  bool knows(const chat::room_name& name) const;

  // A page of the rooms that somebody may see and whose name or topic has the query in it: one's own private
  // rooms, then the public ones, the fullest first. `after` is the `next` of the page before, or empty. Looks
  // at so many rooms and no more, so a page may be short, or empty, and another follow; what it costs does
  // not grow with the number of rooms.
  chat::room_listing list(const chat::actor& who, const std::string& query, const std::string& after) const;
  // Whether that can be the `next` of a page.
  static bool is_next(const std::string& after) { return after.empty() || place::parse(after); }

  // The private rooms that somebody is a member of, rooms of two at the end.
  std::vector<std::string> private_rooms_of(const std::string& key) const;

 private:
  struct entry {
    std::string owner_key;
    chat::room_view view;
    std::string searched;           // name and topic in lower case
    std::set<std::string> members;  // of a private room, its owner among them
    std::size_t count = 0;
    bool made = false;  // else only claimed
    bool is_direct = false;
  };
  using rooms = std::map<std::string, entry>;

  // Where a room stands in the list, the fullest first.
  struct place {
    std::size_t count;
    std::string name;

    std::string str() const { return std::to_string(count) + ':' + name; }
    static std::optional<place> parse(std::string_view text);
    bool operator<(const place& other) const {
      return count != other.count ? count > other.count : name < other.name;
    }
  };

  static bool counts(const entry& room);
  void forget(rooms::iterator room);
  void remember(rooms::iterator room);

  const rooms_config& limits_;
  mutable std::mutex mutex_;
  rooms rooms_;
  std::set<place> public_;
  std::map<std::string, std::set<std::string>> private_of_;  // names, by a member's key
  struct tally {
    std::size_t rooms = 0, direct = 0;
    std::size_t& of(bool is_direct) { return is_direct ? direct : rooms; }
  };
  tally all_;
  std::map<std::string, tally> owned_;  // by key
};

}  // namespace parley
