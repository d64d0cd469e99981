#pragma once
// Who may connect: so many connections in all and so many from one address, and a few more that are taken
// only as far as an answer that says so. One for all shards: asked when a connection comes and when it goes.

#include <atomic>
#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include "net/asio.hpp"

namespace parley {

class admission {
 public:
  // 0 connections of one address: no limit.
  admission(std::size_t connections, std::size_t per_address)
      : connections_limit_(connections), per_address_limit_(per_address) {}

  // What a connection holds for as long as it lasts. It may be given back on any thread, and not after the
  // admission is gone.
  class place {
   public:
    place(place&& other) noexcept
        : from_(std::exchange(other.from_, nullptr)),
          turned_away_(other.turned_away_),
          address_(std::move(other.address_)) {}
    place& operator=(place&&) = delete;
    ~place() {
      if (from_) from_->give_back(*this);
    }

    // No room for it: it is told so, and that is all.
    bool turned_away() const { return turned_away_; }

    // Counts it for an address from now on, where it is not counted for one yet. False where that address has
    // as many as it may have.
    bool count_for(const asio::ip::address& address);

   private:
    friend class admission;
    place(admission& from, bool turned_away, const std::optional<asio::ip::address>& address)
        : from_(&from), turned_away_(turned_away), address_(address) {}

    admission* from_;
    bool turned_away_;
    std::optional<asio::ip::address> address_;  // that it is counted for
  };

  // `counted` is the client's address; none where it is not to be counted (a proxy's). Nothing comes back
  // where the connection is to be closed without a word, since too many are being told already.
  std::optional<place> enter(const std::optional<asio::ip::address>& counted);

 private:
  bool count_in(const std::optional<asio::ip::address>& counted);
  bool count_address(const asio::ip::address& address);
  void uncount_address(const asio::ip::address& address);
  void give_back(const place& from);

  const std::size_t connections_limit_, per_address_limit_;
  std::atomic<std::size_t> connections_{0}, turned_away_{0};
  std::mutex mutex_;
  std::map<asio::ip::address, std::size_t> by_address_;
};

}  // namespace parley
