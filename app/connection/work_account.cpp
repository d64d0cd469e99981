#include "app/connection/work_account.hpp"

namespace parley {

net::awaitable<bool> work_account::next_turn(net::tls_stream& stream, asio::io_context& io) {
  this_turn_ = {};
  for (;;) {
    const auto left = wait(chat::clock::now());
    if (left == chat::clock::duration::zero()) break;
    const bool goes_on = co_await stream.pause(left);
    if (!goes_on) co_return false;  // others of the same user may have been quicker: look again
  }
  co_await asio::post(io, net::use_tuple);
  co_return true;
}

}  // namespace parley
