#pragma once
// All clients of one server: workers, one for each core the generator has, and what a round of a load showed.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <sys/types.h>

#include "bench/histogram.hpp"
#include "bench/load.hpp"
#include "bench/process_usage.hpp"
#include "bench/worker.hpp"

namespace parley::bench {

// What one round showed. Nothing in it is worth anything where complaints() has something to say.
struct figures {
  double seconds = 0;            // measured
  std::uint64_t deliveries = 0;  // within them
  nanoseconds server_cpu =
      0;  // user and system, from the kernel's accounting; 0 where the process is not known
  nanoseconds server_waiting = 0;  // it was ready to run and something else had its core
  double system_share = 0;         // of the CPU time the server's process has ever had
  histogram latency;               // from when a message was due to when a member had it
  double generator_share = 0;      // of its core that the busiest generator thread used
  nanoseconds lateness_p99 = 0;    // of the publishers: from due to sent
  std::uint64_t lost = 0, doubled = 0, out_of_order = 0, refused = 0;
  std::uint32_t dropped = 0;
  std::size_t frame_size = 0;  // bytes of a delivery's payload
  std::string detail;          // of the first drop or refusal

  double deliveries_per_second() const { return seconds > 0 ? static_cast<double>(deliveries) / seconds : 0; }
  double cpu_per_delivery() const {  // microseconds
    return deliveries == 0 ? 0 : static_cast<double>(server_cpu) / 1000.0 / static_cast<double>(deliveries);
  }

  // Why this round does not count; empty where it does.
  std::vector<std::string> complaints() const;
};

class crowd {
 public:
  // The endpoint outlives the crowd. No core: one thread anywhere.
  crowd(const endpoint& server, std::uint32_t clients, std::vector<int> cores, std::uint32_t rooms = 1);

  // Brings everybody in, `at_once` handshakes at a time; throws std::runtime_error with the reason where
  // somebody does not get in. Gives how long it took, in seconds.
  double connect(std::uint32_t at_once = 64);

  // Reads and answers for a while.
  void attend(nanoseconds duration);

  // Plays the load once. `server` is the process to account for; 0: none.
  figures play(const load& wanted, pid_t server);

  std::vector<tls_session> sessions() const;  // one a client, to come back with
  std::uint32_t resumed() const;              // clients that came back with one

  std::uint32_t members() const;
  std::uint32_t dropped() const;
  std::string first_drop() const;

 private:
  template <class Work>
  void on_all_threads(Work&& work);

  std::vector<std::unique_ptr<worker>> workers_;
  std::vector<int> cores_;
  std::uint32_t clients_;
  std::uint32_t round_ = 0;
};

}  // namespace parley::bench
