#pragma once
// The rooms that one socket is in, or on its way into. What each membership can be, and what follows from
// what happens, is chat/membership.hpp; here it is carried out.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/connection/participant.hpp"
#include "chat/client_frame.hpp"
#include "chat/fanout.hpp"
#include "chat/membership.hpp"

namespace parley {

// Belongs to a conversation, as `who` does.
class memberships {
 public:
  static constexpr std::size_t most = 100;  // rooms that one socket may be in

  explicit memberships(const participant& who) : who_(who) {}

  void on(const chat::join_frame& frame);
  void on(const chat::leave_frame& frame);

  // What the homes of rooms say.
  void on(const chat::room_name& room, const entered& news);
  void on(const chat::room_name& room, const not_entered& news);
  void on(const chat::room_name& room, const put_out& news);
  void on(const chat::room_name& room, const stands& news);

  // Whether the socket is in, or has asked to be let in and may speak behind that.
  bool may_speak_in(const chat::room_name& room) const;

  // The room, where the socket is in it; else says that it is not.
  std::optional<chat::room_name> entered_room(const std::string& room) const;
  // All that the socket is in.
  std::vector<std::string> entered_rooms() const;

  // One socket makes one room at a time, since each waits for the disk. False, and said, where another is
  // being made.
  bool begin_making(const chat::room_name& room);
  void end_making(const chat::room_name& room);

  // Out of all of them. What is still on its way finds that nobody wants it.
  void leave_all();

 private:
  struct membership {
    membership(chat::room_name name, chat::subscriber& who) : room(std::move(name)), place(who) {}
    chat::room_name room;
    chat::subscription place;
    chat::membership_state state = chat::membership_state::outside;
  };

  membership* find(const chat::room_name& room) const;
  chat::membership_state state_of(const chat::room_name& room) const;
  chat::membership_action take(const chat::room_name& room, chat::membership_event what);
  bool may_open(const chat::room_name& room, const std::string& asked);
  void refuse_not_in(const std::string& room, std::string message) const;

  const participant& who_;
  std::vector<std::unique_ptr<membership>> rooms_;  // each stays where it is: the room's fanout points to it
  std::optional<chat::room_name> being_made_;
};

}  // namespace parley
