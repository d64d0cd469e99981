// What a room's home does for those who look after it.

#include <nlohmann/json.hpp>

#include "app/rooms/room_home.hpp"
#include "app/rooms/wall_clock.hpp"

namespace parley {
namespace {

chat::refusal not_stored_yet() {
  return {chat::error_code::unavailable,
          "It is done, but could not be stored: should the server stop before it can be, it has to be done "
          "again."};
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

void room_home::on(const moderate_room& wanted, const room_request& asked) {
  const auto& act = wanted.act;
  const chat::log_origin origin{asked.from.shard, asked.from.number};
  if (act.act == chat::moderation_act::remove) {  // it is done once the log says so
    if (const auto taken = room_.moderate(asked.who, act, origin, unix_now()); !taken)
      refuse(asked.from, taken.error().why, {}, taken.error().retry_after);
    return;
  }
  const change wish{asked.from, asked.who, act};
  changes_under_way_.push_back(wish);
  const auto done = room_.moderate(asked.who, act, origin, unix_now());
  if (!(done && *done)) changes_under_way_.pop_back();
  if (!done) return refuse(asked.from, done.error().why, {}, done.error().retry_after);
  if (!*done) {
    // Whoever is put out of the room may not have been known in it.
    if (act.act == chat::moderation_act::kick && !sockets_.of(act.key).empty()) note(asked.who, act);
    tell_done(asked.from, act);
  }
  shared_.directory.update(room_);
  carry_out(asked.who, act);
}

void room_home::changed(const change& done, bool stored) {
  std::visit([&](const auto& what) { changed(done, what, stored); }, done.what);
}

void room_home::changed(const change& done, const chat::moderation& act, bool stored) {
  note(done.who, act);
  if (!stored) return refuse(done.asked_by, not_stored_yet());
  tell_done(done.asked_by, act);
}

void room_home::tell_done(socket_id to, const chat::moderation& act) {
  answer(to, told{chat::moderated_json(name_.str(), to_word(act.act), act.user)});
}

void room_home::note(const chat::actor& who, const chat::moderation& act) const {
  shared_.audit.write({.at = unix_now(),
                       .room = name_.str(),
                       .by = who.user,
                       .what = to_word(act.act),
                       .user = act.user,
                       .for_ms = act.act == chat::moderation_act::mute ? act.mute_for.count() : 0,
                       .details = act.reason});
}

// What the one whom it concerns is told, and what becomes of him.
void room_home::carry_out(const chat::actor& who, const chat::moderation& act) {
  using enum chat::moderation_act;
  if (act.act == unban) return;
  if (act.act == kick || act.act == ban)
    return put_out_all_of(act.key, {name_.str(), who.user, act.reason, act.act == ban});
  auto standing = room_.standing_of({act.user, act.key, act.is_operator}, unix_now());
  standing.by = who.user;
  standing.reason = act.reason;
  for (const auto& each : sockets_.of(act.key)) answer(each.socket, stands{chat::to_json(standing)});
}

void room_home::on(const configure_room& wanted, const room_request& asked) {
  const change wish{asked.from, asked.who, wanted.changes};
  changes_under_way_.push_back(wish);
  const auto done =
      room_.configure(asked.who, wanted.changes, {asked.from.shard, asked.from.number}, unix_now());
  if (!(done && *done)) changes_under_way_.pop_back();
  if (!done) return refuse(asked.from, done.error().why, {}, done.error().retry_after);
  if (!*done) return tell_details_to(asked.from, asked.who);
  shared_.directory.update(room_);
}

void room_home::changed(const change& done, const chat::room_changes& changes, bool stored) {
  shared_.audit.write({.at = unix_now(),
                       .room = name_.str(),
                       .by = done.who.user,
                       .what = "configure",
                       .details = describe(changes)});
  if (!stored) return refuse(done.asked_by, not_stored_yet());
  tell_details_to(done.asked_by, done.who);
}

void room_home::on(const tell_details&, const room_request& asked) {
  tell_details_to(asked.from, asked.who);
}

void room_home::tell_details_to(socket_id to, const chat::actor& who) {
  if (room_.record().rank_of(who) == chat::rank::member)
    return refuse(
        to, {chat::error_code::forbidden, "Only a moderator of the room " + name_.str() + " may see that."});
  answer(to, told{details_json()});
}

std::string room_home::details_json() const {
  return chat::to_json(room_.details(unix_now()));
}

// Its name was given away before: claim() has refused it.
void room_home::on(const make_room&, const room_request&) {}

}  // namespace parley
