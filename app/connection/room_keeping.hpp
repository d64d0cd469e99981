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
  // Each goes to the disk, and to the audit.
  bool may_act(const std::string& room) {
    return who_.in_pace(who_.login->owner().acts, who_.here.shared.settings.limits.acts, room);
  }

  const participant& who_;
  memberships& rooms_;
};

}  // namespace parley
