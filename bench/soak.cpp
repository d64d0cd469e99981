// A steady load for a long time: whether memory, latency or cost creep.

#include <iostream>

#include "bench/commands.hpp"
#include "bench/report.hpp"

namespace parley::bench {

int run_soak(soak_options options) {
  const auto plan = plan_cores(options.how.shards, 1);
  options.how.cores = plan.server;
  options.work.measured = from_seconds(options.report_every);
  const contestant server("parley", options.how);
  crowd clients(server.where(), options.how.clients, plan.generator);
  clients.connect();

  nlohmann::ordered_json result{{"kind", "soak"}, {"environment", describe_environment()}};
  auto& entry = result["results"][0];
  entry = {{"name", "parley"}, {"work", to_json(options.work, options.how)}};
  std::cout << "   time  deliveries/s  us per delivery        p50        p99        max    memory\n";
  const auto begun = now();
  bool valid = true;
  while (now() - begun < from_seconds(60 * options.minutes)) {
    const auto round = clients.play(options.work, server.process());
    const auto memory = resident_memory(server.process());
    std::printf("%6.0fs  %12.0f  %15.2f  %9s  %9s  %9s  %4.1f MiB\n", to_seconds(now() - begun),
                round.deliveries_per_second(), round.cpu_per_delivery(),
                milliseconds_text(round.latency.quantile(0.5)).c_str(),
                milliseconds_text(round.latency.quantile(0.99)).c_str(),
                milliseconds_text(round.latency.max()).c_str(), static_cast<double>(memory) / (1024 * 1024));
    for (const auto& complaint : round.complaints())
      std::printf("         NOT VALID: %s\n", complaint.c_str());
    std::fflush(stdout);
    auto figures = to_json(round);
    figures["at_s"] = to_seconds(now() - begun);
    figures["memory"] = memory;
    entry["rounds"].push_back(figures);
    valid = valid && round.complaints().empty();
  }
  write_json(options.json, result);
  return valid ? 0 : 1;
}

}  // namespace parley::bench
