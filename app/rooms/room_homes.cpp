#include "app/rooms/room_homes.hpp"

#include <spdlog/spdlog.h>

#include "app/rooms/invite.hpp"
#include "app/rooms/wall_clock.hpp"

namespace parley {

void room_homes::handle(room_request request) {
  if (std::holds_alternative<make_room>(request.what)) return make(std::move(request));
  if (const auto found = homes_.find(request.room); found != homes_.end())
    return found->second->handle(std::move(request));
  if (!std::holds_alternative<join_room>(request.what)) return refuse_unknown(request);
  if (const auto found = openings_.find(request.room); found != openings_.end())
    found->second.waiting.push_back(std::move(request));
  else if (request.room.direct())
    open_direct(std::move(request));
  else
    refuse_unknown(request);
}

void room_homes::add(const chat::room_name& name, chat::room_record record,
                     std::unique_ptr<chat::room_log> log) {
  homes_.emplace(name, std::make_unique<room_home>(shared_, name, std::move(record), std::move(log)));
}

void room_homes::flush_all() {
  for (const auto& [name, home] : homes_) home->flush();
}

void room_homes::answer(const room_request& to, decltype(room_answer::what) what) {
  shared_.around.answer({to.room, to.from, std::move(what)});
}

void room_homes::refuse_unknown(const room_request& request) {
  const auto& name = request.room.str();
  const chat::refusal no_such_room{chat::error_code::no_such_room, "There is no room " + name + "."};
  const auto error = [&](chat::refusal why, std::string id = {},
                         std::optional<chat::milliseconds> retry_after = {}) {
    return chat::to_json(chat::error_frame{std::move(why), std::move(id), name, retry_after});
  };
  const auto refuse = [&](const chat::refusal& why, std::string id = {}) {
    answer(request, refused{error(why, std::move(id)), why.code});
  };
  if (std::holds_alternative<join_room>(request.what)) {
    answer(request, not_entered{no_such_room});
  } else if (const auto* message = std::get_if<publish_message>(&request.what)) {
    refuse({chat::error_code::not_member, "Join the room " + name + " first."}, message->id);
  } else if (std::holds_alternative<read_page>(request.what)) {
    answer(request, page{error(no_such_room)});
  } else if (std::holds_alternative<count_unread>(request.what) ||
             std::holds_alternative<moderate_room>(request.what) ||
             std::holds_alternative<configure_room>(request.what) ||
             std::holds_alternative<tell_details>(request.what)) {
    refuse(no_such_room);
  }
}

// --- rooms that are made ---

void room_homes::make(room_request request) {
  auto record = std::get<make_room>(request.what).record;
  if (record.is_private) record.invite = new_invite();
  if (auto claimed = shared_.directory.claim(request.room, request.who); !claimed)
    return answer(request, made{{}, std::move(claimed.error())});
  open(std::move(request), std::move(record), false);
}

// Whoever of the two comes first makes their room, and the other finds it being made.
void room_homes::open_direct(room_request request) {
  const auto two = request.room.direct();
  chat::room_record record;
  record.is_private = true;
  record.opened_by = request.who.key;
  record.members = {two->first, two->second};
  if (auto claimed = shared_.directory.claim(request.room, request.who); !claimed)
    return answer(request, not_entered{std::move(claimed.error())});
  open(std::move(request), std::move(record), true);
}

// The name was claimed: it is free again, unless the room is made.
void room_homes::open(room_request asked, chat::room_record record, bool comes_in) {
  const auto name = asked.room;
  try {
    auto& wanted = openings_.emplace(name, opening{asked, std::move(record), {}}).first->second;
    if (comes_in) wanted.waiting.push_back(std::move(asked));
    shared_.around.open_log(name, wanted.record, [this, name](room_surroundings::opened_log log) {
      opened(name, std::move(log));
    });
  } catch (...) {
    openings_.erase(name);
    shared_.directory.give_back(name);
    throw;
  }
}

void room_homes::opened(const chat::room_name& name, room_surroundings::opened_log log) {
  auto wanted = std::move(openings_.extract(name).mapped());
  try {
    if (log) add(name, wanted.record, std::move(*log));
  } catch (const std::exception& error) {
    spdlog::error("the room {} could not be made: {}", name.str(), error.what());
  }
  if (!homes_.contains(name)) {
    shared_.directory.give_back(name);
    return not_opened(wanted, {chat::error_code::unavailable, "The room could not be made. Try again."});
  }
  const auto& maker = wanted.asked.who;
  if (std::holds_alternative<make_room>(wanted.asked.what)) {
    shared_.audit.write({.at = unix_now(),
                         .room = name.str(),
                         .by = maker.user,
                         .what = "create",
                         .details = wanted.record.topic});
    answer(wanted.asked, made{homes_.at(name)->details_json(), {}});
  } else {
    for (const auto& key : wanted.record.members)
      shared_.around.tell_user(key, chat::invited_json(name.str(), maker.user));
  }
  for (auto& request : wanted.waiting) handle(std::move(request));
}

void room_homes::not_opened(const opening& wanted, const chat::refusal& why) {
  if (std::holds_alternative<make_room>(wanted.asked.what)) answer(wanted.asked, made{{}, why});
  for (const auto& request : wanted.waiting) answer(request, not_entered{why});
}

}  // namespace parley
