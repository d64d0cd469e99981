#include "app/connection/session.hpp"

#include <algorithm>

#include <spdlog/spdlog.h>

#include "app/accounts/limited_address.hpp"
#include "app/connection/routes.hpp"
#include "net/websocket_handshake.hpp"

namespace parley {
namespace {

constexpr auto subprotocol = "parley.v1";
constexpr std::string_view answer_to_plaintext =
    "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: 51\r\nConnection: close\r\n\r\n"
    "This server speaks only TLS: use https:// or wss://";

// What others of the shard wait for it, about: the public-key cryptography of a handshake; reading a request
// and writing the answer.
constexpr std::chrono::microseconds price_of_handshake{1'000};
constexpr std::chrono::microseconds price_of_any_request{50};
constexpr std::chrono::nanoseconds price_of_body_byte{20};

chat::clock::duration price_of_request(const net::http_request& request) {
  return price_of_any_request + price_of_body_byte * static_cast<chat::clock::rep>(request.body().size());
}

// The login session that a token names.
tl::expected<opened_login, account_failure> resume(accounts& users, const std::string& token) {
  if (const auto login = users.find(token)) return *login;
  return tl::unexpected(
      account_failure{{chat::error_code::not_logged_in, "This log-in is over. Log in again."}, {}, {}});
}

// Nobody will get to know the token of this login session: it ends. One that a cookie or a token named goes
// on.
void discard(const opened_login& login, shard_view& here) {
  if (login.token.empty()) return;
  asio::co_spawn(here.io, here.shared.users.log_out(login.id, chat::close_code::logged_out),
                 [user = login.user](const std::exception_ptr& failure) {
                   if (failure) spdlog::error("a log-in of {} could not be ended on disk", user);
                 });
}

}  // namespace

session::session(shard_view& here, std::uint64_t number, net::tcp_socket socket, net::ssl_ptr ssl,
                 asio::ip::address peer, admission::place place)
    : here_(here),
      id_{here.index, number},
      peer_(std::move(peer)),
      by_proxy_(here.shared.proxies.contains(peer_)),
      address_(peer_),
      place_(std::move(place)),
      stream_(std::move(socket), std::move(ssl)),
      watchdog_(here.io, place_.turned_away()),
      work_(here.address_shares, here.user_shares),
      outgoing_(stream_, here.io, here.shared.settings, *this) {}

// --- the life of a connection ---

net::awaitable<void> session::run() {
  const auto self = shared_from_this();
  const bool opened = co_await open();
  if (!opened) co_return;
  const bool is_websocket = co_await serve_http();
  if (is_websocket) {
    const bool is_logged_in = co_await log_in();
    if (is_logged_in) co_await converse();
  }
  co_await close();
}

// The TLS handshake. Whoever does not begin one is told to, in the clear, and nothing else ever is.
net::awaitable<bool> session::open() {
  watchdog_.set_deadline(here_.shared.settings.timeouts.tls_handshake);
  const auto first = co_await stream_.peek();
  if (first.error) co_return false;
  if (!first.is_tls) {
    stream_.refuse_in_clear(answer_to_plaintext);
    note_refusal("a connection", "it does not begin with TLS");
    co_await stream_.linger();
    co_return false;
  }
  count_for_address();
  const auto now = chat::clock::now();
  bool begins = work_.has_turn(now);
  if (!begins) begins = co_await work_.next_turn(stream_, here_.io);
  work_.charge(now, price_of_handshake);
  if (begins) begins = co_await stream_.pass(here_.gate, net::turn_gate::step::first);
  if (!begins) co_return false;
  watchdog_.set_deadline(here_.shared.settings.timeouts.tls_handshake);  // the wait was ours
  const auto error = co_await stream_.handshake(here_.gate);
  if (error) note_refusal("a connection", "no TLS: " + error.message());
  co_return !error;
}

// Pages and API, until the connection ends or becomes a WebSocket. What this needs is gone when the chat
// begins.
net::awaitable<bool> session::serve_http() {
  phase_ = phase::http;
  const auto& shared = here_.shared;
  net::http_reader reader(stream_, here_.read_buffer, {.body = here_.shared.settings.limits.frame_size});
  watchdog_.set_deadline(here_.shared.settings.timeouts.request_head);
  for (;;) {
    auto request = co_await reader.read();
    answering_ = true;
    watchdog_.set_deadline(here_.shared.settings.timeouts.response);
    if (!request) {
      if (request.error().status == 0) co_return false;
      note_refusal("a request", request.error().message);
      co_await respond(stream_, request.error(), shared);
      co_return false;
    }
    if (by_proxy_) {
      address_ = shared.proxies.client_of(peer_, request->header("X-Forwarded-For"));
      count_for_address();
    }
    work_.charge(chat::clock::now(), price_of_request(*request));
    auto not_ours = refuse_host(*request, who_asks(), here_.shared);
    if (!not_ours && !place_.turned_away() && is_chat_request(*request)) {
      auto upgrading = upgrade(*request, reader.take_rest());
      co_return co_await std::move(upgrading);
    }

    net::http_response response;
    if (not_ours) {
      response = std::move(*not_ours);
    } else if (place_.turned_away()) {
      response = server_full();
    } else {
      response = co_await answer(*request, here_.shared, who_asks());
    }
    const bool keep_alive = request->keep_alive() && !place_.turned_away() && phase_ == phase::http;
    const auto error = co_await respond(stream_, *request, response, shared, keep_alive);
    if (error || !keep_alive) co_return false;

    answering_ = false;
    // Who asks without a pause shares the shard with the others.
    const bool goes_on = co_await work_.next_turn(stream_, here_.io);
    if (!goes_on) co_return false;
    watchdog_.set_deadline(here_.shared.settings.timeouts.keep_alive);  // the wait was ours
    const bool more = co_await reader.wait_for_more();
    if (!more) co_return false;
    watchdog_.set_deadline(here_.shared.settings.timeouts.request_head);
  }
}

client session::who_asks() const {
  return {address_, by_proxy_};
}

void session::note_refusal(std::string_view what, std::string_view why) {
  here_.shared.refusals.note(chat::clock::now(), what, address_, why);
}

void session::count_for_address() {
  const bool is_proxy = here_.shared.proxies.contains(address_);
  work_.set_address(is_proxy ? std::string() : limited_address(address_).to_string(), chat::clock::now());
}

net::awaitable<bool> session::upgrade(const net::http_request& request, std::string already_here) {
  // A proxy's connections are not counted, but those of its clients are.
  if (!place_.count_for(limited_address(address_))) {
    note_refusal("an upgrade", "the address has limits.connections_per_address connections");
    auto full = server_full();
    co_await respond(stream_, request, full, here_.shared, false);
    co_return false;
  }
  tl::expected<std::string, net::http_failure> accepted =
      tl::unexpected(net::http_failure{403, "This page is not of this site."});
  if (is_same_site(request, who_asks(), here_.shared)) accepted = net::accept_websocket(request, subprotocol);
  if (!accepted) {
    note_refusal("an upgrade", accepted.error().message);
    co_await respond(stream_, accepted.error(), here_.shared);
    co_return false;
  }
  const auto error = co_await stream_.write(*accepted);
  if (error) co_return false;
  cookie_ = request.cookie(here_.shared.settings.server.cookie_name());
  incoming_.emplace(stream_, here_, outgoing_, work_, *this, std::move(already_here));
  if (phase_ == phase::closing)  // ended while the upgrade was being answered
    outgoing_.close(static_cast<std::uint16_t>(ended_with_), to_reason(ended_with_));
  co_return phase_ == phase::http;
}

// Who is it? The cookie says so, or the first frame does.
net::awaitable<bool> session::log_in() {
  phase_ = phase::login;
  watchdog_.set_deadline(here_.shared.settings.timeouts.login);
  auto& users = here_.shared.users;
  if (!cookie_.empty()) {
    answer_login(resume(users, std::exchange(cookie_, {})));
    co_return phase_ == phase::chat;
  }
  for (;;) {
    const auto text = co_await receive();
    if (!text) co_return false;
    const auto frame = read_frame(*text);
    if (!frame) continue;
    if (const auto* credentials = std::get_if<chat::login_frame>(&*frame)) {
      watchdog_.set_deadline(here_.shared.settings.timeouts.response);  // the wait is ours from here on
      auto logging_in = users.log_in(credentials->username, credentials->password, address_);
      const auto login = co_await std::move(logging_in);
      if (phase_ != phase::login) {  // it ended while the password was being hashed
        if (login) discard(*login, here_);
        co_return false;
      }
      answer_login(login, credentials->username);
    } else if (const auto* earlier = std::get_if<chat::resume_frame>(&*frame)) {
      answer_login(resume(users, earlier->token));
    } else {
      outgoing_.refuse({chat::error_code::not_logged_in, "Log in first."});
    }
    if (phase_ != phase::login) co_return phase_ == phase::chat;
  }
}

// The message loop.
net::awaitable<void> session::converse() {
  for (;;) {
    const auto text = co_await receive();
    if (!text) co_return;
    const auto frame = read_frame(*text);
    if (!frame) continue;
    if (std::holds_alternative<chat::join_frame>(*frame)) {
      const bool my_turn = co_await stream_.pass(here_.gate, net::turn_gate::step::enter);
      if (!my_turn) co_return;
      if (phase_ == phase::closing) continue;  // it ended meanwhile
      incoming_->excuse(chat::clock::now());   // the wait was ours
    }
    const work_account::meter meter(work_);
    conversation_->handle(*frame);
  }
}

// Leaves the rooms, sends what is left, and lets the peer read it before the connection goes.
net::awaitable<void> session::close() {
  if (phase_ != phase::closing) watchdog_.set_deadline(here_.shared.settings.timeouts.close);
  phase_ = phase::closing;
  outgoing_.stop();
  leave_chat();
  co_await outgoing_.drain();
  stream_.close_sending();
  co_await stream_.linger();
}

// --- messages in ---

net::awaitable<std::optional<std::string>> session::receive() {
  auto message = co_await incoming_->receive();
  if (!message) co_return std::nullopt;
  if (message->type == net::opcode::text) co_return std::move(message->payload);
  answer_close(message->payload);
  co_return std::nullopt;
}

// Says what is wrong with a frame where nothing comes back.
std::optional<chat::client_frame> session::read_frame(const std::string& text) {
  const work_account::meter meter(work_);
  auto frame = chat::parse_client_frame(text);
  if (frame) return std::move(*frame);
  outgoing_.refuse(frame.error().why, frame.error().id, frame.error().room);
  return std::nullopt;
}

// The peer closes, or answers our close. RFC 6455, 5.5.1: its code is echoed.
void session::answer_close(std::string_view payload) {
  if (phase_ == phase::closing) return;
  const auto said = net::parse_close(payload);
  if (!said) return end(static_cast<chat::close_code>(said.error()));
  constexpr std::uint16_t no_status = 1005;
  phase_ = phase::closing;
  watchdog_.set_deadline(here_.shared.settings.timeouts.close);
  outgoing_.close(said->code == no_status ? std::uint16_t{1000} : said->code, "");
}

// --- who is it? ---

void session::answer_login(const tl::expected<opened_login, account_failure>& login,
                           const std::string& name) {
  if (login) return welcome(*login);
  const auto& failure = login.error();
  note_refused(here_.shared.refusals, "a log-in", name, address_, failure);
  outgoing_.send(chat::to_json(chat::error_frame{failure.why, {}, {}, failure.retry_after}));
  end(chat::close_code::not_logged_in);
}

void session::welcome(const opened_login& login) {
  const auto& shared = here_.shared;
  const auto attached = shared.logins.attach(login.id, login.user_key, login.user, id_, chat::clock::now());
  if (!attached) {
    discard(login, here_);
    note_refusal("a socket of " + login.user, "the user has limits.sockets_per_user of them");
    return end(chat::close_code::too_many_sockets);
  }
  try {
    conversation_.emplace(here_, id_, login, attached, outgoing_, *this);
  } catch (...) {  // no memory: from here on the conversation would have seen to it
    shared.logins.detach(*attached, id_, chat::clock::now());
    throw;
  }
  if (!shared.users.is_alive(login.id)) return end(chat::close_code::revoked);  // ended this very moment
  here_.sessions.add_user(login.user_key, *this);
  work_.set_user(login.user_key, chat::clock::now());
  phase_ = phase::chat;
  watchdog_.no_deadline();
  watchdog_.wake();  // the idle clock runs from here
  spdlog::info("{} is here, from {}", login.user, address_.to_string());
  conversation_->welcome(login.token);
}

// --- what others have to say to it ---

void session::hear(const room_answer& answer) {
  if (conversation_) conversation_->hear(answer);
}

void session::handle(login_directory::event event) {
  if (event.kind == login_directory::event::what::close) return end(event.code);
  if (conversation_) conversation_->warning_called_off();
}

// --- what time brings ---

net::awaitable<void> session::watch() {
  const auto self = shared_from_this();
  while (!watchdog_.is_finished()) co_await watchdog_.sleep(look(chat::clock::now()));
}

chat::time_point session::look(chat::time_point now) {
  if (now >= watchdog_.deadline()) {
    if (phase_ != phase::login) {
      abort();
      return chat::time_point::max();  // until run() has ended
    }
    note_refusal("a socket", "nobody logged in within timeouts.login");
    end(chat::close_code::not_logged_in);
  }
  if (phase_ != phase::chat) return watchdog_.deadline();
  const auto silence = conversation_->look(now);
  const auto connection = incoming_->look(now);
  const auto progress = outgoing_.look(now);
  return std::min({watchdog_.deadline(), silence, connection, progress});
}

// --- endings ---

void session::end(chat::close_code why) {
  if (phase_ == phase::closing) return;
  if (phase_ == phase::handshake || (phase_ == phase::http && !answering_)) return abort();
  if (why == chat::close_code::flood && phase_ == phase::chat)
    spdlog::info("{} floods, from {}", conversation_->user(), address_.to_string());
  const bool websocket = phase_ != phase::http;
  phase_ = phase::closing;
  ended_with_ = why;
  watchdog_.set_deadline(here_.shared.settings.timeouts.close);
  if (!websocket) return;  // the answer under way is the last
  // The others are not to see somebody who only waits for the close. Not here and now: a batch may be on its
  // way through the room.
  asio::post(here_.io, [self = shared_from_this()] { self->leave_chat(); });
  outgoing_.close(static_cast<std::uint16_t>(why), to_reason(why));
}

void session::leave_chat() {
  if (conversation_) conversation_->leave();
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
  outgoing_.stop();
  leave_chat();
  if (conversation_) spdlog::info("{} is gone, from {}", conversation_->user(), address_.to_string());
  watchdog_.finish();
}

}  // namespace parley
