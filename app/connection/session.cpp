#include "app/connection/session.hpp"

#include <algorithm>

#include "app/accounts/accounts.hpp"
#include "app/accounts/limited_address.hpp"
#include "app/connection/routes.hpp"
#include "app/log.hpp"
#include "app/services.hpp"
#include "app/shard.hpp"
#include "net/websocket_handshake.hpp"

namespace parley {
namespace {

constexpr auto subprotocol = "parley.v1";
constexpr std::string_view answer_to_plaintext =
    "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: 51\r\nConnection: close\r\n\r\n"
    "This server speaks only TLS: use https:// or wss://";

// How many full buffers one client may have decoded before the other sessions of the shard get their turn.
constexpr std::size_t reads_per_turn = 8;

// An input buffer that grew past this is given back when it is empty.
constexpr std::size_t input_kept = 512;

}  // namespace

session::session(shard& here, std::uint64_t number, net::tcp_socket socket, net::ssl_ptr ssl,
                 asio::ip::address address, admission::place place)
    : here_(here),
      id_{here.index(), number},
      peer_(std::move(address)),
      address_(peer_),
      place_(std::move(place)),
      limits_(here.shared().settings.limits),
      stream_(std::move(socket), std::move(ssl)),
      outbox_(stream_, here.shared().settings.fanout.outbox_limit),
      timer_(here.io()) {}

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
  set_deadline(here_.shared().settings.timeouts.tls_handshake);
  const auto first = co_await stream_.peek();
  if (first.error) co_return false;
  if (!first.is_tls) {
    stream_.refuse_in_clear(answer_to_plaintext);
    spdlog::debug("refused plaintext from {}", address_.to_string());
    co_await stream_.linger();
    co_return false;
  }
  const bool begins = co_await stream_.pass(here_.gate(), net::turn_gate::step::first);
  if (!begins) co_return false;
  set_deadline(here_.shared().settings.timeouts.tls_handshake);  // the wait was ours
  const auto error = co_await stream_.handshake(here_.gate());
  if (error) spdlog::debug("no TLS with {}: {}", address_.to_string(), error.message());
  co_return !error;
}

// Pages and API, until the connection ends or becomes a WebSocket. What this needs is gone when the chat
// begins.
net::awaitable<bool> session::serve_http() {
  phase_ = phase::http;
  const auto& settings = here_.shared().settings;
  net::http_reader reader(stream_, here_.read_buffer(), {.body = limits_.frame_size});
  set_deadline(settings.timeouts.request_head);
  for (;;) {
    auto request = co_await reader.read();
    answering_ = true;
    set_deadline(settings.timeouts.response);
    if (!request) {
      if (request.error().status != 0) co_await respond(request.error());
      co_return false;
    }
    address_ = here_.shared().proxies.client_of(peer_, request->header("X-Forwarded-For"));
    if (!place_.turned_away() && is_chat_request(*request)) {
      input_ = reader.take_rest();  // a client in a hurry
      co_return co_await upgrade(*request);
    }

    net::http_response response;
    if (place_.turned_away()) {
      response = server_full();
    } else {
      response = co_await answer(*request, here_.shared(), address_);
    }
    const bool keep_alive = request->keep_alive() && !place_.turned_away() && phase_ == phase::http;
    const auto error = co_await respond(*request, response, keep_alive);
    if (error || !keep_alive) co_return false;

    answering_ = false;
    set_deadline(settings.timeouts.keep_alive);
    co_await asio::post(here_.io(),
                        net::use_tuple);  // who asks without a pause shares the shard with the others
    const bool more = co_await reader.wait_for_more();
    if (!more) co_return false;
    set_deadline(settings.timeouts.request_head);
  }
}

// Who is it? The cookie says so, or the first frame does.
net::awaitable<bool> session::log_in() {
  phase_ = phase::login;
  set_deadline(here_.shared().settings.timeouts.login);
  auto& users = here_.shared().users;
  if (!cookie_.empty()) {
    resume(std::exchange(cookie_, {}));
    co_return phase_ == phase::chat;
  }
  for (;;) {
    const auto text = co_await receive();
    if (!text) co_return false;
    const auto frame = chat::parse_client_frame(*text);
    if (!frame) {
      refuse(frame.error().why, frame.error().id, frame.error().room);
    } else if (const auto* credentials = std::get_if<chat::login_frame>(&*frame)) {
      set_deadline(here_.shared().settings.timeouts.response);  // the wait is ours from here on
      auto logging_in = users.log_in(credentials->username, credentials->password, address_);
      const auto login = co_await std::move(logging_in);
      if (phase_ != phase::login) {  // it ended while the password was being hashed
        if (login) discard(*login);
        co_return false;
      }
      login ? welcome(*login) : refuse_login(login.error());
    } else if (const auto* earlier = std::get_if<chat::resume_frame>(&*frame)) {
      resume(earlier->token);
    } else {
      refuse({chat::error_code::not_logged_in, "Log in first."});
    }
    if (phase_ != phase::login) co_return phase_ == phase::chat;
  }
}

