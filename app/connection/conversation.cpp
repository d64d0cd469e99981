// What a session does about each frame of a client, and what it tells the client.

#include <algorithm>

#include "app/accounts/accounts.hpp"
#include "app/connection/session.hpp"
#include "app/log.hpp"
#include "app/services.hpp"
#include "app/shard.hpp"

namespace parley {

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
  me_ = {login.user, login.user_key, is_operator(login.user_key)};
  here_.note_user(*this);
  login_expires_ = login.expires;
  phase_ = phase::chat;
  no_deadline();
  wake();  // the idle clock runs from here
  spdlog::info("{} is here, from {}", login.user, address_.to_string());
  chat::welcome answer{
      login.user, shared.limits, {shared.settings.rooms.default_room}, login.token, me_.is_operator};
  for (auto& room : shared.directory.private_rooms_of(me_.key))
    if (answer.rooms.size() < max_rooms) answer.rooms.push_back(std::move(room));
  send(chat::to_json(answer));
}

bool session::is_operator(const std::string& key) const {
  const auto& operators = here_.shared().settings.auth.operators;
  return std::find(operators.begin(), operators.end(), key) != operators.end();
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
  if (login_->mark_logged())  // one line, however many sockets there are
    spdlog::info("{} {}", login_->user(),
                 why == chat::close_code::idle ? "was silent for too long" : "has logged out");
  end(why);
  asio::co_spawn(here_.io(), here_.shared().users.log_out(login_->id(), why),
                 [user = login_->user()](const std::exception_ptr& failure) {
                   if (failure) spdlog::error("the log-in of {} could not be ended on disk", user);
                 });
}

// --- signs of life ---

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
  const auto code = why.code;
  refused(chat::to_json(chat::error_frame{std::move(why), std::move(id), std::move(room), retry_after}),
          code);
}

void session::refused(std::string_view json, chat::error_code why) {
  send(json);
  if (why == chat::error_code::unavailable) return;  // nobody floods with what the server could not do
  if (refusals_.try_take(chat::clock::now(), limits_.flood.count, limits_.flood.per)) return;
  if (phase_ == phase::chat) spdlog::info("{} floods, from {}", me_.user, address_.to_string());
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
