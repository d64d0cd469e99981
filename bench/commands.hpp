#pragma once
// What parley-bench can do, one function a command; each gives the process's exit status.

#include <string>
#include <vector>

#include "bench/contestant.hpp"
#include "bench/load.hpp"

namespace parley::bench {

// Which cores the server and the generator run on: different ones where there are two.
struct core_plan {
  std::vector<int> server, generator;
};
core_plan plan_cores(unsigned shards, unsigned generator_threads);

struct fanout_options {
  std::string server = "parley";
  setting how;
  load work;
  unsigned threads = 1;  // of the generator
  unsigned rounds = 1;
  std::string json;
  // A server that runs already instead of one of our own.
  std::string url;
  std::string tokens;  // a file with a login session's token for each client, one a line
  int process = 0;     // to account CPU time to
};
int run_fanout(fanout_options options);

struct compare_options {
  unsigned rounds = 5;
  double seconds = 1.4;  // measured in each round
  std::vector<std::string> against{"bun"};
  std::vector<unsigned> rows;          // 1 to 5; none: all
  unsigned idle_connections = 15'000;  // 0: leave that row out
  std::string json;
};
int run_compare(const compare_options& options);

struct sweep_options {
  std::vector<std::uint32_t> clients{100, 500, 1000};
  std::vector<double> rates{1};           // messages a second of each publisher
  std::vector<std::uint32_t> publishers;  // none: as many as clients
  std::vector<unsigned> flush_intervals{10};
  std::vector<unsigned> shards{1};
  double seconds = 2;
  std::string server = "parley";
  std::string json;
};
int run_sweep(const sweep_options& options);

struct soak_options {
  setting how;
  load work;
  double minutes = 1;
  double report_every = 10;  // seconds
  std::string json;
};
int run_soak(soak_options options);

struct storm_options {
  setting how;  // its clients are in before the storm and stay
  load work;
  std::uint32_t reconnecting = 2000;
  bool resume = true;  // with the TLS sessions they had
  std::string json;
};
int run_storm(storm_options options);

int run_diff(const std::string& before, const std::string& after, double least_change);
int run_plot(const std::vector<std::string>& files, const std::string& folder);

}  // namespace parley::bench
