#include "app/connection/memberships.hpp"

#include <algorithm>

namespace parley {
namespace {

using state = chat::membership_state;
using event = chat::membership_event;
using action = chat::membership_action;

constexpr chat::milliseconds one_room_takes{500};  // to be made, at most, mostly

bool gives_place_up(action act) {
  return act == action::ask_again || act == action::go || act == action::be_gone;
}

}  // namespace

memberships::membership* memberships::find(const chat::room_name& room) const {
  const auto found = std::ranges::find_if(rooms_, [&](const auto& each) { return each->room == room; });
  return found == rooms_.end() ? nullptr : found->get();
}

state memberships::state_of(const chat::room_name& room) const {
  const auto* known = find(room);
  return known ? known->state : state::outside;
}

// Takes the step; what the socket and the home are told about it is the caller's.
action memberships::take(const chat::room_name& room, event what) {
  auto* known = find(room);
  const auto step = chat::next_step(known ? known->state : state::outside, what);
  if (known && gives_place_up(step.act)) who_.here.members.remove(room, known->place);
  if (step.next == state::outside) {
    std::erase_if(rooms_, [known](const auto& each) { return each.get() == known; });
  } else {
    if (!known) known = rooms_.emplace_back(std::make_unique<membership>(room, who_.out)).get();
    known->state = step.next;
  }
  return step.act;
}

// --- what the client wants ---

void memberships::on(const chat::join_frame& frame) {
  const auto name = chat::room_name::parse(frame.room);
  if (!name) return who_.out.refuse(name.error(), {}, frame.room);
  if (state_of(*name) == state::outside && !may_open(*name, frame.room)) return;
  const auto act = take(*name, event::join);
  if (act != action::ask && act != action::ask_again) return;  // the answer is on its way
  join_room wanted{{}, frame.invite, act == action::ask_again};
  if (frame.after) wanted.resume_at = chat::room::position{frame.epoch, *frame.after};
  who_.ask(*name, std::move(wanted));
}

// Whether the socket may ask to be let in; else says why not.
bool memberships::may_open(const chat::room_name& room, const std::string& asked) {
  const auto refuse = [&](chat::error_code code, std::string message) {
    who_.out.refuse({code, std::move(message)}, {}, asked);
    return false;
  };
  const auto two = room.direct();
  const auto& key = who_.me.key;
  if (two && two->first != key && two->second != key)
    return refuse(chat::error_code::forbidden, "This room belongs to two others.");
  if (rooms_.size() >= most) return refuse(chat::error_code::forbidden, "You are in too many rooms.");
  if (!two || who_.here.shared.rooms.knows(room)) return true;
  // It is made, for these two.
  if (!who_.here.shared.users.name_of(two->first == key ? two->second : two->first))
    return refuse(chat::error_code::no_such_user, "There is no user of that name.");
  return begin_making(room);
}

bool memberships::begin_making(const chat::room_name& room) {
  if (being_made_) {
    who_.out.refuse({chat::error_code::rate_limited, "One room at a time: wait for the one you asked for."},
                    {}, room.str(), one_room_takes);
    return false;
  }
  being_made_ = room;
  return true;
}

void memberships::end_making(const chat::room_name& room) {
  if (being_made_ == room) being_made_.reset();
}

void memberships::on(const chat::leave_frame& frame) {
  const auto name = chat::room_name::parse(frame.room);
  if (!name) return who_.out.refuse(name.error(), {}, frame.room);
  const auto act = take(*name, event::leave);
  if (act == action::refuse && !frame.for_good)
    return refuse_not_in(frame.room, "You are not in the room " + name->str() + ".");
  if (act == action::go) who_.ask(*name, leave_room{});
  if (frame.for_good) who_.ask(*name, give_up_room{});
}

void memberships::leave_all() {
  while (!rooms_.empty()) {
    const auto room = rooms_.back()->room;
    const auto act = take(room, event::leave);
    if (act == action::go)
      who_.ask(room, leave_room{});
    else
      rooms_.pop_back();
  }
}

// --- what the homes say ---

void memberships::on(const chat::room_name& room, const entered& news) {
  end_making(room);
  switch (take(room, event::entered)) {
    case action::take_place:
      who_.out.deliver(news.frame);
      who_.here.members.add(room, find(room)->place, news.where);
      return;
    case action::see_and_go:
      who_.out.deliver(news.frame);
      return who_.ask(room, leave_room{});
    case action::go_back:
      return who_.ask(room, leave_room{});
    default:
      return;
  }
}

void memberships::on(const chat::room_name& room, const not_entered& news) {
  end_making(room);
  if (take(room, event::not_entered) == action::tell) who_.out.refuse(news.why, {}, room.str());
}

void memberships::on(const chat::room_name& room, const put_out& news) {
  const auto act = take(room, event::put_out);
  if (act == action::be_gone || act == action::tell) who_.out.send(news.json);
}

void memberships::on(const chat::room_name& room, const stands& news) {
  if (state_of(room) == state::in) who_.out.send(news.json);
}

// --- who asks whether it is in ---

bool memberships::may_speak_in(const chat::room_name& room) const {
  const auto now = state_of(room);
  return now == state::in || now == state::entering || now == state::asking_again;
}

void memberships::refuse_not_in(const std::string& room, std::string message) const {
  who_.out.refuse({chat::error_code::not_member, std::move(message)}, {}, room);
}

std::optional<chat::room_name> memberships::entered_room(const std::string& room) const {
  const auto name = chat::room_name::parse(room);
  if (!name) {
    who_.out.refuse(name.error(), {}, room);
    return std::nullopt;
  }
  if (state_of(*name) == state::in) return *name;
  refuse_not_in(room, "Join the room " + name->str() + " first.");
  return std::nullopt;
}

std::vector<std::string> memberships::entered_rooms() const {
  std::vector<std::string> names;
  for (const auto& each : rooms_)
    if (each->state == state::in) names.push_back(each->room.str());
  return names;
}

}  // namespace parley
