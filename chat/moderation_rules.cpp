#include "chat/moderation_rules.hpp"

namespace parley::chat {
namespace {

// False where there are too many of them already.
template <class Names>
bool add_name(Names& names, const std::string& name) {
  if (names.size() >= room_record::most_named && !names.contains(name)) return false;
  names.insert(name);
  return true;
}

// Ranks that only an owner may give and take.
bool concerns_roles(moderation_act act) {
  return act == moderation_act::appoint || act == moderation_act::dismiss;
}

}  // namespace

std::optional<std::string> why_not(const room_name& room, const room_record& record, const actor& who,
                                   const moderation& act) {
  const auto rank = record.rank_of(who);
  if (room.direct()) return "Nobody moderates a room of two.";
  if (rank < (concerns_roles(act.act) ? rank::owner : rank::moderator))
    return concerns_roles(act.act) ? "Only the owner of the room " + room.str() + " may do that."
                                   : "Only a moderator of the room " + room.str() + " may do that.";
  if (act.act == moderation_act::remove) return std::nullopt;
  if (act.key == who.key) return "That cannot be done to oneself.";
  if (record.rank_of({act.user, act.key, act.is_operator}) >= rank)
    return act.user + " has as much to say here as you have.";
  return std::nullopt;
}

bool apply(const moderation& act, room_record& record, unix_ms at) {
  std::erase_if(record.muted, [&](const auto& each) { return each.second <= at; });
  switch (act.act) {
    case moderation_act::mute:
      if (record.muted.size() >= room_record::most_named && !record.muted.contains(act.key)) return false;
      record.muted[act.key] = at + act.mute_for.count();
      return true;
    case moderation_act::unmute:
      record.muted.erase(act.key);
      return true;
    case moderation_act::kick:
      record.members.erase(act.key);
      return true;
    case moderation_act::ban:
      record.members.erase(act.key);
      record.moderators.erase(act.key);
      return add_name(record.banned, act.key);
    case moderation_act::unban:
      record.banned.erase(act.key);
      return true;
    case moderation_act::appoint:
      return add_name(record.moderators, act.key);
    case moderation_act::dismiss:
      record.moderators.erase(act.key);
      return true;
    case moderation_act::remove:
      break;
  }
  return true;
}

}  // namespace parley::chat
