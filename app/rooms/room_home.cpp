#include "app/rooms/room_home.hpp"

#include <algorithm>

#include "app/connection/session.hpp"
#include "app/log.hpp"
#include "app/rooms/room_flushes.hpp"
#include "app/rooms/wall_clock.hpp"
#include "app/services.hpp"
#include "app/shard.hpp"
#include "auth/encoding.hpp"
#include "net/websocket.hpp"

namespace parley {
namespace {

chat::room_settings settings_of_room(const config& settings) {
  const bool keeps = settings.history.mode != history_mode::off;
  return {settings.rooms.capacity, settings.presence.detail_limit, keeps ? settings.history.on_join : 0,
          rooms::new_invite};
}

socket_id socket_of(const chat::log_origin& origin) {
  return {origin.shard, origin.number};
}

}  // namespace

rooms::rooms(shard& here, const config& settings) : here_(here), settings_(settings) {}
rooms::~rooms() = default;

std::string rooms::new_invite() {
  std::array<std::uint8_t, 12> bytes{};
  auth::fill_random(bytes);
  return auth::base64url(bytes);
}

std::size_t rooms::home_of(const chat::room_name& name, std::size_t shards) {
  return std::hash<std::string>{}(name.str()) % shards;
}

void rooms::create_here(const chat::room_name& name, chat::room_record record,
                        std::unique_ptr<chat::room_log> log) {
  auto made = std::make_unique<hosted_room>(name, std::move(record), std::move(log),
                                            settings_of_room(settings_), settings_.fanout.flush_interval,
                                            settings_.presence.interval, here_.io(), here_.shard_count());
  made->room.listen([this, home = made.get()](const chat::room::published& news) { published(*home, news); });
  here_.shared().directory.update(made->room);
  homes_.emplace(name, std::move(made));
}

rooms::hosted_room* rooms::find_home(const chat::room_name& name) {
  const auto found = homes_.find(name);
  return found == homes_.end() ? nullptr : found->second.get();
}

template <class Function>
void rooms::at_home(const chat::room_name& name, Function function) {
  here_.run_on(home_of(name, here_.shard_count()),
               [function = std::move(function)](shard& there) mutable { function(there.local_rooms()); });
}

// --- what a session asks for, on its shard ---

void rooms::create(const chat::room_name& name, chat::room_record record,
                   std::unique_ptr<chat::room_log> log) {
  at_home(name, [name, record = std::move(record), log = std::move(log)](rooms& home) mutable {
    home.create_here(name, std::move(record), std::move(log));
  });
}

void rooms::join(const chat::room_name& name, entrance request) {
  at_home(name, [name, request = std::move(request)](rooms& home) mutable {
    home.join_here(name, std::move(request));
  });
}

void rooms::leave(const chat::room_name& name, std::string user) {
  at_home(name, [name, user = std::move(user), from = here_.index()](rooms& home) {
    home.leave_here(name, user, from);
  });
}

void rooms::give_up(const chat::room_name& name, chat::actor who) {
  at_home(name, [name, who = std::move(who)](rooms& home) { home.give_up_here(name, who); });
}

void rooms::invite(const chat::room_name& name, const std::vector<std::string>& keys, const std::string& by) {
  for (std::size_t index = 0; index < here_.shard_count(); ++index)
    here_.run_on(index, [keys, json = chat::invited_json(name.str(), by)](shard& there) {
      for (const auto& key : keys)
        for (auto* session : there.sessions_of(key)) session->send(json);
    });
}

void rooms::publish(const chat::room_name& name, chat::room::submission message) {
  at_home(name, [name, message = std::move(message)](rooms& home) { home.publish_here(name, message); });
}

void rooms::read(const chat::room_name& name, socket_id who, const chat::room_log::range& wanted) {
  at_home(name, [name, who, wanted](rooms& home) { home.read_here(name, who, wanted); });
}

void rooms::count_unread(const chat::room_name& name, socket_id who, std::uint64_t after,
                         const std::string& reader) {
  at_home(name, [name, who, after, reader](rooms& home) { home.count_here(name, who, after, reader); });
}

void rooms::say_typing(const chat::room_name& name, chat::actor who) {
  at_home(name, [name, who = std::move(who)](rooms& home) {
    auto* const room = home.find_home(name);
    const bool heard = room && room->room.has(who.user) && room->room.names_members() &&
                       !room->room.record().mute_left(who.key, unix_now());
    if (heard) home.gather(*room, chat::typing_json(name.str(), who.user));
  });
}

void rooms::moderate(const chat::room_name& name, socket_id asked_by, chat::actor who, chat::moderation act) {
  at_home(name, [name, asked_by, who = std::move(who), act = std::move(act)](rooms& home) {
    home.moderate_here(name, asked_by, who, act);
  });
}

void rooms::configure(const chat::room_name& name, socket_id asked_by, chat::actor who,
                      chat::room_changes changes) {
  at_home(name, [name, asked_by, who = std::move(who), changes = std::move(changes)](rooms& home) {
    home.configure_here(name, asked_by, who, changes);
  });
}

void rooms::tell_settings(const chat::room_name& name, socket_id asked_by, chat::actor who) {
  at_home(name, [name, asked_by, who = std::move(who)](rooms& home) {
    home.tell_settings_here(name, asked_by, who);
  });
}

void rooms::add_local(const chat::room_name& name, chat::subscription& place, seat where) {
  local_[name][where.slice].add(place, where.skip);
}

void rooms::remove_local(const chat::room_name& name, chat::subscription& place) {
  place.leave();
  const auto found = local_.find(name);
  const auto& slices = found->second;
  const auto is_empty = [](const chat::fanout& each) { return each.size() == 0; };
  if (std::all_of(slices.begin(), slices.end(), is_empty)) local_.erase(found);
}

// --- what the home does about it, on the home's shard ---

void rooms::join_here(const chat::room_name& name, entrance entering) {
  const auto who = entering.who;
  auto& request = entering.request;
  const auto refuse = [&](chat::refusal why) {
    here_.run_on(who.shard, [who, name, why = std::move(why)](shard& there) {
      if (auto* session = there.find(who.number)) session->not_entered(name, why);
    });
  };
  hosted_room* const home = find_home(name);
  if (!home) return refuse({chat::error_code::no_such_room, "There is no room " + name.str() + "."});

  if (entering.is_in && !home->room.may_stay(request.who)) {  // was put out while this was on its way
    leave_here(name, request.who.user, who.shard);
    return refuse({chat::error_code::forbidden, "You are not in the room " + name.str() + " any more."});
  }
  const bool was_known = home->room.record().admits(request.who);
  auto answer =
      entering.is_in ? home->room.describe(request, unix_now()) : home->room.join(request, unix_now());
  if (!answer) return refuse(answer.error());
  if (!entering.is_in) ++home->sockets_on[who.shard];
  if (was_known)
    here_.shared().directory.update_count(home->room);
  else
    here_.shared().directory.update(home->room);
  schedule_presence(*home);

  // The answer says all up to now. The next batch begins with frames that were gathered before it: those are
  // skipped. Answer and batches take the same way to the session's shard, so nothing falls between them.
  std::string frame;
  net::append_frame(frame, net::opcode::text, chat::to_json(*answer));
  const auto slice = chat::slice_batches::slice_of(home->came++);
  const seat where{slice, home->gathering.size_for(slice)};
  here_.run_on(who.shard, [who, name, user = std::move(request.who.user), frame = std::move(frame),
                           where](shard& there) {
    if (auto* session = there.find(who.number)) {
      session->entered(name, frame, where);
    } else {
      there.local_rooms().leave(name, user);  // it went away while the answer was on its way
    }
  });
}

void rooms::leave_here(const chat::room_name& name, const std::string& user, std::size_t from_shard) {
  hosted_room* const home = find_home(name);
  if (!home) return;
  home->room.leave(user);
  --home->sockets_on[from_shard];
  here_.shared().directory.update_count(home->room);
  schedule_presence(*home);
}

void rooms::publish_here(const chat::room_name& name, const chat::room::submission& message) {
  const auto who = socket_of(message.origin);
  hosted_room* const home = find_home(name);
  if (!home)
    return refuse(who, {{chat::error_code::not_member, "Join the room " + name.str() + " first."},
                        message.id,
                        name.str(),
                        {}});
  if (is_too_busy(*home))
    return refuse(who, {{chat::error_code::unavailable, "The room is too busy. Try again."},
                        message.id,
                        name.str(),
                        chat::retry_storing});
  if (const auto taken = home->room.publish(message, chat::clock::now(), unix_now()); !taken)
    return refuse(who, {taken.error().why, message.id, name.str(), taken.error().retry_after});
  if (const auto other = home->room.call_back(message.who, unix_now())) {
    here_.shared().directory.update(home->room);
    invite(name, {*other}, message.who.user);
  }
}

// What the log has to say about an entry that it was given.
void rooms::published(hosted_room& home, const chat::room::published& news) {
  using outcome = chat::room_log::outcome;
  const auto& entry = news.entry;
  if (news.what == outcome::shown) return gather(home, *news.frame);
  if (!entry.record.empty()) changed(home, news);
  if (news.what == outcome::failed || news.what == outcome::missing) return failed(home, news);
  // The ack goes out now and the message with the next flush: the ack is first, where nothing is shown before
  // it is stored.
  if (!entry.id.empty()) acknowledge(socket_of(entry.origin), home.name, news);
  if (news.what == outcome::stored && entry.kind == chat::event_kind::removal)
    here_.shared().audit.write({.at = unix_now(),
                                .room = home.name.str(),
                                .by = entry.user,
                                .what = to_word(chat::moderation_act::remove),
                                .seq = entry.target,
                                .details = entry.text});
  if (news.frame) gather(home, *news.frame);
}

// What was changed is in force since it was asked for; now whoever asked has an answer.
void rooms::changed(hosted_room& home, const chat::room::published& news) {
  if (news.entry.origin.number == 0) return;  // nobody has asked
  const auto answer = std::move(home.changes_under_way.front());
  home.changes_under_way.pop_front();
  answer(news.what == chat::room_log::outcome::stored);
}

void rooms::store_again_later(hosted_room& home) {
  if (std::exchange(home.retry_scheduled, true)) return;
  home.retry_timer.expires_after(chat::retry_storing);
  home.retry_timer.async_wait([this, &home](const std::error_code& error) {
    if (error) return;
    home.retry_scheduled = false;
    home.room.store_again();
    if (home.room.has_unstored()) store_again_later(home);
  });
}

void rooms::failed(hosted_room& home, const chat::room::published& news) {
  const auto& entry = news.entry;
  if (!entry.record.empty()) return store_again_later(home);
  const auto who = socket_of(entry.origin);
  if (news.what == chat::room_log::outcome::missing)
    return refuse(who, {{chat::error_code::no_such_message, "This message is not there any more."},
                        {},
                        home.name.str(),
                        {}});
  const bool is_message = entry.kind == chat::event_kind::message;
  refuse(who, {{chat::error_code::unavailable, is_message ? "The message could not be stored. Try again."
                                                          : "The removal could not be stored. Try again."},
               entry.id,
               home.name.str(),
               chat::retry_storing});
}

void rooms::refuse(socket_id who, const chat::error_frame& why) {
  here_.run_on(who.shard, [who, code = why.why.code, json = chat::to_json(why)](shard& there) {
    if (auto* session = there.find(who.number)) session->refused(json, code);
  });
}

void rooms::acknowledge(socket_id who, const chat::room_name& room, const chat::room::published& news) {
  here_.run_on(who.shard,
               [who, repeated = news.what == chat::room_log::outcome::repeated,
                json = chat::to_json(chat::ack{news.entry.id, room.str(), news.seq})](shard& there) {
                 if (auto* session = there.find(who.number)) session->acknowledged(json, repeated);
               });
}

void rooms::send(socket_id who, std::string json) {
  here_.run_on(who.shard, [who, json = std::move(json)](shard& there) {
    if (auto* session = there.find(who.number)) session->send(json);
  });
}

void rooms::read_here(const chat::room_name& name, socket_id who, const chat::room_log::range& wanted) {
  const auto answer = [this, name, who](std::optional<chat::room_log::page> page) {
    std::string json;
    if (page)
      json = chat::to_json(
          chat::history_page{name.str(), std::move(page->messages), page->more, page->complete});
    else
      json = chat::to_json(
          chat::error_frame{{chat::error_code::unavailable, "The history could not be read. Try again."},
                            {},
                            name.str(),
                            chat::retry_storing});
    here_.run_on(who.shard, [who, json = std::move(json)](shard& there) {
      if (auto* session = there.find(who.number)) session->show_history(json);
    });
  };
  hosted_room* const home = find_home(name);
  if (!home || !home->room.read(wanted, answer)) answer(std::nullopt);
}

void rooms::count_here(const chat::room_name& name, socket_id who, std::uint64_t after,
                       const std::string& reader) {
  const auto answer = [this, name, who, after](std::optional<std::size_t> count) {
    if (count)
      return send(
          who, chat::to_json(chat::unread{name.str(), after, *count, *count == chat::room_log::max_unread}));
    refuse(who, {{chat::error_code::unavailable, "The history could not be read. Try again."},
                 {},
                 name.str(),
                 chat::retry_storing});
  };
  hosted_room* const home = find_home(name);
  if (!home || !home->room.count_unread(after, reader, answer)) answer(std::nullopt);
}

}  // namespace parley