// The message loop.
net::awaitable<void> session::converse() {
  for (;;) {
    const auto text = co_await receive();
    if (!text) co_return;
    auto frame = chat::parse_client_frame(*text);
    if (!frame) {
      refuse(frame.error().why, frame.error().id, frame.error().room);
      continue;
    }
    if (std::holds_alternative<chat::join_frame>(*frame)) {
      const bool my_turn = co_await stream_.pass(here_.gate(), net::turn_gate::step::enter);
      if (!my_turn) co_return;
      if (phase_ == phase::closing) continue;  // it ended meanwhile
      last_received_ = chat::clock::now();     // the wait was ours
    }
    handle(std::move(*frame));
  }
}

// Leaves the rooms, sends what is left, and lets the peer read it before the connection goes.
net::awaitable<void> session::close() {
  if (phase_ != phase::closing) set_deadline(here_.shared().settings.timeouts.close);
  phase_ = phase::closing;
  leave_chat();
  co_await outbox_.drain();
  stream_.close_sending();
  co_await stream_.linger();
}

// --- HTTP ---

net::awaitable<std::error_code> session::respond(const net::http_request& request,
                                                 net::http_response& response, bool keep_alive) {
  add_common_headers(response, here_.shared());
  auto head = response.head(keep_alive);
  const bool with_body = request.method() != "HEAD" && response.status != 304;
  if (with_body && response.static_body.empty()) head += response.body;
  auto error = co_await stream_.write(head);
  if (!error && with_body) error = co_await stream_.write(response.static_body);
  co_return error;
}

net::awaitable<void> session::respond(const net::http_failure& failure) {
  auto response = plain_answer(failure.status, failure.message);
  add_common_headers(response, here_.shared());
  const auto text = response.head(false) + response.body;
  co_await stream_.write(text);
}

net::awaitable<bool> session::upgrade(const net::http_request& request) {
  // A proxy's connections are not counted, but those of its clients are.
  if (!place_.count_for(limited_address(address_))) {
    auto full = server_full();
    co_await respond(request, full, false);
    co_return false;
  }
  tl::expected<std::string, net::http_failure> accepted =
      tl::unexpected(net::http_failure{403, "This page is not of this site."});
  if (is_same_site(request, here_.shared())) accepted = net::accept_websocket(request, subprotocol);
  if (!accepted) {
    co_await respond(accepted.error());
    co_return false;
  }
  const auto error = co_await stream_.write(*accepted);
  if (error) co_return false;
  cookie_ = request.cookie(session_cookie);
  decoder_.emplace(limits_.frame_size);
  last_received_ = chat::clock::now();
  if (phase_ == phase::closing) send_close(ended_with_);  // ended while the upgrade was being answered
  co_return phase_ == phase::http;
}

// --- WebSocket messages in ---

net::awaitable<std::optional<std::string>> session::receive() {
  for (;;) {
    while (auto message = decode()) {
      if (message->type == net::opcode::close) {
        answer_close(message->payload);
        co_return std::nullopt;
      }
      if (phase_ == phase::closing) continue;  // only the peer's close is still of interest
      if (!frames_.try_take(last_received_, limits_.frame_rate.count, limits_.frame_rate.per)) {
        const auto wait = frames_.wait(last_received_, limits_.frame_rate.count, limits_.frame_rate.per);
        refuse(
            {chat::error_code::rate_limited, "Too many frames: at most " + to_text(limits_.frame_rate) + "."},
            {}, {}, std::chrono::ceil<chat::milliseconds>(wait));
      } else if (message->type == net::opcode::text) {
        co_return std::move(message->payload);
      } else if (message->type == net::opcode::ping) {
        send_frame(net::opcode::pong, message->payload);
      } else if (message->type == net::opcode::binary) {
        end(chat::close_code::not_text);
      }
    }
    if (const auto failure = decoder_->failure()) {
      end(static_cast<chat::close_code>(failure));
      co_return std::nullopt;
    }
    const auto gone = co_await read_more();
    if (gone) co_return std::nullopt;
  }
}

std::optional<net::websocket_message> session::decode() {
  auto rest = std::span<char>(input_).subspan(decoded_);
  auto message = decoder_->decode(rest);
  decoded_ = input_.size() - rest.size();
  return message;
}

net::awaitable<std::error_code> session::read_more() {
  input_.clear();  // the decoder has taken all of it
  if (input_.capacity() > input_kept) input_.shrink_to_fit();
  decoded_ = 0;
  if (++reads_ % reads_per_turn == 0) co_await asio::post(here_.io(), net::use_tuple);
  const auto got = co_await stream_.read_some(here_.read_buffer());
  if (got.error) co_return got.error;
  input_.assign(here_.read_buffer().data(), got.bytes);
  last_received_ = chat::clock::now();
  ping_sent_ = false;
  co_return std::error_code{};
}

// The peer closes, or answers our close. RFC 6455, 5.5.1: its code is echoed.
void session::answer_close(std::string_view payload) {
  if (phase_ == phase::closing) return;
  const auto said = net::parse_close(payload);
  if (!said) return end(static_cast<chat::close_code>(said.error()));
  constexpr std::uint16_t no_status = 1005;
  phase_ = phase::closing;
  set_deadline(here_.shared().settings.timeouts.close);
  std::string frame;
  net::append_close_frame(frame, said->code == no_status ? std::uint16_t{1000} : said->code, "");
  settle(outbox_.write_last(frame));
}

}  // namespace parley
