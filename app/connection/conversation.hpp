#pragma once
// The conversation with somebody who is logged in: what each frame of the client does, what the rooms answer,
// and how long one may be silent.

#include <memory>
#include <string>

#include "app/connection/memberships.hpp"
#include "app/connection/participant.hpp"
#include "app/connection/questions.hpp"
#include "app/connection/room_keeping.hpp"
#include "chat/client_frame.hpp"

namespace parley {

// Belongs to a session, on its shard; so do `out` and `owner`.
class conversation {
 public:
  // `login` has this socket attached to it, and loses it with leave().
  conversation(shard_view& here, socket_id socket, const opened_login& opened,
               std::shared_ptr<live_login> login, outgoing& out, connection_end& owner);

  const std::string& user() const { return who_.me.user; }
  const std::string& user_key() const { return who_.me.key; }

  // Tells the client who it is and what is allowed. `token` is empty where it has one already.
  void welcome(const std::string& token);

  void handle(const chat::client_frame& frame);
  void hear(const room_answer& answer);
  // Something that concerns all sockets of the login session, other than its end.
  void warning_called_off();

  // The warning and the kick, and the end of the login session. Gives when to look again.
  chat::time_point look(chat::time_point now);

  // Out of all rooms, and out of the login session's sockets. Once.
  void leave();

 private:
  // One handler a frame; those that concern rooms are in the parts below.
  void on(const chat::login_frame& frame);
  void on(const chat::resume_frame& frame);
  void on(const chat::message_frame& frame);
  void on(const chat::activity_frame& frame);
  void on(const chat::logout_frame& frame);
  void on(const acknowledged& answer);

  void note_activity(chat::time_point now);
  chat::time_point look_at_silence(chat::time_point now);
  void log_out(chat::close_code why);

  const participant who_;
  connection_end& owner_;
  const chat::time_point login_expires_;
  memberships rooms_;
  const std::shared_ptr<questions> questions_;
  room_keeping keeping_;
  bool attached_ = true;  // to the login session
  bool warned_ = false;
};

}  // namespace parley
