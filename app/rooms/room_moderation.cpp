// What a room's home does about those who look after it.

#include <nlohmann/json.hpp>

#include "app/connection/session.hpp"
#include "app/rooms/room_flushes.hpp"
#include "app/rooms/room_home.hpp"
#include "app/rooms/wall_clock.hpp"
#include "app/services.hpp"
#include "app/shard.hpp"

namespace parley {
namespace {

chat::error_frame no_such_room(const chat::room_name& name) {
  return {{chat::error_code::no_such_room, "There is no room " + name.str() + "."}, {}, name.str(), {}};
}

chat::error_frame not_stored_yet(const chat::room_name& name) {
  return {{chat::error_code::unavailable,
           "It is done, but could not be stored: should the server stop before it can be, it has to be done "
           "again."},
          {},
          name.str(),
          {}};
}

// What was changed, for the audit.
std::string describe(const chat::room_changes& changes) {
  nlohmann::ordered_json all = nlohmann::ordered_json::object();
  if (changes.topic) all["topic"] = *changes.topic;
  if (changes.is_private) all["private"] = *changes.is_private;
  if (changes.capacity) all["capacity"] = *changes.capacity;
  if (changes.slow_mode) all["slow_mode_ms"] = changes.slow_mode->count();
  if (changes.renew_invite) all["renew_invite"] = true;
  return all.dump();
}

}  // namespace

void rooms::moderate_here(const chat::room_name& name, socket_id asked_by, const chat::actor& who,
                          const chat::moderation& act) {
  hosted_room* const home = find_home(name);
  if (!home) return refuse(asked_by, no_such_room(name));
  const bool removes = act.act == chat::moderation_act::remove;  // it is done once the log says so
  auto answer = [this, name, asked_by, who, act](bool stored) {
    here_.shared().audit.write({.at = unix_now(),
                                .room = name.str(),
                                .by = who.user,
                                .what = to_word(act.act),
                                .user = act.user,
                                .for_ms = act.act == chat::moderation_act::mute ? act.mute_for.count() : 0,
                                .details = act.reason});
    if (stored) return send(asked_by, chat::moderated_json(name.str(), to_word(act.act), act.user));
    refuse(asked_by, not_stored_yet(name));
  };
  if (!removes) home->changes_under_way.emplace_back(answer);
  const auto done = home->room.moderate(who, act, {asked_by.shard, asked_by.number}, unix_now());
  if (removes && done) return;
  if (!removes && !(done && *done)) home->changes_under_way.pop_back();
  if (!done) return refuse(asked_by, {done.error().why, {}, name.str(), done.error().retry_after});
  if (!*done) answer(true);
  here_.shared().directory.update(home->room);
  carry_out(*home, who, act);
}

// What the one whom it concerns is told, and what becomes of him.
void rooms::carry_out(hosted_room& home, const chat::actor& who, const chat::moderation& act) {
  using enum chat::moderation_act;
  if (act.act == unban) return;
  if (act.act == kick || act.act == ban)
    return tell_all_of(home, act.key,
                       chat::to_json(chat::left{home.name.str(), who.user, act.reason, act.act == ban}),
                       true);
  auto standing = home.room.standing_of({act.user, act.key, act.is_operator}, unix_now());
  standing.by = who.user;
  standing.reason = act.reason;
  tell_all_of(home, act.key, chat::to_json(standing), false);
}

void rooms::tell_all_of(hosted_room& home, const std::string& key, const std::string& json, bool goes) {
  for (std::size_t index = 0; index < home.sockets_on.size(); ++index) {
    if (home.sockets_on[index] == 0) continue;
    here_.run_on(index, [name = home.name, key, json, goes](shard& there) {
      for (auto* session : there.sessions_of(key)) session->moderated(name, json, goes);
    });
  }
}

void rooms::give_up_here(const chat::room_name& name, const chat::actor& who) {
  hosted_room* const home = find_home(name);
  if (!home) return;
  if (home->room.give_up(who, unix_now())) here_.shared().directory.update(home->room);
  tell_all_of(*home, who.key, chat::to_json(chat::left{name.str(), who.user, {}, false}), true);
}

void rooms::configure_here(const chat::room_name& name, socket_id asked_by, const chat::actor& who,
                           const chat::room_changes& changes) {
  hosted_room* const home = find_home(name);
  if (!home) return refuse(asked_by, no_such_room(name));
  auto answer = [this, name, asked_by, who, changes](bool stored) {
    here_.shared().audit.write({.at = unix_now(),
                                .room = name.str(),
                                .by = who.user,
                                .what = "configure",
                                .details = describe(changes)});
    if (stored) return tell_settings_here(name, asked_by, who);
    refuse(asked_by, not_stored_yet(name));
  };
  home->changes_under_way.emplace_back(answer);
  const auto done = home->room.configure(who, changes, {asked_by.shard, asked_by.number}, unix_now());
  if (!(done && *done)) home->changes_under_way.pop_back();
  if (!done) return refuse(asked_by, {done.error().why, {}, name.str(), done.error().retry_after});
  if (!*done) return tell_settings_here(name, asked_by, who);
  here_.shared().directory.update(home->room);
}

void rooms::tell_settings_here(const chat::room_name& name, socket_id asked_by, const chat::actor& who) {
  hosted_room* const home = find_home(name);
  if (!home) return refuse(asked_by, no_such_room(name));
  if (home->room.record().rank_of(who) == chat::rank::member)
    return refuse(asked_by, {{chat::error_code::forbidden,
                              "Only a moderator of the room " + name.str() + " may see that."},
                             {},
                             name.str(),
                             {}});
  send(asked_by, chat::to_json(home->room.details(unix_now())));
}

}  // namespace parley
