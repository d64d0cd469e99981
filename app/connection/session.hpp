#pragma once
// One connection, from the TLS handshake to the close, as one coroutine: run(). Beside it runs watch(), whose
// timer carries out what time brings: the deadline of each phase, the warning and the kick, pings.
//
// A session lives on the shard that accepted it and is used on no other thread. Its coroutines own it
// together; the shard knows it by number for as long as run() runs.

#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/accounts/login_directory.hpp"
#include "app/config/config.hpp"
#include "app/connection/admission.hpp"
#include "app/connection/outbox.hpp"
#include "app/rooms/room_home.hpp"
#include "chat/client_frame.hpp"
#include "chat/fanout.hpp"
#include "chat/rate_limiter.hpp"
#include "chat/room.hpp"
#include "chat/server_frame.hpp"
#include "net/http.hpp"
#include "net/tls_stream.hpp"
#include "net/websocket.hpp"

namespace parley {

class shard;
struct opened_login;
struct account_failure;

class session final : public std::enable_shared_from_this<session>, private chat::subscriber {
 public:
  // A session whose place is turned away gets as far as an answer that says so.
  session(shard& here, std::uint64_t number, net::tcp_socket socket, net::ssl_ptr ssl,
          asio::ip::address address, admission::place place);

  std::uint64_t number() const { return id_.number; }
  const std::string& user_key() const { return me_.key; }  // empty: not logged in

  // The life of the connection, and the timer beside it. Each is spawned once; both keep the session alive.
  net::awaitable<void> run();
  net::awaitable<void> watch();

  // Sends one frame, now or as soon as the socket takes it.
  void send(std::string_view json);
  // An error frame, which counts: see limits.flood.
  void refused(std::string_view json, chat::error_code why);

  // The answers to a join, from the room's home.
  void entered(const chat::room_name& room, std::string_view joined_frame, rooms::seat where);
  void not_entered(const chat::room_name& room, const chat::refusal& why);

  // The answer to a message, from the room's home.
  void acknowledged(std::string_view ack_json, bool repeated);
  void show_history(std::string_view json);

  // Somebody who looks after a room has done something to this user, who may have to go.
  void moderated(const chat::room_name& room, std::string_view json, bool goes);

  // Something that concerns all sockets of the login session.
  void handle(login_directory::event event);

  // Says why and closes: what is under way is sent, the peer's answer is waited for, within timeouts.close.
  void end(chat::close_code why);

  // Ends at once, without a word.
  void abort();

  // One of its coroutines threw: logs it, and ends what is left. The other sessions do not notice.
  void give_up(const std::exception_ptr& failure);

  // After run(), however it ended: the session is in no room and in no list any more.
  void finish();

 private:
  static constexpr std::size_t max_rooms = 100;  // that one socket may be in

  enum class phase { handshake, http, login, chat, closing };

  struct membership {
    membership(chat::room_name name, session& who) : room(std::move(name)), place(who) {}
    chat::room_name room;
    chat::subscription place;
    bool entered = false;  // the room's home has answered
    bool leaving = false;  // before it did
  };

  // The stages of run(), in their order. False: the connection ends here.
  net::awaitable<bool> open();
  net::awaitable<bool> serve_http();
  net::awaitable<bool> log_in();
  net::awaitable<void> converse();
  net::awaitable<void> close();

  net::awaitable<std::error_code> respond(const net::http_request& request, net::http_response& response,
                                          bool keep_alive);
  net::awaitable<void> respond(const net::http_failure& failure);
  net::awaitable<bool> upgrade(const net::http_request& request);

  // The next text message; nothing when the conversation is over. Pings and the like are dealt with inside.
  net::awaitable<std::optional<std::string>> receive();
  std::optional<net::websocket_message> decode();
  net::awaitable<std::error_code> read_more();
  void answer_close(std::string_view payload);

  void welcome(const opened_login& login);
  void resume(const std::string& token);
  void refuse_login(const account_failure& failure);

