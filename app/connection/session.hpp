#pragma once
// One connection, from the TLS handshake to the close, as one coroutine: run(). Beside it runs watch(), whose
// timer carries out what time brings: the deadline of each phase, the warning and the kick, pings.
//
// A session lives on the shard that accepted it and is used on no other thread. Its coroutines own it
// together; the shard knows it by number for as long as run() runs.

#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "app/connection/admission.hpp"
#include "app/connection/connection_end.hpp"
#include "app/connection/conversation.hpp"
#include "app/connection/incoming.hpp"
#include "app/connection/outgoing.hpp"
#include "app/connection/routes.hpp"
#include "app/connection/shard_view.hpp"
#include "app/connection/watchdog.hpp"
#include "app/connection/work_account.hpp"
#include "net/http.hpp"
#include "net/tls_stream.hpp"

namespace parley {

class session final : public std::enable_shared_from_this<session>, public connection_end {
 public:
  // A session whose place is turned away gets as far as an answer that says so.
  session(shard_view& here, std::uint64_t number, net::tcp_socket socket, net::ssl_ptr ssl,
          asio::ip::address peer, admission::place place);

  std::uint64_t number() const { return id_.number; }
  std::string user_key() const { return conversation_ ? conversation_->user_key() : std::string(); }

  // The life of the connection, and the timer beside it. Each is spawned once; both keep the session alive.
  net::awaitable<void> run();
  net::awaitable<void> watch();

  // For whoever is logged in here; goes nowhere where nobody is.
  void send(std::string_view json) { outgoing_.send(json); }
  // What a room has to say to this socket.
  void hear(const room_answer& answer);
  // Something that concerns all sockets of the login session.
  void handle(login_directory::event event);

  void end(chat::close_code why) override;
  void abort() noexcept override { stream_.abort(); }

  // One of its coroutines threw: logs it, and ends what is left. The other sessions do not notice.
  void give_up(const std::exception_ptr& failure);

  // After run(), however it ended: the session is in no room and in no list any more.
  void finish();

 private:
  enum class phase { handshake, http, login, chat, closing };

  // The stages of run(), in their order. False: the connection ends here.
  net::awaitable<bool> open();
  net::awaitable<bool> serve_http();
  net::awaitable<bool> log_in();
  net::awaitable<void> converse();
  net::awaitable<void> close();

  // On whose account the work goes: a proxy's address is nobody's.
  void count_for_address();
  client who_asks() const;
  void note_refusal(std::string_view what, std::string_view why);
  net::awaitable<bool> upgrade(const net::http_request& request, std::string already_here);

  // The next text message; nothing when the conversation is over.
  net::awaitable<std::optional<std::string>> receive();
  std::optional<chat::client_frame> read_frame(const std::string& text);
  void answer_close(std::string_view payload);

  // `name`: of whoever tries, where that is known.
  void answer_login(const tl::expected<opened_login, account_failure>& login, const std::string& name = {});
  void welcome(const opened_login& login);

  chat::time_point look(chat::time_point now);
  void leave_chat();

  void wake_by(chat::time_point when) override { watchdog_.wake_by(when); }
  std::shared_ptr<void> keep_alive() override { return shared_from_this(); }

  shard_view& here_;
  const socket_id id_;
  const asio::ip::address peer_;
  const bool by_proxy_;        // the peer is a trusted one
  asio::ip::address address_;  // of the client: the peer's, or what a trusted proxy says
  admission::place place_;

  net::tls_stream stream_;
  watchdog watchdog_;
  work_account work_;
  outgoing outgoing_;
  std::optional<incoming> incoming_;          // once it is a WebSocket
  std::optional<conversation> conversation_;  // once somebody is logged in

  phase phase_ = phase::handshake;
  bool answering_ = false;  // an HTTP request is being answered
  chat::close_code ended_with_ = chat::close_code::normal;
  std::string cookie_;  // until log_in()
};

}  // namespace parley
