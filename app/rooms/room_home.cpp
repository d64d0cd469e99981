#include "app/rooms/room_home.hpp"

#include "app/rooms/invite.hpp"
#include "app/rooms/wall_clock.hpp"
#include "net/websocket.hpp"

namespace parley {
namespace {

chat::room_settings settings_of_room(const config& settings) {
  const bool keeps = settings.history.mode != history_mode::off;
  return {settings.rooms.capacity, settings.presence.detail_limit, keeps ? settings.history.on_join : 0,
          new_invite};
}

socket_id socket_of(const chat::log_origin& origin) {
  return {origin.shard, origin.number};
}

constexpr auto* damaged = "The history of this server is damaged. Whoever operates it has to see to it.";

// Why, and when to try again.
std::pair<chat::refusal, std::optional<chat::milliseconds>> history_is_unreadable(bool is_damaged) {
  if (is_damaged) return {{chat::error_code::unavailable, damaged}, {}};
  return {{chat::error_code::unavailable, "The history could not be read. Try again."}, chat::retry_storing};
}

}  // namespace

room_home::room_home(const room_context& shared, const chat::room_name& name, chat::room_record record,
                     std::unique_ptr<chat::room_log> log)
    : shared_(shared),
      name_(name),
      room_(name, settings_of_room(shared.settings), std::move(record), std::move(log)),
      sockets_(shared.around.shard_count()),
      flushes_(shared, name_, room_, sockets_),
      presence_(shared, room_, flushes_),
      retry_timer_(shared.io) {
  room_.listen([this](const chat::room::published& news) { published(news); });
  shared_.directory.update(room_);
}

void room_home::handle(room_request asked) {
  std::visit([&](auto& wanted) { on(wanted, asked); }, asked.what);
}

void room_home::answer(socket_id to, decltype(room_answer::what) what) {
  shared_.around.answer({name_, to, std::move(what)});
}

void room_home::refuse(socket_id to, chat::refusal why, std::string id,
                       std::optional<chat::milliseconds> retry_after) {
  const auto code = why.code;
  const chat::error_frame frame{std::move(why), std::move(id), name_.str(), retry_after};
  answer(to, refused{chat::to_json(frame), code});
}

// --- coming and going ---

void room_home::on(const join_room& wanted, const room_request& asked) {
  const auto& who = asked.who;
  const bool is_in = sockets_.has(who.key, asked.from);
  if (wanted.again && !(is_in && room_.may_stay(who))) {  // was put out while this was on its way
    on(leave_room{}, asked);
    return answer(asked.from, not_entered{{chat::error_code::forbidden,
                                           "You are not in the room " + name_.str() + " any more."}});
  }
  const bool was_known = room_.record().admits(who);
  const chat::room::entry_request request{who, wanted.resume_at, wanted.invite};
  if (!is_in) sockets_.add(who, asked.from);
  auto joined = is_in ? room_.describe(request, unix_now()) : room_.join(request, unix_now());
  if (!joined) {
    sockets_.remove(who.key, asked.from);
    return answer(asked.from, not_entered{std::move(joined.error())});
  }
  was_known ? shared_.directory.update_count(room_) : shared_.directory.update(room_);
  presence_.changed();

  // The answer says all up to now. The next batch begins with frames that were gathered before it: those are
  // skipped. Answer and batches take the same way to the socket's shard, so nothing falls between them.
  entered news{who, {}, flushes_.next_seat()};
  net::append_frame(news.frame, net::opcode::text, chat::to_json(*joined));
  answer(asked.from, std::move(news));
}

void room_home::on(const leave_room&, const room_request& asked) {
  const auto left = sockets_.remove(asked.who.key, asked.from);
  if (!left) return;  // has been put out meanwhile
  room_.leave(left->user);
  shared_.directory.update_count(room_);
  presence_.changed();
}

void room_home::on(const give_up_room&, const room_request& asked) {
  const auto& who = asked.who;
  if (room_.give_up(who, unix_now())) shared_.directory.update(room_);
  put_out_all_of(who.key, {name_.str(), who.user, {}, false});
}

void room_home::put_out_all_of(const std::string& user_key, const chat::left& why) {
  const auto places = sockets_.of(user_key);
  if (places.empty()) return;
  for (const auto& each : places) {
    sockets_.remove(user_key, each.socket);
    room_.leave(each.user);
  }
  shared_.directory.update_count(room_);
  presence_.changed();
  for (const auto& each : places) answer(each.socket, put_out{chat::to_json(why)});
}

// --- messages ---

void room_home::on(publish_message& wanted, room_request& asked) {
  const auto from = asked.from;
  if (flushes_.is_too_busy())
    return refuse(from, {chat::error_code::unavailable, "The room is too busy. Try again."},
                  std::move(wanted.id), chat::retry_storing);
  const chat::room::submission message{
      std::move(asked.who), std::move(wanted.id), std::move(wanted.text), {from.shard, from.number}};
  if (const auto taken = room_.publish(message, chat::clock::now(), unix_now()); !taken)
    return refuse(from, taken.error().why, message.id, taken.error().retry_after);
  if (const auto other = room_.call_back(message.who, unix_now())) {
    shared_.directory.update(room_);
    shared_.around.tell_user(*other, chat::invited_json(name_.str(), message.who.user));
  }
}

void room_home::published(const chat::room::published& news) {
  using outcome = chat::room_log::outcome;
  const auto& entry = news.entry;
  if (news.what == outcome::shown) return flushes_.gather(*news.frame);
  if (!entry.record.empty() && entry.origin.number != 0) {  // else nobody has asked
    const auto done = std::move(changes_under_way_.front());
    changes_under_way_.pop_front();
    changed(done, news.what == outcome::stored);
  }
  if (news.what == outcome::failed || news.what == outcome::missing) return failed(news);
  // The ack goes out now and the message with the next flush: the ack is first, where nothing is shown before
  // it is stored.
  if (!entry.id.empty())
    answer(socket_of(entry.origin), acknowledged{chat::to_json(chat::ack{entry.id, name_.str(), news.seq}),
                                                 news.what == outcome::repeated});
  if (news.what == outcome::stored && entry.kind == chat::event_kind::removal)
    shared_.audit.write({.at = unix_now(),
                         .room = name_.str(),
                         .by = entry.user,
                         .what = to_word(chat::moderation_act::remove),
                         .seq = entry.target,
                         .details = entry.text});
  if (news.frame) flushes_.gather(*news.frame);
}

void room_home::failed(const chat::room::published& news) {
  const auto& entry = news.entry;
  if (!entry.record.empty()) return store_again_later();
  const auto who = socket_of(entry.origin);
  if (news.what == chat::room_log::outcome::missing)
    return refuse(who, {chat::error_code::no_such_message, "This message is not there any more."});
  if (room_.is_damaged()) return refuse(who, {chat::error_code::unavailable, damaged}, entry.id);
  const bool is_message = entry.kind == chat::event_kind::message;
  refuse(who,
         {chat::error_code::unavailable, is_message ? "The message could not be stored. Try again."
                                                    : "The removal could not be stored. Try again."},
         entry.id, chat::retry_storing);
}

void room_home::store_again_later() {
  if (std::exchange(retry_scheduled_, true)) return;
  retry_timer_.expires_after(chat::retry_storing);
  retry_timer_.async_wait([this](const std::error_code& error) {
    if (error) return;
    retry_scheduled_ = false;
    room_.store_again();
    if (room_.has_unstored()) store_again_later();
  });
}

// --- questions ---

void room_home::on(const read_page& wanted, const room_request& asked) {
  const auto then = [this, from = asked.from](std::optional<chat::room_log::page> found) {
    if (found)
      return answer(from, page{chat::to_json(chat::history_page{name_.str(), std::move(found->messages),
                                                                found->more, found->complete})});
    auto [why, retry] = history_is_unreadable(room_.is_damaged());
    answer(from, page{chat::to_json(chat::error_frame{std::move(why), {}, name_.str(), retry})});
  };
  if (!room_.read(wanted.wanted, asked.who.key, then)) then(std::nullopt);
}

void room_home::on(const count_unread& wanted, const room_request& asked) {
  const auto then = [this, from = asked.from, after = wanted.after](std::optional<std::size_t> count) {
    if (!count) {
      auto [why, retry] = history_is_unreadable(room_.is_damaged());
      return refuse(from, std::move(why), {}, retry);
    }
    const chat::unread frame{name_.str(), after, *count, *count == chat::room_log::max_unread};
    answer(from, told{chat::to_json(frame)});
  };
  if (!room_.count_unread(wanted.after, asked.who.user, then)) then(std::nullopt);
}

void room_home::on(const say_typing&, const room_request& asked) {
  const auto& who = asked.who;
  const bool heard =
      room_.has(who.user) && room_.names_members() && !room_.record().mute_left(who.key, unix_now());
  if (heard) flushes_.gather(chat::typing_json(name_.str(), who.user));
}

}  // namespace parley
