#include "app/connection/room_keeping.hpp"

#include <algorithm>

namespace parley {

bool is_operator(const config& settings, const std::string& user_key) {
  return std::ranges::find(settings.auth.operators, user_key) != settings.auth.operators.end();
}

void room_keeping::on(const chat::create_frame& frame) {
  const auto refuse = [&](chat::refusal why) { who_.out.refuse(std::move(why), {}, frame.room); };
  const auto name = chat::room_name::parse(frame.room);
  if (!name) return refuse(name.error());
  if (name->direct()) return refuse({chat::error_code::bad_field, "A room of two is made by joining it."});
  const auto most = who_.here.shared.settings.rooms.capacity;
  if (frame.settings.capacity && most != 0 && *frame.settings.capacity > most)
    return refuse(
        {chat::error_code::bad_field, "A room's capacity is at most " + std::to_string(most) + " here."});
  if (!rooms_.begin_making(*name)) return;
  chat::room_record record;
  record.owner = who_.me.user;
  record.topic = frame.settings.topic.value_or("");
  record.capacity = frame.settings.capacity.value_or(0);
  record.slow_mode = frame.settings.slow_mode.value_or(chat::milliseconds(0));
  record.is_private = frame.settings.is_private.value_or(false);
  who_.ask(*name, make_room{std::move(record)});
}

void room_keeping::on(const chat::room_name& room, const made& answer) {
  rooms_.end_making(room);
  answer.why_not ? who_.out.refuse(*answer.why_not, {}, room.str()) : who_.out.send(answer.json);
}

void room_keeping::on(const chat::configure_frame& frame) {
  const auto name = chat::room_name::parse(frame.room);
  if (!name) return who_.out.refuse(name.error(), {}, frame.room);
  // Whether these two talk to each other is nobody's business.
  if (name->direct())
    return who_.out.refuse({chat::error_code::forbidden, "A room of two has no settings."}, {}, frame.room);
  if (!may_act(frame.room)) return;
  if (frame.changes == chat::room_changes{}) return who_.ask(*name, tell_details{});
  who_.ask(*name, configure_room{frame.changes});
}

void room_keeping::on(const chat::moderate_frame& frame) {
  const auto name = chat::room_name::parse(frame.room);
  if (!name) return who_.out.refuse(name.error(), {}, frame.room);
  if (name->direct())
    return who_.out.refuse({chat::error_code::forbidden, "Nobody moderates a room of two."}, {}, frame.room);
  if (!may_act(frame.room)) return;
  auto act = frame.act;
  if (act.act != chat::moderation_act::remove) {
    const auto user = who_.here.shared.users.name_of(act.user);
    if (!user)
      return who_.out.refuse({chat::error_code::no_such_user, "There is no user of that name."}, {},
                             frame.room);
    act.user = user->display();
    act.key = user->key();
    act.is_operator = is_operator(who_.here.shared.settings, act.key);
  }
  who_.ask(*name, moderate_room{std::move(act)});
}

}  // namespace parley