  // One handler a frame.
  void handle(chat::client_frame frame);
  void on(const chat::login_frame& frame);
  void on(const chat::resume_frame& frame);
  void on(const chat::join_frame& frame);
  void on(const chat::leave_frame& frame);
  void on(const chat::message_frame& frame);
  void on(const chat::history_frame& frame);
  void on(const chat::create_frame& frame);
  void on(const chat::configure_frame& frame);
  void on(const chat::rooms_frame& frame);
  void on(const chat::search_frame& frame);
  void on(const chat::unread_frame& frame);
  void on(const chat::moderate_frame& frame);
  void on(const chat::typing_frame& frame);
  void on(const chat::activity_frame& frame);
  void on(const chat::logout_frame& frame);

  void refuse(chat::refusal why, std::string id = {}, std::string room = {},
              std::optional<chat::milliseconds> retry_after = {});
  void note_activity(chat::time_point now);
  membership* find_membership(const chat::room_name& room);
  void enter(const chat::room_name& name, const chat::join_frame& frame);
  membership* entered_room(const std::string& room);
  net::awaitable<bool> open_room(chat::room_name name, chat::room_record record);
  net::awaitable<void> create_room(chat::room_name name, chat::room_record record);
  net::awaitable<void> open_direct_room(chat::room_name name, std::string other, chat::join_frame frame);
  void spawn(net::awaitable<void> errand, const chat::room_name& room);
  bool may_ask(const std::string& room);
  bool in_pace(chat::burst_limiter& pace, const rate& most, const std::string& room);
  bool is_operator(const std::string& key) const;
  void show_found(const std::optional<chat::search_page>& page, const std::string& room);
  void leave(membership& in);
  void leave_chat();
  void log_out(chat::close_code why);
  void discard(const opened_login& login);
  void send_close(chat::close_code why);

  // What watch() looks after; each does what is due and says when to look again.
  chat::time_point look(chat::time_point now);
  chat::time_point look_at_silence(chat::time_point now);
  chat::time_point look_at_connection(chat::time_point now);
  chat::time_point look_at_outbox(chat::time_point now);
  void expect_progress(chat::time_point now);
  void set_deadline(chat::milliseconds from_now);
  void no_deadline();
  void wake();

  void deliver(std::span<const char> frames) noexcept override;
  void send_frame(net::opcode type, std::string_view payload);
  void settle(outbox::result result);
  void spawn_drain();

  shard& here_;
  const socket_id id_;
  const asio::ip::address peer_;
  asio::ip::address address_;  // of the client: the peer's, or what a trusted proxy says
  admission::place place_;
  const limits_config& limits_;

  net::tls_stream stream_;
  outbox outbox_;
  bool draining_ = false;
  std::uint64_t sent_then_ = 0;  // what the outbox had sent when it was last looked at
  chat::time_point stalled_at_ = chat::time_point::max();

  phase phase_ = phase::handshake;
  net::timer timer_;
  chat::time_point deadline_ = chat::time_point::max();
  bool finished_ = false;

  bool answering_ = false;  // an HTTP request is being answered
  chat::close_code ended_with_ = chat::close_code::normal;

  std::string input_;        // what was read last
  std::size_t decoded_ = 0;  // of it
  std::size_t reads_ = 0;
  std::optional<net::websocket_decoder> decoder_;
  std::string cookie_;  // until log_in()

  chat::actor me_;  // once logged in
  std::shared_ptr<live_login> login_;
  bool attached_ = false;  // to the directory
  chat::time_point login_expires_ = chat::time_point::max();
  bool warned_ = false;
  chat::time_point last_received_{};
  bool ping_sent_ = false;
  chat::time_point ping_sent_at_{};
  std::vector<std::unique_ptr<membership>> rooms_;  // each stays where it is: the room's fanout points to it
  chat::burst_limiter frames_, refusals_, questions_, searches_, acts_, typing_;
  bool opening_room_ = false;
  bool page_is_coming_ = false;  // of the history, or of what a search found
};

}  // namespace parley
