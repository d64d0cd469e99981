#pragma once
// One core's share of the server: an io_context run by one thread, an acceptor, the sessions it accepted and
// the rooms that live here. Nothing in it is touched by another thread; run_on() is the only way in.

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "app/connection/session_registry.hpp"
#include "app/connection/shard_view.hpp"
#include "app/rooms/local_members.hpp"
#include "app/rooms/room_homes.hpp"
#include "app/rooms/room_router.hpp"
#include "app/rooms/room_surroundings.hpp"
#include "app/services.hpp"
#include "net/asio.hpp"
#include "net/turn_gate.hpp"

namespace parley {

class shard final : private room_surroundings {
 public:
  // `all` is the list of every shard, this one included; it is complete before any of them runs.
  shard(std::size_t index, services& shared, const std::vector<std::unique_ptr<shard>>& all);
  ~shard();

  asio::io_context& io() { return io_; }

  // A room that is there from the start: before the shard runs.
  void add_room(const chat::room_name& name, chat::room_record record, std::unique_ptr<chat::room_log> log) {
    homes_.add(name, std::move(record), std::move(log));
  }

  // Accepts connections from now on, on a thread of its own.
  void start(net::tcp_acceptor acceptor);

  // Something that concerns a login session of one of its sockets. From any thread.
  void tell_socket(std::uint64_t number, login_directory::event event);

  // The end, in steps; the server takes each on all shards before the next, so that what has been said is
  // seen by everybody: nothing new is taken in, what is in the rooms goes out, every session is told that the
  // server is restarting.
  void stop_taking();
  void flush_rooms() { homes_.flush_all(); }
  void end_sessions();

  // From any thread; what is still connected is cut.
  void stop();

  std::size_t session_count() const { return session_count_.load(std::memory_order_relaxed); }

 private:
  // Runs a function on a shard: at once where that is this one, so in the order of the calls.
  template <class Function>
  void run_on(std::size_t index, Function function);

  std::size_t shard_count() const override { return all_.size(); }
  void forward(std::size_t index, room_request request) override;
  void answer(room_answer answer) override;
  void deliver(std::size_t index, const chat::room_name& room,
               std::shared_ptr<chat::broadcast> news) override;
  void tell_user(const std::string& user_key, std::string json) override;
  void open_log(const chat::room_name& room, const chat::room_record& record,
                std::function<void(opened_log)> then) override;
  void hear(room_answer answer);

  net::awaitable<void> accept_loop();
  void admit(net::tcp_socket socket) noexcept;
  void begin_session(net::tcp_socket socket);
  void forget(const session& going);

  const std::size_t index_;
  services& shared_;
  const std::vector<std::unique_ptr<shard>>& all_;
  net::turn_gate gate_{io_};  // before io_, with which those go who still wait at it
  asio::io_context io_{1};
  std::vector<char> read_buffer_;
  std::unique_ptr<net::tcp_acceptor> acceptor_;
  room_homes homes_;
  room_router router_;
  local_members members_;
  session_registry sessions_;
  work_shares address_shares_, user_shares_;
  shard_view view_;  // of all this, for the sessions
  std::atomic<std::size_t> session_count_{0};
  std::uint64_t next_number_ = 1;
  std::thread thread_;
};

}  // namespace parley
