#pragma once
// What is known of a room besides what was said in it: its settings and who may do what. Plain data that a
// room keeps at its home and that the history stores as one text.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "chat/clock.hpp"

namespace parley::chat {

// Somebody who asks a room for something. Users are told apart by `key`, the name in lower case.
struct actor {
  std::string user, key;
  bool is_operator = false;
};

// What somebody may do in a room, each rank all that the one before may. Who is banned is a member at most.
enum class rank : std::uint8_t { member, moderator, owner, op };
std::string_view to_word(rank rank);

struct room_record {
  std::string owner;      // as shown; empty: only operators own it
  std::string opened_by;  // of a room of two: the key of who it counts for
  std::string topic;
  bool is_private = false;
  std::string invite;        // the code that lets people into a private room
  std::size_t capacity = 0;  // users; 0: the operator's
  milliseconds slow_mode{0};
  std::set<std::string> moderators, banned;  // keys
  std::set<std::string> members;             // keys of those who may come into a private room
  std::map<std::string, unix_ms> muted;      // by key, until when

  // A bound for each of the four above.
  static constexpr std::size_t most_named = 1'000;

  rank rank_of(const actor& who) const;
  bool admits(const actor& who) const;  // without an invitation

  // How long somebody may not speak yet.
  std::optional<milliseconds> mute_left(const std::string& key, unix_ms now) const;

  bool operator==(const room_record&) const = default;
};

std::string to_json(const room_record& record);

// What the text does not say is as in a new room. Nothing where it is no such text.
std::optional<room_record> parse_room_record(std::string_view json);

}  // namespace parley::chat
