// What a session does about each frame of a client, and what it tells the client.

#include <algorithm>

#include "app/accounts.hpp"
#include "app/log.hpp"
#include "app/services.hpp"
#include "app/session.hpp"
#include "app/shard.hpp"

namespace parley {
namespace {

constexpr std::size_t default_history_page = 50, max_history_page = 200;  // messages
constexpr rate history_pages{100,
                             std::chrono::seconds(10)};  // of one socket: enough to scroll, and to catch up

}  // namespace

void session::handle(chat::client_frame frame) {
  std::visit([this](const auto& concrete) { on(concrete); }, frame);
}

// --- logging in and out ---

void session::welcome(const opened_login& login) {
  auto& shared = here_.shared();
  const auto now = chat::clock::now();
  login_ = shared.logins.attach(login.id, login.user_key, login.user, id_, now);
  if (!login_) {
    discard(login);
    return end(chat::close_code::too_many_sockets);
  }
  attached_ = true;
  if (!shared.users.is_alive(login.id)) return end(chat::close_code::revoked);  // ended this very moment
  login_expires_ = login.expires;
  phase_ = phase::chat;
  no_deadline();
  wake();  // the idle clock runs from here
  spdlog::info("{} is here, from {}", login.user, address_.to_string());
  send(chat::to_json(
      chat::welcome{login.user, shared.limits, {shared.settings.rooms.default_room}, login.token}));
}

// Nobody will get to know the token of this login session: it ends. One that a cookie or a token named goes
// on.
void session::discard(const opened_login& login) {
  if (login.token.empty()) return;
  asio::co_spawn(here_.io(), here_.shared().users.log_out(login.id, chat::close_code::logged_out),
                 [user = login.user](const std::exception_ptr& failure) {
                   if (failure) spdlog::error("a log-in of {} could not be ended on disk", user);
                 });
}

void session::resume(const std::string& token) {
  const auto login = here_.shared().users.find(token);
  if (login) return welcome(*login);
  refuse_login({{chat::error_code::not_logged_in, "This log-in is over. Log in again."}, {}, {}});
}

void session::refuse_login(const account_failure& failure) {
  send(chat::to_json(chat::error_frame{failure.why, {}, {}, failure.retry_after}));
  end(chat::close_code::not_logged_in);
}

void session::on(const chat::login_frame&) {
  refuse({chat::error_code::already_logged_in, "You are logged in as " + login_->user() + "."});
}

void session::on(const chat::resume_frame&) {
  refuse({chat::error_code::already_logged_in, "You are logged in as " + login_->user() + "."});
}

void session::on(const chat::logout_frame&) {
  log_out(chat::close_code::logged_out);
}

// Ends the login session for good. This socket closes here and now; the directory tells the others.
void session::log_out(chat::close_code why) {
  end(why);
  asio::co_spawn(here_.io(), here_.shared().users.log_out(login_->id(), why),
                 [user = login_->user()](const std::exception_ptr& failure) {
                   if (failure) spdlog::error("the log-in of {} could not be ended on disk", user);
                 });
}

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

  rooms::entrance request{id_, login_->user(), {}, known != nullptr};
  if (frame.after) request.resume_at = chat::room::position{frame.epoch, *frame.after};
  if (known) {
    // Told once more: the answer says all up to its seq, and the stream goes on behind it.
    here_.local_rooms().remove_local(*name, known->place);
    known->entered = false;
  } else if (rooms_.size() >= max_rooms) {
    return refuse({chat::error_code::forbidden, "You are in too many rooms."}, {}, frame.room);
  } else {
    rooms_.push_back(std::make_unique<membership>(*name, *this));
  }
  here_.local_rooms().join(*name, std::move(request));
}

void session::entered(const chat::room_name& room, std::string_view joined_frame, std::size_t skip) {
  auto* in = find_membership(room);
  if (!in) return here_.local_rooms().leave(room, login_->user());  // it is closing
  deliver(joined_frame);
  if (in->leaving) {
    std::erase_if(rooms_, [in](const auto& other) { return other.get() == in; });
    return here_.local_rooms().leave(room, login_->user());
  }
  in->entered = true;
  here_.local_rooms().add_local(room, in->place, skip);
}

void session::not_entered(const chat::room_name& room, const chat::refusal& why) {
  std::erase_if(rooms_, [&](const auto& in) { return in->room == room; });
  refuse(why, {}, room.str());
}

void session::on(const chat::leave_frame& frame) {
  const auto name = chat::room_name::parse(frame.room);
  if (!name) return refuse(name.error(), {}, frame.room);
  auto* in = find_membership(*name);
  if (!in || in->leaving)
    return refuse({chat::error_code::not_member, "You are not in the room " + name->str() + "."}, {},
                  frame.room);
  if (!in->entered) {
    in->leaving = true;
    return;
  }
  leave(*in);
  std::erase_if(rooms_, [&](const auto& other) { return other->room == *name; });
}

