#include <algorithm>
#include <iostream>

#include <CLI/CLI.hpp>

#include "bench/commands.hpp"

namespace parley::bench {

core_plan plan_cores(unsigned shards, unsigned generator_threads) {
  const auto cores = allowed_cores();
  if (cores.size() < 2) return {};
  core_plan plan;
  const auto for_server = std::min<std::size_t>(std::max(1U, shards), cores.size() - 1);
  plan.server.assign(cores.begin(), cores.begin() + static_cast<std::ptrdiff_t>(for_server));
  const auto left = std::min<std::size_t>(std::max(1U, generator_threads), cores.size() - for_server);
  plan.generator.assign(cores.begin() + static_cast<std::ptrdiff_t>(for_server),
                        cores.begin() + static_cast<std::ptrdiff_t>(for_server + left));
  return plan;
}

namespace {

constexpr auto* footer = R"(
Examples:
  parley-bench compare                          the headline comparison, in under three minutes
  parley-bench compare --against bun ws         with Node's ws beside Bun
  parley-bench fanout --clients 1000 --publishers 1000 --rate 1 --json new.json
  parley-bench diff old.json new.json           better, worse or within noise
  parley-bench sweep --clients 100 300 1000 --json sweep.json && parley-bench plot sweep.json

Latency counts from when a message was due, not from when it was sent. A figure that is not to be trusted, because
something was lost or the generator was the bottleneck, says so on its own line. docs/performance.md explains each.)";

void add_load(CLI::App& command, setting& how, load& work, double& seconds, double& warm_up) {
  command.add_option("--clients", how.clients, "Clients, spread evenly over the rooms")
      ->capture_default_str()
      ->check(CLI::Range(1, 60'000));
  command.add_option("--publishers", work.publishers, "Of them, who speak")
      ->capture_default_str()
      ->check(CLI::Range(1, 60'000));
  command.add_option("--rate", work.rate, "Messages a second of each publisher")
      ->capture_default_str()
      ->check(CLI::Range(0.01, 1000.0));
  command.add_option("--text", work.text_size, "Bytes of a message's text")
      ->capture_default_str()
      ->check(CLI::Range(13, 50));
  command.add_option("--seconds", seconds, "Measured in each round")
      ->capture_default_str()
      ->check(CLI::Range(0.1, 3600.0));
  command.add_option("--warm-up", warm_up, "Seconds before that")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 600.0));
  command.add_option("--flush", how.flush_interval, "fanout.flush_interval in ms")
      ->capture_default_str()
      ->check(CLI::Range(0, 1000));
  command.add_option("--shards", how.shards, "server.shards")
      ->capture_default_str()
      ->check(CLI::Range(1, 256));
  command.add_option("--history", how.history, "history.mode")
      ->capture_default_str()
      ->check(CLI::IsMember({"sqlite", "memory", "off"}));
}

int run(int argc, char** argv) {
  CLI::App app("Loads chat servers and measures them.", "parley-bench");
  app.footer(footer);
  app.require_subcommand(1);
  int status = 0;
  double seconds = 2, warm_up = 0.5;

  fanout_options fanout;
  auto* command = app.add_subcommand("fanout", "One load on one server");
  add_load(*command, fanout.how, fanout.work, seconds, warm_up);
  command->add_option("--server", fanout.server, "Which server")
      ->capture_default_str()
      ->check(CLI::IsMember(contestant_names()));
  command->add_option("--rooms", fanout.work.rooms, "Rooms, of Parley")
      ->capture_default_str()
      ->check(CLI::Range(1, 10'000));
  command->add_option("--rounds", fanout.rounds, "How often")
      ->capture_default_str()
      ->check(CLI::Range(1, 1000));
  command->add_option("--threads", fanout.threads, "Of the generator, each on a core of its own")
      ->capture_default_str();
  command->add_option("--json", fanout.json, "File for the results");
  auto* url = command->add_option("--url", fanout.url, "A Parley that runs already, on this machine");
  command->add_option("--tokens", fanout.tokens, "With --url: a file of login tokens, one for each client")
      ->needs(url);
  command
      ->add_option("--pid", fanout.process, "With --url: the server's process, for its CPU time and memory")
      ->needs(url);
  url->needs("--tokens");
  command->callback([&] {
    fanout.work.measured = from_seconds(seconds);
    fanout.work.warm_up = from_seconds(warm_up);
    fanout.work.publishers = std::min(fanout.work.publishers, fanout.how.clients);
    fanout.how.rate = fanout.work.rate;
    fanout.work.rooms = std::min(fanout.work.rooms, fanout.how.clients);
    if (fanout.work.rooms > 1 && fanout.server != "parley")
      throw CLI::ValidationError("--rooms", "only Parley has rooms");
    status = run_fanout(fanout);
  });

  compare_options compare;
  command = app.add_subcommand("compare", "Parley, the floor and peers, interleaved, as ratios");
  command->add_option("--rounds", compare.rounds, "Of each server")
      ->capture_default_str()
      ->check(CLI::Range(1, 100));
  command->add_option("--seconds", compare.seconds, "Measured in each round")
      ->capture_default_str()
      ->check(CLI::Range(0.1, 600.0));
  command->add_option("--against", compare.against, "Peers: bun, ws, socketio; none: only the floor")
      ->capture_default_str()
      ->expected(0, 3)
      ->check(CLI::IsMember({"bun", "ws", "socketio"}));
  command->add_option("--rows", compare.rows, "Only these rows, 1 to 5")->check(CLI::Range(1, 5));
  command->add_option("--idle", compare.idle_connections, "Idle connections to hold; 0: leave that out")
      ->capture_default_str()
      ->check(CLI::Range(0, 60'000));
  command->add_option("--json", compare.json, "File for the results");
  command->callback([&] { status = run_compare(compare); });

  sweep_options sweep;
  command = app.add_subcommand("sweep", "One server over clients x rates x flush intervals x shards");
  command->add_option("--clients", sweep.clients, "Numbers of clients")->capture_default_str();
  command->add_option("--publishers", sweep.publishers, "Numbers of publishers; none: all clients speak");
  command->add_option("--rate", sweep.rates, "Messages a second of each publisher")->capture_default_str();
  command->add_option("--flush", sweep.flush_intervals, "fanout.flush_interval in ms")->capture_default_str();
  command->add_option("--shards", sweep.shards, "server.shards")->capture_default_str();
  command->add_option("--seconds", sweep.seconds, "Measured at each point")->capture_default_str();
  command->add_option("--server", sweep.server, "Which server")
      ->capture_default_str()
      ->check(CLI::IsMember(contestant_names()));
  command->add_option("--json", sweep.json, "File for the results");
  command->callback([&] { status = run_sweep(sweep); });

  soak_options soak;
  command = app.add_subcommand("soak", "A steady load for long, with memory and latency over time");
  add_load(*command, soak.how, soak.work, soak.report_every, warm_up);
  command->add_option("--minutes", soak.minutes, "How long")
      ->capture_default_str()
      ->check(CLI::Range(0.05, 100'000.0));
  command->add_option("--json", soak.json, "File for the results");
  command->callback([&] {
    soak.how.rate = soak.work.rate;
    soak.work.warm_up = from_seconds(warm_up);
    soak.work.publishers = std::min(soak.work.publishers, soak.how.clients);
    status = run_soak(soak);
  });

  storm_options storm;
  double storm_seconds = 5;
  command = app.add_subcommand("storm", "Many reconnects at once while a broadcast goes on");
  add_load(*command, storm.how, storm.work, storm_seconds, warm_up);
  command->add_option("--reconnecting", storm.reconnecting, "Clients that come in at once")
      ->capture_default_str()
      ->check(CLI::Range(1, 30'000));
  command->add_flag("--resume,!--no-resume", storm.resume, "Come back with TLS session tickets")
      ->capture_default_str();
  command->add_option("--json", storm.json, "File for the results");
  command->callback([&] {
    storm.how.rate = storm.work.rate;
    storm.work.measured = from_seconds(storm_seconds);
    storm.work.warm_up = from_seconds(warm_up);
    storm.work.publishers = std::min(storm.work.publishers, storm.how.clients);
    status = run_storm(storm);
  });

  std::string before, after;
  double least_change = 3;
  command =
      app.add_subcommand("diff", "Compare two results of the same work; exit status 1 where one is worse");
  command->add_option("OLD", before, "JSON of --json")->required();
  command->add_option("NEW", after, "JSON of --json")->required();
  command->add_option("--noise", least_change, "Changes below so many percent do not count")
      ->capture_default_str();
  command->callback([&] { status = run_diff(before, after, least_change / 100); });

  std::vector<std::string> files;
  std::string folder = "plots";
  command = app.add_subcommand("plot", "Draw results as SVG");
  command->add_option("FILES", files, "JSON of --json")->required();
  command->add_option("--folder", folder, "Where to")->capture_default_str();
  command->callback([&] { status = run_plot(files, folder); });

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    constexpr int wrong_usage = 2;
    return app.exit(error) == 0 ? 0 : wrong_usage;
  }
  return status;
}

}  // namespace
}  // namespace parley::bench

int main(int argc, char** argv) {
  try {
    parley::bench::raise_file_limit();
    return parley::bench::run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "parley-bench: " << error.what() << '\n';
    return 1;
  }
}
