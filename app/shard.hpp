#pragma once
// One core's share of the server: an io_context run by one thread, an acceptor, the sessions it accepted and
// the rooms that live here. Nothing in it is touched by another thread; run_on() is the only way in.

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "app/accounts/login_directory.hpp"
#include "app/rooms/room_home.hpp"
#include "net/asio.hpp"
#include "net/turn_gate.hpp"

namespace parley {

class session;
struct services;

class shard {
 public:
  // `all` is the list of every shard, this one included; it is complete before any of them runs.
  shard(std::size_t index, services& shared, const std::vector<std::unique_ptr<shard>>& all);
  ~shard();

  std::size_t index() const { return index_; }
  services& shared() { return shared_; }
  rooms& local_rooms() { return rooms_; }
  std::size_t shard_count() const { return all_.size(); }
  asio::io_context& io() { return io_; }
  net::turn_gate& gate() { return gate_; }

  // Runs a function on this shard: at once where that is the caller's shard too, so in the order of the
  // calls.
  template <class Function>
  void run_on(std::size_t index, Function function) {
    if (index == index_) {
      function(*this);
    } else {
      shard& there = *all_[index];
      asio::post(there.io_, [&there, function = std::move(function)]() mutable { function(there); });
    }
  }

  // Reads go into this buffer; what is wanted of it is taken out before the next suspension.
  std::span<char> read_buffer() { return read_buffer_; }

  session* find(std::uint64_t number);

  // All of a user's here that are logged in.
  std::vector<session*> sessions_of(const std::string& user_key);
  void note_user(session& logged_in);

  // Accepts connections from now on, on a thread of its own.
  void start(net::tcp_acceptor acceptor);

  // The end, in steps; the server takes each on all shards before the next, so that what has been said is
  // seen by everybody: nothing new is taken in, what is in the rooms goes out, every session is told that the
  // server is restarting.
  void stop_taking();
  void flush_rooms() { rooms_.flush_all(); }
  void end_sessions();
  bool is_closing() const { return closing_; }

  // From any thread; what is still connected is cut.
  void stop();

  std::size_t session_count() const { return session_count_.load(std::memory_order_relaxed); }

 private:
  net::awaitable<void> accept_loop();
  void admit(net::tcp_socket socket) noexcept;
  void begin_session(net::tcp_socket socket);
  void forget(std::uint64_t number);

  const std::size_t index_;
  services& shared_;
  const std::vector<std::unique_ptr<shard>>& all_;
  net::turn_gate gate_{io_};  // before io_, with which those go who still wait at it
  asio::io_context io_{1};
  std::vector<char> read_buffer_;
  std::unique_ptr<net::tcp_acceptor> acceptor_;
  rooms rooms_;
  std::unordered_map<std::uint64_t, session*> sessions_;    // each owned by its own coroutines
  std::unordered_multimap<std::string, session*> by_user_;  // those that are logged in, by the user's key
  std::atomic<std::size_t> session_count_{0};
  std::uint64_t next_number_ = 1;
  bool closing_ = false;
  std::thread thread_;
};

}  // namespace parley