void session::leave(membership& in) {
  if (!in.entered) return;  // entered() finds that it is not wanted any more
  here_.local_rooms().remove_local(in.room, in.place);
  here_.local_rooms().leave(in.room, login_->user());
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
  here_.local_rooms().publish(*name, {id_, login_->user(), frame.id, *text});
}

void session::on(const chat::history_frame& frame) {
  const auto name = chat::room_name::parse(frame.room);
  if (!name) return refuse(name.error(), {}, frame.room);
  const auto* in = find_membership(*name);
  if (!in || !in->entered)
    return refuse({chat::error_code::not_member, "Join the room " + name->str() + " first."}, {}, frame.room);
  if (frame.limit && (*frame.limit == 0 || *frame.limit > max_history_page))
    return refuse({chat::error_code::bad_field, "The field \"limit\" has to be a number from 1 to " +
                                                    std::to_string(max_history_page) + "."},
                  {}, frame.room);
  if (history_is_coming_)
    return refuse({chat::error_code::rate_limited, "One page at a time: wait for the one you asked for."}, {},
                  frame.room);
  const auto now = chat::clock::now();
  if (!pages_.try_take(now, history_pages.count, history_pages.per))
    return refuse({chat::error_code::rate_limited, "So many pages of history so fast are too many."}, {},
                  frame.room,
                  chat::until(now, now + pages_.wait(now, history_pages.count, history_pages.per)));
  history_is_coming_ = true;
  using direction = chat::room_log::range::direction;
  here_.local_rooms().read(
      *name, id_,
      {frame.before ? direction::before : direction::after, frame.before ? *frame.before : *frame.after,
       static_cast<std::size_t>(frame.limit.value_or(default_history_page))});
}

void session::show_history(std::string_view json) {
  history_is_coming_ = false;
  send(json);
}

// What is sent again was said before, and is no sign of life.
void session::acknowledged(std::string_view ack_json, bool repeated) {
  send(ack_json);
  if (!repeated && phase_ == phase::chat) note_activity(chat::clock::now());
}

void session::on(const chat::activity_frame&) {
  if (here_.shared().limits.input_is_activity) note_activity(chat::clock::now());
}

void session::note_activity(chat::time_point now) {
  if (login_->touch(now)) here_.shared().logins.call_off_warning(*login_);
}

// --- frames out ---

void session::refuse(chat::refusal why, std::string id, std::string room,
                     std::optional<chat::milliseconds> retry_after) {
  send(chat::to_json(chat::error_frame{std::move(why), std::move(id), std::move(room), retry_after}));
  if (!refusals_.try_take(chat::clock::now(), limits_.flood.count, limits_.flood.per))
    end(chat::close_code::flood);
}

void session::send(std::string_view json) {
  send_frame(net::opcode::text, json);
}

void session::send_frame(net::opcode type, std::string_view payload) {
  std::string frame;
  net::append_frame(frame, type, payload);
  deliver(frame);
}

void session::deliver(std::span<const char> frames) noexcept {
  if (phase_ == phase::closing) return;
  try {
    settle(outbox_.write(frames));
  } catch (const std::bad_alloc&) {
    abort();  // a part of the frames may be lost, so this connection is over; the others may fare better
  }
}

void session::settle(outbox::result result) {
  switch (result) {
    case outbox::result::sent:
      return;
    case outbox::result::waiting:
      return spawn_drain();
    case outbox::result::full:
      return end(chat::close_code::too_slow);
    case outbox::result::broken:
      return abort();
  }
}

void session::spawn_drain() {
  if (draining_) return;
  draining_ = true;
  expect_progress(chat::clock::now());
  asio::co_spawn(here_.io(), outbox_.drain(),
                 [self = shared_from_this()](const std::exception_ptr& failure, std::error_code broken) {
                   self->draining_ = false;
                   if (failure || broken) self->abort();
                 });
}

// --- endings ---

void session::end(chat::close_code why) {
  if (phase_ == phase::closing) return;
  if (phase_ == phase::handshake || (phase_ == phase::http && !answering_)) return abort();
  const bool websocket = phase_ != phase::http;
  phase_ = phase::closing;
  ended_with_ = why;
  set_deadline(here_.shared().settings.timeouts.close);
  if (!websocket) return;  // the answer under way is the last
  // The others are not to see somebody who only waits for the close. Not here and now: a batch may be on its
  // way through the room.
  asio::post(here_.io(), [self = shared_from_this()] { self->leave_chat(); });
  send_close(why);
}

void session::send_close(chat::close_code why) {
  std::string frame;
  net::append_close_frame(frame, static_cast<std::uint16_t>(why), to_reason(why));
  settle(outbox_.write_last(frame));
}

void session::abort() {
  stream_.abort();
}

void session::give_up(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const std::exception& error) {
    spdlog::error("a connection from {} failed: {}", address_.to_string(), error.what());
  }
  if (phase_ == phase::login || phase_ == phase::chat) end(chat::close_code::internal_error);
  abort();
}

void session::finish() {
  phase_ = phase::closing;
  leave_chat();
  finished_ = true;
  wake();
}

}  // namespace parley
