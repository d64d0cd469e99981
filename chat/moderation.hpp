#pragma once
// What moderators and owners may do to a room and to those in it.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "chat/clock.hpp"
#include "chat/validation.hpp"

namespace parley::chat {

enum class moderation_act : std::uint8_t { mute, unmute, kick, ban, unban, remove, appoint, dismiss };

inline constexpr std::array<std::string_view, 8> moderation_words{"mute",  "unmute", "kick",    "ban",
                                                                  "unban", "remove", "appoint", "dismiss"};
constexpr std::string_view to_word(moderation_act act) {
  return moderation_words[static_cast<std::size_t>(act)];
}

struct moderation {
  moderation_act act = moderation_act::kick;
  std::string user, key;     // whom it concerns; none of a removal
  bool is_operator = false;  // that one is
  std::uint64_t seq = 0;     // the message to remove
  milliseconds mute_for{0};  // within least_mute and most_mute
  std::string reason;        // may be empty

  static constexpr milliseconds least_mute{1'000}, usual_mute{600'000}, most_mute{30LL * 24 * 3'600'000};
};

// What is to change in a room's settings; what is not there stays.
struct room_changes {
  std::optional<std::string> topic;  // has been through room_topic
  std::optional<bool> is_private;
  std::optional<std::size_t> capacity;  // 0: the operator's
  std::optional<milliseconds> slow_mode;
  bool renew_invite = false;

  static constexpr milliseconds most_slow_mode{3'600'000};

  bool operator==(const room_changes&) const = default;
};

}  // namespace parley::chat
