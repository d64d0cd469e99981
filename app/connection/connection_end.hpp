#pragma once
// Who can end a connection: what the parts of a session may ask of it.

#include <memory>

#include "chat/clock.hpp"
#include "chat/codes.hpp"

namespace parley {

class connection_end {
 public:
  // Says why and closes: what is under way is sent, and the peer's answer is waited for, within
  // timeouts.close.
  virtual void end(chat::close_code why) = 0;

  // Ends at once, without a word.
  virtual void abort() noexcept = 0;

  // Something is to be looked at by then.
  virtual void wake_by(chat::time_point when) = 0;

  // For a coroutine of a part: the connection stays for as long as it runs.
  virtual std::shared_ptr<void> keep_alive() = 0;

 protected:
  ~connection_end() = default;
};

}  // namespace parley
