#include "app/connection/questions.hpp"

#include "chat/sqlite_history.hpp"

namespace parley {
namespace {

constexpr std::size_t default_history_page = 50, max_history_page = 200;  // messages
constexpr std::size_t search_page_size = 20;

constexpr rate most_typing{1, std::chrono::seconds(2)};  // of one socket; more go nowhere

}  // namespace

// Whether one more question may go to the disk now; else says why not.
bool questions::may_ask(const std::string& room) {
  if (page_is_coming_) {
    who_.out.refuse({chat::error_code::rate_limited, "One page at a time: wait for the one you asked for."},
                    {}, room);
    return false;
  }
  return is_in_pace(room);
}

bool questions::is_in_pace(const std::string& room) {
  return who_.in_pace(who_.login->owner().questions, who_.here.shared.settings.limits.questions, room);
}

void questions::on(const chat::history_frame& frame) {
  const auto room = rooms_.entered_room(frame.room);
  if (!room) return;
  if (frame.limit && (*frame.limit == 0 || *frame.limit > max_history_page))
    return who_.out.refuse({chat::error_code::bad_field, "The field \"limit\" has to be a number from 1 to " +
                                                             std::to_string(max_history_page) + "."},
                           {}, frame.room);
  if (!may_ask(frame.room)) return;
  page_is_coming_ = true;
  using direction = chat::room_log::range::direction;
  who_.ask(*room, read_page{{frame.before ? direction::before : direction::after,
                             frame.before ? *frame.before : *frame.after,
                             static_cast<std::size_t>(frame.limit.value_or(default_history_page))}});
}

void questions::on(const page& answer) {
  page_is_coming_ = false;
  who_.out.send(answer.json);
}

void questions::on(const chat::unread_frame& frame) {
  const auto room = rooms_.entered_room(frame.room);
  if (!room) return;
  if (!is_in_pace(frame.room)) return;
  who_.ask(*room, count_unread{frame.after});
}

void questions::on(const chat::rooms_frame& frame) {
  if (!room_directory::is_next(frame.after))
    return who_.out.refuse(
        {chat::error_code::bad_field, "The field \"after\" has to be the \"next\" of an earlier answer."});
  if (!is_in_pace({})) return;
  who_.out.send(chat::to_json(who_.here.shared.rooms.list(who_.me, frame.query, frame.after)));
}

void questions::on(const chat::search_frame& frame) {
  chat::sqlite_history::wanted_search wanted;
  if (!frame.room.empty()) {
    const auto room = rooms_.entered_room(frame.room);
    if (!room) return;
    wanted.rooms.push_back(room->str());
  } else {
    wanted.rooms = rooms_.entered_rooms();
  }
  auto* const history = who_.here.shared.history;
  if (!history)
    return who_.out.refuse(
        {chat::error_code::unavailable, "Nothing can be searched here: no history is kept on disk."}, {},
        frame.room);
  const auto& most = who_.here.shared.settings.limits.searches;
  if (!may_ask(frame.room) || !who_.in_pace(who_.login->owner().searches, most, frame.room)) return;
  wanted.query = frame.query;
  wanted.asker = who_.me.key;
  wanted.before = frame.before.value_or(chat::search_position{});
  wanted.limit = search_page_size;
  auto home = [&io = who_.here.io](std::function<void()> then) { asio::post(io, std::move(then)); };
  auto answer = [asking = weak_from_this(),
                 room = frame.room](const std::optional<chat::search_page>& found) {
    if (const auto self = asking.lock()) self->show(found, room);
  };
  page_is_coming_ = history->search(std::move(wanted), std::move(home), std::move(answer));
  if (!page_is_coming_) show(std::nullopt, frame.room);
}

void questions::show(const std::optional<chat::search_page>& found, const std::string& room) {
  page_is_coming_ = false;
  const auto* const history = who_.here.shared.history;
  if (!found)
    who_.out.refuse({chat::error_code::unavailable,
                     history && history->is_damaged()
                         ? "The history of this server is damaged. Whoever operates it has to see to it."
                         : "The history could not be searched. Try again."},
                    {}, room);
  else if (found->not_indexed)
    who_.out.refuse({chat::error_code::unavailable,
                     "Not all that was said can be found yet: it is being indexed. Try again in a moment."},
                    {}, room);
  else if (found->out_of_time)
    who_.out.refuse({chat::error_code::unavailable, "Too much was said with these words: add another word."},
                    {}, room);
  else
    who_.out.send(chat::to_json(*found));
}

void questions::on(const chat::typing_frame& frame) {
  const auto room = rooms_.entered_room(frame.room);
  if (room && typing_.try_take(chat::clock::now(), most_typing.count, most_typing.per))
    who_.ask(*room, say_typing{});
}

}  // namespace parley
