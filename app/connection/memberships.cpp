// What a session does about the frames that concern rooms.

#include <algorithm>

#include "app/accounts/accounts.hpp"
#include "app/connection/session.hpp"
#include "app/log.hpp"
#include "app/rooms/wall_clock.hpp"
#include "app/services.hpp"
#include "app/shard.hpp"

namespace parley {
namespace {

constexpr chat::milliseconds one_room_takes{500};     // at most, mostly
constexpr chat::milliseconds longest_opening{5'000};  // of a room that another socket opens
constexpr std::size_t default_history_page = 50, max_history_page = 200;  // messages
constexpr rate questions{100, std::chrono::seconds(10)};  // of one socket: enough to scroll, and to catch up

constexpr std::size_t search_page_size = 20;
constexpr rate searches{10, std::chrono::seconds(10)};  // of one socket
constexpr rate acts{10, std::chrono::seconds(10)};  // of one socket: each goes to the disk, and to the audit
constexpr rate typing_signs{1, std::chrono::seconds(2)};  // of one socket; more go nowhere

}  // namespace

// --- rooms ---

session::membership* session::find_membership(const chat::room_name& room) {
  const auto found =
      std::find_if(rooms_.begin(), rooms_.end(), [&](const auto& in) { return in->room == room; });
  return found == rooms_.end() ? nullptr : found->get();
}

void session::on(const chat::join_frame& frame) {
  const auto name = chat::room_name::parse(frame.room);
  if (!name) return refuse(name.error(), {}, frame.room);
  auto* known = find_membership(*name);
  if (known && !known->entered) {  // the answer is on its way
    known->leaving = false;
    return;
  }

  if (const auto two = name->direct(); two && !known) {
    const bool first = two->first == me_.key;
    if (!first && two->second != me_.key)
      return refuse({chat::error_code::forbidden, "This room belongs to two others."}, {}, frame.room);
    if (!here_.shared().directory.knows(*name))
      return spawn(open_direct_room(*name, first ? two->second : two->first, frame), *name);
  }

  enter(*name, frame);
}

void session::enter(const chat::room_name& name, const chat::join_frame& frame) {
  auto* known = find_membership(name);
  if (known && !known->entered) return;
  rooms::entrance entering{id_, {me_, {}, frame.invite}, known != nullptr};
  if (frame.after) entering.request.resume_at = chat::room::position{frame.epoch, *frame.after};
  if (known) {
    // Told once more: the answer says all up to its seq, and the stream goes on behind it.
    here_.local_rooms().remove_local(name, known->place);
    known->entered = false;
  } else if (rooms_.size() >= max_rooms) {
    return refuse({chat::error_code::forbidden, "You are in too many rooms."}, {}, frame.room);
  } else {
    rooms_.push_back(std::make_unique<membership>(name, *this));
  }
  here_.local_rooms().join(name, std::move(entering));
}

void session::entered(const chat::room_name& room, std::string_view joined_frame, rooms::seat where) {
  auto* in = find_membership(room);
  if (!in) return here_.local_rooms().leave(room, me_.user);  // it is closing
  deliver(joined_frame);
  if (in->leaving) {
    std::erase_if(rooms_, [in](const auto& other) { return other.get() == in; });
    return here_.local_rooms().leave(room, me_.user);
  }
  in->entered = true;
  here_.local_rooms().add_local(room, in->place, where);
}

void session::not_entered(const chat::room_name& room, const chat::refusal& why) {
  std::erase_if(rooms_, [&](const auto& in) { return in->room == room; });
  refuse(why, {}, room.str());
}

void session::on(const chat::leave_frame& frame) {
  const auto name = chat::room_name::parse(frame.room);
  if (!name) return refuse(name.error(), {}, frame.room);
  auto* in = find_membership(*name);
  const bool is_in = in && !in->leaving;
  if (!is_in && !frame.for_good)
    return refuse({chat::error_code::not_member, "You are not in the room " + name->str() + "."}, {},
                  frame.room);
  if (is_in && in->entered) {
    leave(*in);
    std::erase_if(rooms_, [&](const auto& other) { return other->room == *name; });
  } else if (is_in) {
    in->leaving = true;
  }
  if (frame.for_good) here_.local_rooms().give_up(*name, me_);
}

void session::leave(membership& in) {
  if (!in.entered) return;  // entered() finds that it is not wanted any more
  here_.local_rooms().remove_local(in.room, in.place);
  here_.local_rooms().leave(in.room, me_.user);
}

void session::leave_chat() {
  for (const auto& in : rooms_) leave(*in);
  rooms_.clear();
  if (std::exchange(attached_, false)) here_.shared().logins.detach(*login_, id_, chat::clock::now());
}

void session::on(const chat::message_frame& frame) {
  const auto name = chat::room_name::parse(frame.room);
  if (!name) return refuse(name.error(), frame.id, frame.room);
  const auto* in = find_membership(*name);
  if (!in || in->leaving)
    return refuse({chat::error_code::not_member, "Join the room " + name->str() + " first."}, frame.id,
                  frame.room);
  const auto text = chat::message_text::parse(frame.text, limits_.message_length);
  if (!text) return refuse(text.error(), frame.id, frame.room);

  if (here_.is_closing())
    return refuse({chat::error_code::unavailable, "The server is restarting."}, frame.id, frame.room);

  const auto now = chat::clock::now();
  if (const auto wait = login_->messages().try_take(now, limits_.message_interval))
    return refuse(
        {chat::error_code::rate_limited, "One message every " + to_text(limits_.message_interval) + "."},
        frame.id, frame.room, wait);
  if (frame.id.empty()) note_activity(now);
  here_.local_rooms().publish(*name, {me_, frame.id, *text, {id_.shard, id_.number}});
}

void session::on(const chat::history_frame& frame) {
  const auto* in = entered_room(frame.room);
  if (!in) return;
  if (frame.limit && (*frame.limit == 0 || *frame.limit > max_history_page))
    return refuse({chat::error_code::bad_field, "The field \"limit\" has to be a number from 1 to " +
                                                    std::to_string(max_history_page) + "."},
                  {}, frame.room);
  if (!may_ask(frame.room)) return;
  page_is_coming_ = true;
  using direction = chat::room_log::range::direction;
  here_.local_rooms().read(
      in->room, id_,
      {frame.before ? direction::before : direction::after, frame.before ? *frame.before : *frame.after,
       static_cast<std::size_t>(frame.limit.value_or(default_history_page))});
}

void session::show_history(std::string_view json) {
  page_is_coming_ = false;
  send(json);
}

// --- what those who look after rooms do ---

void session::moderated(const chat::room_name& room, std::string_view json, bool goes) {
  auto* in = find_membership(room);
  if (!in || !in->entered) return;
  send(json);
  if (!goes) return;
  leave(*in);
  std::erase_if(rooms_, [&](const auto& other) { return other->room == room; });
}

void session::on(const chat::configure_frame& frame) {
  const auto name = chat::room_name::parse(frame.room);
  if (!name) return refuse(name.error(), {}, frame.room);
  // Whether these two talk to each other is nobody's business.
  if (name->direct())
    return refuse({chat::error_code::forbidden, "A room of two has no settings."}, {}, frame.room);
  if (!in_pace(acts_, acts, frame.room)) return;
  if (frame.changes == chat::room_changes{}) return here_.local_rooms().tell_settings(*name, id_, me_);
  here_.local_rooms().configure(*name, id_, me_, frame.changes);
}

void session::on(const chat::moderate_frame& frame) {
  const auto name = chat::room_name::parse(frame.room);
  if (!name) return refuse(name.error(), {}, frame.room);
  if (name->direct())
    return refuse({chat::error_code::forbidden, "Nobody moderates a room of two."}, {}, frame.room);
  if (!in_pace(acts_, acts, frame.room)) return;
  auto act = frame.act;
  if (act.act != chat::moderation_act::remove) {
    const auto user = here_.shared().users.name_of(act.user);
    if (!user)
      return refuse({chat::error_code::no_such_user, "There is no user of that name."}, {}, frame.room);
    act.user = user->display();
    act.key = user->key();
    act.is_operator = is_operator(act.key);
  }
  here_.local_rooms().moderate(*name, id_, me_, std::move(act));
}

void session::on(const chat::create_frame& frame) {
  const auto name = chat::room_name::parse(frame.room);
  if (!name) return refuse(name.error(), {}, frame.room);
  if (name->direct())
    return refuse({chat::error_code::bad_field, "A room of two is made by joining it."}, {}, frame.room);
  const auto most = here_.shared().settings.rooms.capacity;
  if (frame.settings.capacity && most != 0 && *frame.settings.capacity > most)
    return refuse(
        {chat::error_code::bad_field, "A room's capacity is at most " + std::to_string(most) + " here."}, {},
        frame.room);
  chat::room_record record;
  record.owner = me_.user;
  record.topic = frame.settings.topic.value_or("");
  record.capacity = frame.settings.capacity.value_or(0);
  record.slow_mode = frame.settings.slow_mode.value_or(chat::milliseconds(0));
  record.is_private = frame.settings.is_private.value_or(false);
  if (record.is_private) record.invite = rooms::new_invite();
  spawn(create_room(*name, std::move(record)), *name);
}

// Runs beside the message loop: it waits for the disk.
void session::spawn(net::awaitable<void> errand, const chat::room_name& room) {
  if (std::exchange(opening_room_, true))
    return refuse({chat::error_code::rate_limited, "One room at a time: wait for the one you asked for."}, {},
                  room.str(), one_room_takes);
  asio::co_spawn(here_.io(), std::move(errand),
                 [self = shared_from_this(), room](const std::exception_ptr& failure) {
                   self->opening_room_ = false;
                   if (failure)
                     spdlog::error("the room {} could not be made for {}", room.str(), self->me_.user);
                 });
}

// Makes a room whose name was claimed. It is there afterwards, or its maker has been told why not. The next
// one may be asked for as soon as there is an answer.
net::awaitable<bool> session::open_room(chat::room_name name, chat::room_record record) {
  auto& shared = here_.shared();
  auto open = [&shared, name, record] { return shared.open_log(name, record); };
  struct claim {  // the name is free again, unless the room is made
    room_directory& directory;
    const chat::room_name& name;
    bool is_used = false;
    ~claim() {
      if (!is_used) directory.give_back(name);
    }
  } claimed{shared.directory, name};
  auto opening = shared.openers.run(std::move(open));
  auto log = co_await std::move(opening);
  opening_room_ = false;
  if (log && *log) {
    here_.local_rooms().create(name, std::move(record), std::move(**log));
    claimed.is_used = true;
    co_return true;
  }
  if (log) spdlog::error("{}", log->error());
  refuse({chat::error_code::unavailable, "The room could not be made. Try again."}, {}, name.str());
  co_return false;
}

net::awaitable<void> session::create_room(chat::room_name name, chat::room_record record) {
  const auto self = shared_from_this();
  if (const auto claimed = here_.shared().directory.claim(name, me_); !claimed) {
    opening_room_ = false;
    refuse(claimed.error(), {}, name.str());
    co_return;
  }
  const auto topic = record.topic;
  auto opening = open_room(name, std::move(record));
  const bool opened = co_await std::move(opening);
  if (!opened) co_return;
  here_.shared().audit.write(
      {.at = unix_now(), .room = name.str(), .by = me_.user, .what = "create", .details = topic});
  here_.local_rooms().tell_settings(name, id_, me_);
}

net::awaitable<void> session::open_direct_room(chat::room_name name, std::string other,
                                               chat::join_frame frame) {
  const auto self = shared_from_this();
  if (!here_.shared().users.name_of(other)) {
    opening_room_ = false;
    refuse({chat::error_code::no_such_user, "There is no user of that name."}, {}, frame.room);
    co_return;
  }
  // Whoever claims it first makes it: another shard may do so between any two lines here, and the other one,
  // or another tab, may be making it this very moment.
  auto& directory = here_.shared().directory;
  const auto last_look = chat::clock::now() + longest_opening;
  auto claimed = directory.claim(name, me_);
  while (!claimed && claimed.error().code == chat::error_code::name_taken && !directory.knows(name) &&
         phase_ == phase::chat && chat::clock::now() < last_look) {
    net::timer moment(here_.io(), one_room_takes / 10);
    co_await moment.async_wait(net::use_tuple);
    claimed = directory.claim(name, me_);
  }
  if (claimed) {
    chat::room_record record;
    record.is_private = true;
    record.opened_by = me_.key;
    record.members = {me_.key, other};
    auto opening = open_room(name, std::move(record));
    const bool opened = co_await std::move(opening);
    if (!opened) co_return;
    here_.local_rooms().invite(name, {me_.key, other}, me_.user);
  }
  opening_room_ = false;
  if (!claimed && claimed.error().code != chat::error_code::name_taken) {
    refuse(claimed.error(), {}, frame.room);
    co_return;
  }
  if (phase_ == phase::chat) enter(name, frame);
}

// --- questions ---

// The room, where this socket is in it; else says that it is not.
session::membership* session::entered_room(const std::string& room) {
  const auto name = chat::room_name::parse(room);
  if (!name) {
    refuse(name.error(), {}, room);
    return nullptr;
  }
  auto* in = find_membership(*name);
  if (in && in->entered && !in->leaving) return in;
  refuse({chat::error_code::not_member, "Join the room " + name->str() + " first."}, {}, room);
  return nullptr;
}

// Whether one more question may go to the disk now; else says why not.
bool session::may_ask(const std::string& room) {
  if (page_is_coming_) {
    refuse({chat::error_code::rate_limited, "One page at a time: wait for the one you asked for."}, {}, room);
    return false;
  }
  return in_pace(questions_, questions, room);
}

// Else says when to ask again.
bool session::in_pace(chat::burst_limiter& pace, const rate& most, const std::string& room) {
  const auto now = chat::clock::now();
  if (pace.try_take(now, most.count, most.per)) return true;
  refuse({chat::error_code::rate_limited, "So much so fast is too much: at most " + to_text(most) + "."}, {},
         room, chat::until(now, now + pace.wait(now, most.count, most.per)));
  return false;
}

void session::on(const chat::unread_frame& frame) {
  const auto* in = entered_room(frame.room);
  if (!in) return;
  if (!in_pace(questions_, questions, frame.room)) return;
  here_.local_rooms().count_unread(in->room, id_, frame.after, me_.user);
}

void session::on(const chat::rooms_frame& frame) {
  if (!in_pace(questions_, questions, {})) return;
  send(chat::to_json(here_.shared().directory.list(me_, frame.query)));
}

void session::on(const chat::search_frame& frame) {
  chat::sqlite_history::wanted_search wanted;
  if (!frame.room.empty()) {
    const auto* in = entered_room(frame.room);
    if (!in) return;
    wanted.rooms.push_back(in->room.str());
  } else {
    for (const auto& in : rooms_)
      if (in->entered) wanted.rooms.push_back(in->room.str());
  }
  auto* const history = here_.shared().history;
  if (!history)
    return refuse(
        {chat::error_code::unavailable, "Nothing can be searched here: no history is kept on disk."}, {},
        frame.room);
  if (!may_ask(frame.room) || !in_pace(searches_, searches, frame.room)) return;
  wanted.query = frame.query;
  wanted.before = frame.before.value_or(chat::search_position{});
  wanted.limit = search_page_size;
  auto home = [&io = here_.io()](std::function<void()> then) { asio::post(io, std::move(then)); };
  auto answer = [&here = here_, number = id_.number,
                 room = frame.room](const std::optional<chat::search_page>& page) {
    auto* const asking = here.find(number);
    if (asking) asking->show_found(page, room);
  };
  page_is_coming_ = history->search(std::move(wanted), std::move(home), std::move(answer));
  if (!page_is_coming_) show_found(std::nullopt, frame.room);
}

void session::show_found(const std::optional<chat::search_page>& page, const std::string& room) {
  page_is_coming_ = false;
  if (page && page->out_of_time)
    return refuse({chat::error_code::unavailable, "Too much was said with these words: add another word."},
                  {}, room);
  if (page) return send(chat::to_json(*page));
  refuse({chat::error_code::unavailable, "The history could not be searched. Try again."}, {}, room);
}

void session::on(const chat::typing_frame& frame) {
  const auto* in = entered_room(frame.room);
  if (in && typing_.try_take(chat::clock::now(), typing_signs.count, typing_signs.per))
    here_.local_rooms().say_typing(in->room, me_);
}

}  // namespace parley
