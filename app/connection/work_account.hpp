#pragma once
// What one connection does of its shard's work: on whose account that goes, and when it is the others' turn.

#include <algorithm>
#include <memory>
#include <string>

#include "app/connection/work_shares.hpp"
#include "net/tls_stream.hpp"

namespace parley {

// Belongs to a session, on its shard; the shares outlive it.
class work_account {
 public:
  work_account(work_shares& of_addresses, work_shares& of_users)
      : addresses_(of_addresses), users_(of_users) {}

  // Whose it is, as far as that is known; an empty address is nobody's (a proxy's).
  void set_address(const std::string& address, chat::time_point now) {
    if (address == address_) return;
    address_ = address;
    of_address_ = address.empty() ? nullptr : addresses_.of(address, now);
  }
  void set_user(const std::string& key, chat::time_point now) { of_user_ = users_.of(key, now); }

  void charge(chat::time_point now, chat::clock::duration took) {
    if (of_address_) of_address_->charge(now, took, addresses_.percent());
    if (of_user_) of_user_->charge(now, took, users_.percent());
    this_turn_ += took;
  }

  // Whether it may have more done at once; else next_turn() waits until it may, which is when its user and
  // its address have taken no more than their shares and others of the shard have had a turn. False where the
  // stream was aborted meanwhile.
  bool has_turn(chat::time_point now) const {
    return this_turn_ < longest_turn && wait(now) == chat::clock::duration::zero();
  }
  net::awaitable<bool> next_turn(net::tls_stream& stream, asio::io_context& io);

  // Charges what is done while it lives; no suspension may lie within that.
  class meter {
   public:
    explicit meter(work_account& account) : account_(account), began_(chat::clock::now()) {}
    meter(const meter&) = delete;
    meter& operator=(const meter&) = delete;
    ~meter() {
      const auto now = chat::clock::now();
      account_.charge(now, now - began_);
    }

   private:
    work_account& account_;
    const chat::time_point began_;
  };

 private:
  static constexpr chat::milliseconds longest_turn{1};

  chat::clock::duration wait(chat::time_point now) const {
    const auto for_address = of_address_ ? of_address_->wait(now) : chat::clock::duration::zero();
    return of_user_ ? std::max(for_address, of_user_->wait(now)) : for_address;
  }

  work_shares& addresses_;
  work_shares& users_;
  std::string address_;
  std::shared_ptr<chat::work_share> of_address_, of_user_;
  chat::clock::duration this_turn_{};
};

}  // namespace parley
