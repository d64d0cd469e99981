#pragma once
// A bad network between clients and the server: a TCP proxy that knows nothing of what it carries. At random
// it cuts a connection, lets a direction of it stall, delays what it carries, or splits it. Of a connection
// that goes on no byte is lost, changed or told out of turn. A thread of its own does all of it.

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "deadline.hpp"

namespace parley::test {

class fault_proxy {
 public:
  enum class fault { cut, stall, delay, split };

  // Listens on 127.0.0.1, on a port that the kernel picks, for connections to this port there.
  fault_proxy(std::uint16_t server_port, std::uint32_t seed);
  ~fault_proxy();  // closes every connection
  fault_proxy(const fault_proxy&) = delete;
  fault_proxy& operator=(const fault_proxy&) = delete;

  std::uint16_t port() const { return port_; }

  // A good network from now on; what is held back comes through when its time is up.
  void behave() { faulty_ = false; }

  // How often it has happened.
  int count(fault what) const { return counts_[static_cast<std::size_t>(what)]; }

 private:
  // One direction of a connection.
  struct lane {
    lane(int source, int target) : from(source), to(target) {}
    int from, to;
    std::string waiting;  // at most lane_limit: then nothing is read
    clock::time_point held_until{};
    int pieces = 0;          // so many of the next writes are small
    bool ended = false;      // nothing more comes
    bool passed_on = false;  // and the other side knows

    bool wants_to_read() const;
    bool wants_to_write(clock::time_point now) const;
    bool has_end_to_pass_on() const { return ended && waiting.empty() && !passed_on; }
  };

  struct connection {
    connection(int client, int server) : up(client, server), down(server, client) {}
    ~connection();
    lane up, down;
  };

  void run();
  int milliseconds_to_wait(clock::time_point now) const;
  void accept();
  // False where the connection is over.
  bool carry(connection& between, short client_events, short server_events, clock::time_point now);
  bool read(lane& way, clock::time_point now);
  bool write(lane& way, clock::time_point now);
  bool disturb(lane& way, clock::time_point now);
  void cut(connection& between);
  int pick(int from, int to) { return std::uniform_int_distribution<int>(from, to)(random_); }

  const std::uint16_t server_port_;
  std::mt19937 random_;
  int listening_ = -1;
  std::uint16_t port_ = 0;
  std::vector<std::unique_ptr<connection>> connections_;
  std::array<std::atomic<int>, 4> counts_{};
  std::atomic<bool> faulty_ = true, stopping_ = false;
  std::thread thread_;
};

}  // namespace parley::test
