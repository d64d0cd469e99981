#include "app/rooms.hpp"

#include <deque>

#include "app/session.hpp"
#include "app/shard.hpp"
#include "app/wall_clock.hpp"
#include "net/websocket.hpp"

namespace parley {
namespace {

// A room that gathers more than this between two flushes is flushed before its time.
constexpr std::size_t largest_batch = 256 * 1024;

// How long who was refused for want of a place to store may wait before the next try.
constexpr chat::milliseconds retry_storing{2000};

chat::room_settings settings_of_room(const config& settings) {
  const bool keeps = settings.history.mode != history_mode::off;
  return {settings.rooms.capacity, settings.presence.detail_limit, keeps ? settings.history.on_join : 0};
}

}  // namespace

// A room at its home, and what it takes to tell the shards: the frames that became due since the last flush,
// and when the next flush and the next presence frame may go.
struct rooms::hosted_room {
  hosted_room(chat::room_name room_name, std::unique_ptr<chat::room_log> log, const config& settings,
              asio::io_context& io, std::size_t shards)
      : name(room_name),
        room(std::move(room_name), settings_of_room(settings), std::move(log)),
        flushes(settings.fanout.flush_interval),
        presences(settings.presence.interval),
        flush_timer(io),
        presence_timer(io),
        sockets_on(shards) {}

