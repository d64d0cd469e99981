#pragma once
// One thread's clients of one server: their connections, an epoll, and the loop that publishes what is due
// and reads what comes.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "bench/connection.hpp"
#include "bench/dialect.hpp"
#include "bench/histogram.hpp"
#include "bench/ledger.hpp"
#include "bench/load.hpp"

namespace parley::bench {

// Whom to talk to, and as whom.
struct endpoint {
  dialect spoken = dialect::parley;
  std::uint16_t port = 0;           // on 127.0.0.1
  std::vector<std::string> tokens;  // of login sessions, one a client, where the dialect has any
  std::vector<tls_session> resume;  // TLS sessions, one a client; empty: nobody has been here before
  std::uint32_t first_room = 0;     // and those after it are the clients'
};

// What one worker saw in one round.
struct tally {
  std::uint64_t deliveries = 0;  // within the measured time, by when they came
  histogram latency;             // of messages due within the measured time, from due to delivered
  histogram lateness;            // from due to sent, of the same messages
  nanoseconds cpu = 0;           // this thread's, within the measured time
  nanoseconds measured = 0;      // how long that was
  std::uint64_t lost = 0;
  std::uint64_t of_other_rounds = 0, doubled = 0, out_of_order = 0;
  std::uint64_t refused = 0;  // publications the server answered with an error
  std::string first_refusal;
};

class worker {
 public:
  // Clients first, first + step, ... below `clients`. The endpoint outlives the worker. Throws
  // std::runtime_error.
  worker(const endpoint& server, std::uint32_t clients, std::uint32_t rooms, std::uint32_t first,
         std::uint32_t step);
  ~worker();
  worker(const worker&) = delete;
  worker& operator=(const worker&) = delete;

  // Brings all clients in, so many at a time. Stops early, with failed() set, where one cannot get in.
  void connect(std::uint32_t at_once);

  // Reads and answers for a while.
  void attend(nanoseconds duration);

  // Plays a round. `at_edge` is called when the measured time begins and again when it ends.
  tally play(const schedule& round, const std::function<void()>& at_edge);

  // The books of the last round, one for each room, until the next.
  const std::vector<ledger>& books() const { return play_.books; }

  // The TLS sessions of its clients, each at its client's place.
  void collect_sessions(std::vector<tls_session>& all) const;
  std::uint32_t resumed() const { return resumed_; }

  std::uint32_t members() const { return inside_; }
  std::uint32_t dropped() const { return dropped_; }
  const std::string& first_drop() const { return first_drop_; }

 private:
  struct client {
    connection link;
    std::uint32_t events = 0;  // what epoll waits for
    bool greeted = false;
    bool inside = false;
    bool gone = false;
    ledger::bookmark place;
    ledger* books = nullptr;  // of its room, in the round being played
  };

  // The round being played, or the books of the last one.
  struct round_in_play {
    const schedule* round = nullptr;
    std::vector<ledger> books;  // one for each room
    tally seen;
    std::uint32_t next = 0;       // message to publish
    std::uint64_t delivered = 0;  // in the whole round
    std::uint64_t owed = 0;       // to all these clients
    bool in_measured_time = false;
  };

  // Which of the crowd's clients are this worker's: `first` and every `step`th after it.
  struct share {
    std::uint32_t all, rooms, first, step;
    std::uint32_t number_of(std::size_t at) const { return first + static_cast<std::uint32_t>(at) * step; }
  };

  // Among the rooms of this crowd.
  std::uint32_t room_of(const client& who) const {
    return share_.number_of(static_cast<std::size_t>(&who - clients_.data())) % share_.rooms;
  }
  void start(std::size_t at);
  void wait(nanoseconds until);
  void advance(std::size_t at);
  void on_frame(client& who, frame_type type, std::string_view payload);
  void on_text(client& who, std::string_view payload);
  void enter(client& who, std::string_view payload);
  void record_delivery(std::uint32_t number);
  void publish_due();
  std::uint32_t next_own(std::uint32_t number) const;
  void finish_books();

  const endpoint& server_;
  const share share_;
  net::ssl_ctx_ptr context_;
  int epoll_ = -1;
  std::vector<client> clients_;
  std::vector<char> buffer_;
  nanoseconds now_ = 0;  // read once for each ready connection
  std::uint32_t inside_ = 0, opening_ = 0, dropped_ = 0, resumed_ = 0;
  std::string first_drop_;

  round_in_play play_;
};

}  // namespace parley::bench
