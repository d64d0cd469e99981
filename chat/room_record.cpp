#include "chat/room_record.hpp"

#include <array>

#include <nlohmann/json.hpp>

#include "chat/validation.hpp"

namespace parley::chat {

std::string_view to_word(rank rank) {
  constexpr std::array<std::string_view, 4> words{"member", "moderator", "owner", "operator"};
  return words[static_cast<std::size_t>(rank)];
}

rank room_record::rank_of(const actor& who) const {
  if (who.is_operator) return rank::op;
  if (banned.contains(who.key)) return rank::member;
  if (!owner.empty() && ascii_lower(owner) == who.key) return rank::owner;
  return moderators.contains(who.key) ? rank::moderator : rank::member;
}

bool room_record::admits(const actor& who) const {
  return !is_private || members.contains(who.key) || rank_of(who) != rank::member;
}

std::optional<milliseconds> room_record::mute_left(const std::string& key, unix_ms now) const {
  const auto found = muted.find(key);
  if (found == muted.end() || found->second <= now) return std::nullopt;
  return milliseconds(found->second - now);
}

std::string to_json(const room_record& record) {
  return nlohmann::json{{"owner", record.owner},
                        {"opened_by", record.opened_by},
                        {"topic", record.topic},
                        {"private", record.is_private},
                        {"invite", record.invite},
                        {"capacity", record.capacity},
                        {"slow_mode_ms", record.slow_mode.count()},
                        {"moderators", record.moderators},
                        {"banned", record.banned},
                        {"members", record.members},
                        {"muted", record.muted}}
      .dump();
}

std::optional<room_record> parse_room_record(std::string_view json) {
  try {
    const auto object = nlohmann::json::parse(json);
    room_record record;
    record.owner = object.value("owner", record.owner);
    record.opened_by = object.value("opened_by", record.opened_by);
    record.topic = object.value("topic", record.topic);
    record.is_private = object.value("private", record.is_private);
    record.invite = object.value("invite", record.invite);
    record.capacity = object.value("capacity", record.capacity);
    record.slow_mode = milliseconds(object.value("slow_mode_ms", record.slow_mode.count()));
    record.moderators = object.value("moderators", record.moderators);
    record.banned = object.value("banned", record.banned);
    record.members = object.value("members", record.members);
    record.muted = object.value("muted", record.muted);
    return record;
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
}

}  // namespace parley::chat