  const chat::room_name name;
  chat::room room;
  std::deque<socket_id> publishers;  // of the messages that are being stored, in their order
  std::string gathering;
  chat::pacer flushes, presences;
  net::timer flush_timer, presence_timer;
  bool flush_scheduled = false, presence_scheduled = false;
  std::vector<std::size_t> sockets_on;  // by shard: who gets batches
};

rooms::rooms(shard& here, const config& settings) : here_(here), settings_(settings) {}
rooms::~rooms() = default;

std::size_t rooms::home_of(const chat::room_name& name, std::size_t shards) {
  return std::hash<std::string>{}(name.str()) % shards;
}

void rooms::create(const chat::room_name& name, std::unique_ptr<chat::room_log> log) {
  auto made = std::make_unique<hosted_room>(name, std::move(log), settings_, here_.io(), here_.shard_count());
  made->room.listen(
      [this, home = made.get()](chat::room::published message) { published(*home, std::move(message)); });
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

void rooms::publish(const chat::room_name& name, submission message) {
  at_home(name, [name, message = std::move(message)](rooms& home) mutable {
    home.publish_here(name, std::move(message));
  });
}

void rooms::read(const chat::room_name& name, socket_id who, const chat::room_log::range& wanted) {
  at_home(name, [name, who, wanted](rooms& home) { home.read_here(name, who, wanted); });
}

void rooms::add_local(const chat::room_name& name, chat::subscription& place, std::size_t skip) {
  local_[name].add(place, skip);
}

void rooms::remove_local(const chat::room_name& name, chat::subscription& place) {
  const auto found = local_.find(name);
  found->second.remove(place);
  if (found->second.size() == 0) local_.erase(found);
}

// --- what the home does about it, on the home's shard ---

void rooms::join_here(const chat::room_name& name, entrance request) {
  const auto who = request.who;
  const auto refuse = [&](chat::refusal why) {
    here_.run_on(who.shard, [who, name, why = std::move(why)](shard& there) {
      if (auto* session = there.find(who.number)) session->not_entered(name, why);
    });
  };
  hosted_room* const home = find_home(name);
  if (!home) return refuse({chat::error_code::no_such_room, "There is no room " + name.str() + "."});

  auto answer = request.is_in ? home->room.describe(request.resume_at)
                              : home->room.join(request.user, request.resume_at);
  if (!answer) return refuse(answer.error());
  if (!request.is_in) ++home->sockets_on[who.shard];
  schedule_presence(*home);

  // The answer says all up to now. The next batch begins with frames that were gathered before it: those are
  // skipped. Answer and batches take the same way to the session's shard, so nothing falls between them.
  std::string frame;
  net::append_frame(frame, net::opcode::text, chat::to_json(*answer));
  here_.run_on(who.shard, [who, name, user = std::move(request.user), is_in = request.is_in,
                           frame = std::move(frame), skip = home->gathering.size()](shard& there) {
    if (auto* session = there.find(who.number)) {
      session->entered(name, frame, skip);
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
  schedule_presence(*home);
}

void rooms::publish_here(const chat::room_name& name, submission message) {
  hosted_room* const home = find_home(name);
  if (!home || !home->room.has(message.user))
    return refuse(message.who, {{chat::error_code::not_member, "Join the room " + name.str() + " first."},
                                message.id,
                                name.str(),
                                {}});
  home->publishers.push_back(message.who);
  if (home->room.publish(message.user, message.id, message.text, unix_now())) return;
  home->publishers.pop_back();
  refuse(message.who, {{chat::error_code::unavailable, "More is being said than can be stored. Try again."},
                       message.id,
                       name.str(),
                       retry_storing});
}

// What the log has to say about the oldest message that it was given and had not answered for.
void rooms::published(hosted_room& home, chat::room::published message) {
  const auto who = home.publishers.front();
  home.publishers.pop_front();
  if (message.what == chat::room_log::outcome::failed)
    return refuse(who, {{chat::error_code::unavailable, "The message could not be stored. Try again."},
                        message.id,
                        home.name.str(),
                        retry_storing});
  // The ack goes out now and the message with the next flush: the ack is always first.
  if (!message.id.empty()) acknowledge(who, home.name, message);
  if (message.frame) gather(home, *message.frame);
}

void rooms::acknowledge(socket_id who, const chat::room_name& room, const chat::room::published& message) {
  here_.run_on(who.shard,
               [who, repeated = !message.frame,
                json = chat::to_json(chat::ack{message.id, room.str(), message.seq})](shard& there) {
                 if (auto* session = there.find(who.number)) session->acknowledged(json, repeated);
               });
}

void rooms::refuse(socket_id who, const chat::error_frame& why) {
  here_.run_on(who.shard, [who, json = chat::to_json(why)](shard& there) {
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
                            retry_storing});
    here_.run_on(who.shard, [who, json = std::move(json)](shard& there) {
      if (auto* session = there.find(who.number)) session->show_history(json);
    });
  };
  hosted_room* const home = find_home(name);
  if (!home || !home->room.read(wanted, answer)) answer(std::nullopt);
}

void rooms::gather(hosted_room& home, std::string_view frame) {
  net::append_frame(home.gathering, net::opcode::text, frame);
  if (home.gathering.size() >= largest_batch) return flush(home);
  if (home.flush_scheduled) return;
  home.flush_scheduled = true;
  const auto delay = home.flushes.delay(chat::clock::now());
  if (delay == chat::clock::duration::zero()) {
    // At the end of this turn of the loop: what else arrived in it shares the flush.
    asio::post(here_.io(), [this, &home] { flush(home); });
  } else {
    home.flush_timer.expires_after(delay);
    home.flush_timer.async_wait([this, &home](const std::error_code& error) {
      if (!error) flush(home);
    });
  }
}

void rooms::flush(hosted_room& home) {
  home.flush_scheduled = false;
  if (home.gathering.empty()) return;  // a full batch went out before its time
  home.flushes.went(chat::clock::now());
  const auto frames = std::make_shared<const std::string>(std::exchange(home.gathering, {}));
  for (std::size_t index = 0; index < home.sockets_on.size(); ++index)
    if (home.sockets_on[index] != 0)
      here_.run_on(index, [name = home.name, frames](shard& there) {
        there.local_rooms().deliver_here(name, frames);
      });
}

void rooms::flush_all() {
  for (const auto& [name, home] : homes_) flush(*home);
}

void rooms::schedule_presence(hosted_room& home) {
  if (home.presence_scheduled || !home.room.presence_changed()) return;
  home.presence_scheduled = true;
  home.presence_timer.expires_after(home.presences.delay(chat::clock::now()));
  home.presence_timer.async_wait([this, &home](const std::error_code& error) {
    if (!error) send_presence(home);
  });
}

void rooms::send_presence(hosted_room& home) {
  home.presence_scheduled = false;
  if (!home.room.presence_changed()) return;  // who came has gone again
  home.presences.went(chat::clock::now());
  gather(home, home.room.take_presence());
}

void rooms::deliver_here(const chat::room_name& name, const chat::batch& frames) {
  const auto found = local_.find(name);
  if (found != local_.end()) found->second.deliver(*frames);
}

}  // namespace parley
