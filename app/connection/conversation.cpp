#include "app/connection/conversation.hpp"

#include <algorithm>

#include <spdlog/spdlog.h>

namespace parley {
namespace {

// A visitor made of a lambda for each alternative.
template <class... Each>
struct overloaded : Each... {
  using Each::operator()...;
};
template <class... Each>
overloaded(Each...) -> overloaded<Each...>;  // Clang 16 does not find that by itself

}  // namespace

conversation::conversation(shard_view& here, socket_id socket, const opened_login& opened,
                           std::shared_ptr<live_login> login, outgoing& out, connection_end& owner)
    : who_{here,
           socket,
           {opened.user, opened.user_key, is_operator(here.shared.settings, opened.user_key)},
           out,
           std::move(login)},
      owner_(owner),
      login_expires_(opened.expires),
      rooms_(who_),
      questions_(std::make_shared<questions>(who_, rooms_)),
      keeping_(who_, rooms_) {}

void conversation::welcome(const std::string& token) {
  const auto& shared = who_.here.shared;
  const auto& me = who_.me;
  chat::welcome frame{me.user, shared.limits, {shared.settings.rooms.default_room}, token, me.is_operator};
  for (auto& room : shared.rooms.private_rooms_of(me.key))
    if (frame.rooms.size() < memberships::most) frame.rooms.push_back(std::move(room));
  who_.out.send(chat::to_json(frame));
}

void conversation::leave() {
  rooms_.leave_all();
  if (std::exchange(attached_, false))
    who_.here.shared.logins.detach(*who_.login, who_.socket, chat::clock::now());
}

// --- frames in ---

void conversation::handle(const chat::client_frame& frame) {
  std::visit(overloaded{[&](const chat::join_frame& said) { rooms_.on(said); },
                        [&](const chat::leave_frame& said) { rooms_.on(said); },
                        [&](const chat::history_frame& said) { questions_->on(said); },
                        [&](const chat::unread_frame& said) { questions_->on(said); },
                        [&](const chat::rooms_frame& said) { questions_->on(said); },
                        [&](const chat::search_frame& said) { questions_->on(said); },
                        [&](const chat::typing_frame& said) { questions_->on(said); },
                        [&](const chat::create_frame& said) { keeping_.on(said); },
                        [&](const chat::configure_frame& said) { keeping_.on(said); },
                        [&](const chat::moderate_frame& said) { keeping_.on(said); },
                        [&](const auto& said) { on(said); }},
             frame);
}

void conversation::on(const chat::login_frame&) {
  who_.out.refuse({chat::error_code::already_logged_in, "You are logged in as " + user() + "."});
}

void conversation::on(const chat::resume_frame&) {
  on(chat::login_frame{});
}

void conversation::on(const chat::message_frame& frame) {
  const auto refuse = [&](chat::refusal why, std::optional<chat::milliseconds> retry_after = {}) {
    who_.out.refuse(std::move(why), frame.id, frame.room, retry_after);
  };
  const auto& limits = who_.here.shared.settings.limits;
  auto name = chat::room_name::parse(frame.room);
  if (!name) return refuse(name.error());
  if (!rooms_.may_speak_in(*name))
    return refuse({chat::error_code::not_member, "Join the room " + name->str() + " first."});
  auto text = chat::message_text::parse(frame.text, limits.message_length);
  if (!text) return refuse(text.error());
  if (who_.here.closing) return refuse({chat::error_code::unavailable, "The server is restarting."});

  const auto now = chat::clock::now();
  if (const auto wait = who_.login->owner().messages.try_take(now, limits.message_interval))
    return refuse(
        {chat::error_code::rate_limited, "One message every " + to_text(limits.message_interval) + "."},
        wait);
  if (frame.id.empty()) note_activity(now);
  who_.ask(*name, publish_message{frame.id, std::move(*text)});
}

void conversation::on(const chat::logout_frame&) {
  log_out(chat::close_code::logged_out);
}

// Ends the login session for good. This socket closes here and now; the directory tells the others.
void conversation::log_out(chat::close_code why) {
  if (who_.login->mark_logged())  // one line, however many sockets there are
    spdlog::info("{} {}", user(),
                 why == chat::close_code::idle ? "was silent for too long" : "has logged out");
  owner_.end(why);
  asio::co_spawn(who_.here.io, who_.here.shared.users.log_out(who_.login->id(), why),
                 [user = user()](const std::exception_ptr& failure) {
                   if (failure) spdlog::error("the log-in of {} could not be ended on disk", user);
                 });
}

// --- signs of life ---

void conversation::on(const chat::activity_frame&) {
  if (who_.here.shared.limits.input_is_activity) note_activity(chat::clock::now());
}

void conversation::note_activity(chat::time_point now) {
  if (who_.login->touch(now)) who_.here.shared.logins.call_off_warning(*who_.login);
}

void conversation::warning_called_off() {
  if (!std::exchange(warned_, false)) return;
  owner_.wake_by(chat::time_point::min());  // the next warning may be due before the kick was
  who_.out.send(chat::warning_called_off_json());
}

chat::time_point conversation::look(chat::time_point now) {
  if (now >= login_expires_) owner_.end(chat::close_code::revoked);
  return std::min(look_at_silence(now), login_expires_);
}

chat::time_point conversation::look_at_silence(chat::time_point now) {
  const auto& idle = who_.here.shared.settings.idle;
  const auto last = who_.login->last_activity();
  const auto step = chat::idle_policy{idle.warn_after, idle.kick_after}.next(now, last, warned_);
  if (step.what == chat::idle_policy::action::warn) {
    if (!who_.login->mark_warned(last))
      return now;  // activity on another shard, this very moment: look again
    warned_ = true;
    who_.out.send(chat::warning_json(chat::until(now, last + idle.kick_after)));
  } else if (step.what == chat::idle_policy::action::kick) {
    log_out(chat::close_code::idle);
    return chat::time_point::max();
  }
  return step.look_again;
}

// --- what rooms answer ---

void conversation::hear(const room_answer& answer) {
  const auto& room = answer.room;
  std::visit(overloaded{[&](const acknowledged& news) { on(news); },
                        [&](const refused& news) { who_.out.refused(news.json, news.why); },
                        [&](const told& news) { who_.out.send(news.json); },
                        [&](const page& news) { questions_->on(news); },
                        [&](const made& news) { keeping_.on(room, news); },
                        [&](const entered& news) { rooms_.on(room, news); },
                        [&](const not_entered& news) { rooms_.on(room, news); },
                        [&](const put_out& news) { rooms_.on(room, news); },
                        [&](const stands& news) { rooms_.on(room, news); }},
             answer.what);
}

// What is sent again was said before, and is no sign of life.
void conversation::on(const acknowledged& answer) {
  who_.out.send(answer.json);
  if (!answer.repeated && !who_.out.is_closed()) note_activity(chat::clock::now());
}

}  // namespace parley
