#pragma once
// A room at its home: takes requests of sockets from anywhere, and gives answers to them. What it decides is
// chat::room's; here is what it takes to tell the sockets, the room's directory, the audit log and the
// members.

#include <deque>
#include <memory>
#include <string>
#include <variant>

#include "app/rooms/room_context.hpp"
#include "app/rooms/room_flushes.hpp"
#include "app/rooms/room_presence.hpp"
#include "app/rooms/sockets_in_room.hpp"

namespace parley {

// Lives on one shard, for that thread, and goes when the shard's loop has ended.
class room_home {
 public:
  room_home(const room_context& shared, const chat::room_name& name, chat::room_record record,
            std::unique_ptr<chat::room_log> log);
  room_home(const room_home&) = delete;
  room_home& operator=(const room_home&) = delete;

  void handle(room_request asked);

  // Sends all that has been gathered, now.
  void flush() { flushes_.flush_all(); }

  // A `settings` frame, for whoever looks after the room.
  std::string details_json() const;

 private:
  // One handler a request.
  void on(const join_room& wanted, const room_request& asked);
  void on(const leave_room& wanted, const room_request& asked);
  void on(const give_up_room& wanted, const room_request& asked);
  void on(publish_message& wanted, room_request& asked);
  void on(const read_page& wanted, const room_request& asked);
  void on(const count_unread& wanted, const room_request& asked);
  void on(const say_typing& wanted, const room_request& asked);
  void on(const moderate_room& wanted, const room_request& asked);
  void on(const configure_room& wanted, const room_request& asked);
  void on(const tell_details& wanted, const room_request& asked);
  void on(const make_room& wanted, const room_request& asked);  // it is there already

  // What the log has to say about an entry that it was given.
  void published(const chat::room::published& news);
  void failed(const chat::room::published& news);
  void store_again_later();

  // A change of the record that is on its way to the disk. It is in force since it was asked for; whoever
  // asked has an answer when it is stored, or is not.
  struct change {
    socket_id asked_by;
    chat::actor who;
    std::variant<chat::moderation, chat::room_changes> what;
  };
  void changed(const change& done, bool stored);
  void changed(const change& done, const chat::moderation& act, bool stored);
  void changed(const change& done, const chat::room_changes& changes, bool stored);
  void tell_done(socket_id to, const chat::moderation& act);
  void note(const chat::actor& who, const chat::moderation& act) const;  // in the audit log
  void carry_out(const chat::actor& who, const chat::moderation& act);
  void put_out_all_of(const std::string& user_key, const chat::left& why);
  void tell_details_to(socket_id to, const chat::actor& who);

  void answer(socket_id to, decltype(room_answer::what) what);
  void refuse(socket_id to, chat::refusal why, std::string id = {},
              std::optional<chat::milliseconds> retry_after = {});

  const room_context& shared_;
  const chat::room_name name_;
  chat::room room_;
  sockets_in_room sockets_;
  room_flushes flushes_;
  room_presence presence_;
  net::timer retry_timer_;
  bool retry_scheduled_ = false;
  std::deque<change> changes_under_way_;  // in the order in which the log was given them
};

}  // namespace parley
