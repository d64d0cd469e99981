#pragma once
// Somebody who stays over the server's ends and the network's faults: what is not acknowledged is said again,
// and what was missed is fetched, as a good client does. One thread at a time uses it, any thread: since
// Boost.Test knows only one, it asserts nothing and keeps what was wrong in `complaints`.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "server_process.hpp"

namespace parley::test {

using seq_to_text = std::map<std::uint64_t, std::string>;

// All that a room keeps, by pages from the front.
seq_to_text all_history(websocket_client& socket, const std::string& room = "lobby");

class steady_client {
 public:
  // A room as the client knows it.
  struct known_room {
    std::string epoch;       // empty: never been in it
    std::uint64_t last = 0;  // the seq up to which all is known
    seq_to_text seen;
    std::vector<std::string> unacknowledged;            // ids, in the order in which they were said
    std::map<std::string, std::uint64_t> acknowledged;  // seqs by id
  };

  // Registers the name.
  steady_client(const server_process& server, std::string name,
                const std::vector<std::string>& rooms = {"lobby"});

  // On a new socket: enters the rooms, fetches what was missed there, says again what is not acknowledged.
  void connect(std::uint16_t port);
  bool connected() const { return socket_.has_value(); }

  // Runs the step and gives whether it came to its end. If not, the socket is gone. That a connection ends is
  // a complaint only where the server says not to come back; whatever else the step throws is one.
  bool attempt(const std::function<void()>& step);

  // Says something that nobody has said before; its text is its id.
  void say(const std::string& room = "lobby");

  // Takes what comes: until then, until all that was said is acknowledged, until this seq is known.
  void listen(clock::time_point until);
  void read_acks();
  void read_until(const std::string& room, std::uint64_t seq);

  const std::string& name() const { return name_; }
  const known_room& in(const std::string& room = "lobby") const { return rooms_.at(room); }

  std::string complaints;

 private:
  void enter(const std::string& name, known_room& room);
  void fetch_up_to(std::uint64_t seq, const std::string& name, known_room& room);
  void take(const json& frame);
  void saw(known_room& room, const json& message);
  void acknowledge(known_room& room, const json& ack);
  bool waits_for_acks() const;
  void complain(const std::string& what);

  std::string name_, cookie_;
  std::map<std::string, known_room> rooms_;
  int said_ = 0;
  std::optional<websocket_client> socket_;
};

// Checks that the room keeps the messages of these clients and no others, each once and a client's in the
// order in which they were said; that every client has seen just them; and that nobody has a complaint.
void check_agreement(const std::vector<steady_client>& clients, const std::string& room,
                     const seq_to_text& kept);

}  // namespace parley::test
