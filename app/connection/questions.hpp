#pragma once
// What somebody may ask, each within a pace: older messages, what is unread, which rooms there are, what was
// said about something; and the signs of typing, which are paced as well.

#include <memory>
#include <string>

#include "app/connection/memberships.hpp"
#include "app/connection/participant.hpp"
#include "chat/client_frame.hpp"
#include "chat/rate_limiter.hpp"

namespace parley {

// Belongs to a conversation, as `who` and `rooms` do. Shared only so that a search that comes back late finds
// that it is gone.
class questions : public std::enable_shared_from_this<questions> {
 public:
  questions(const participant& who, const memberships& rooms) : who_(who), rooms_(rooms) {}

  void on(const chat::history_frame& frame);
  void on(const chat::unread_frame& frame);
  void on(const chat::rooms_frame& frame);
  void on(const chat::search_frame& frame);
  void on(const chat::typing_frame& frame);

  // The page that was asked for.
  void on(const page& answer);

 private:
  bool may_ask(const std::string& room);
  bool is_in_pace(const std::string& room);
  void show(const std::optional<chat::search_page>& found, const std::string& room);

  const participant& who_;
  const memberships& rooms_;
  chat::burst_limiter typing_;
  bool page_is_coming_ = false;  // of the history, or of what a search found
};

}  // namespace parley
