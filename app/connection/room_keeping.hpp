#pragma once
// Making rooms and looking after them: what somebody may ask for besides talking in them.

#include <string>

#include "app/connection/memberships.hpp"
#include "app/connection/participant.hpp"
#include "chat/client_frame.hpp"
#include "chat/rate_limiter.hpp"

namespace parley {

// Whether config.yaml names somebody among auth.operators.
bool is_operator(const config& settings, const std::string& user_key);

// Belongs to a conversation, as `who` and `rooms` do.
class room_keeping {
 public:
  room_keeping(const participant& who, memberships& rooms) : who_(who), rooms_(rooms) {}

  void on(const chat::create_frame& frame);
  void on(const chat::configure_frame& frame);
  void on(const chat::moderate_frame& frame);

  // The room that was to be made.
  void on(const chat::room_name& room, const made& answer);

 private:
  bool may_act(const std::string& room) { return who_.in_pace(acts_, most_acts, room); }

  // Of one socket: each goes to the disk, and to the audit.
  static constexpr rate most_acts{10, std::chrono::seconds(10)};

  const participant& who_;
  memberships& rooms_;
  chat::burst_limiter acts_;
};

}  // namespace parley
