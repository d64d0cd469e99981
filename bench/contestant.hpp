#pragma once
// A server that can be measured: Parley with everything on, the floor, and the peers from the package
// registries.

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "bench/server_process.hpp"
#include "bench/worker.hpp"

namespace parley::bench {

// How a contestant is to be set up.
struct setting {
  std::uint32_t clients = 1000;
  double rate = 1;               // messages a second of each publisher: Parley's limit is set to allow it
  unsigned flush_interval = 10;  // milliseconds
  unsigned shards = 1;
  std::string history = "sqlite";  // Parley's own default
  std::vector<int> cores;          // to run on; none: wherever
};

// parley, parley-forgetful (history: off), floor (flushing like Parley), floor-each (a write for every
// message), bun, ws or socketio.
std::vector<std::string> contestant_names();

// A running server and how to talk to it. Its files are in a folder of its own, gone afterwards.
class contestant {
 public:
  // Makes what the server needs (a certificate; for Parley users and login sessions), installs a peer that is
  // missing, and starts it. Throws std::runtime_error with what went wrong and what to do about it.
  contestant(const std::string& name, const setting& wanted);
  ~contestant();
  contestant(const contestant&) = delete;
  contestant& operator=(const contestant&) = delete;

  const std::string& name() const { return name_; }
  const endpoint& where() const { return where_; }
  pid_t process() const { return server_->id(); }

 private:
  std::vector<std::string> prepare_parley(const setting& wanted);

  std::string name_;
  std::filesystem::path folder_;
  endpoint where_;
  std::unique_ptr<server_process> server_;
};

}  // namespace parley::bench
