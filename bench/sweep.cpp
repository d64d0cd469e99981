// The same measurement over clients, rates, flush intervals and shards.

#include <algorithm>
#include <iostream>

#include "bench/commands.hpp"
#include "bench/report.hpp"

namespace parley::bench {
namespace {

using json = nlohmann::ordered_json;

struct point {
  setting how;
  load work;
};

std::vector<point> points_of(const sweep_options& options) {
  std::vector<point> points;
  for (const auto shards : options.shards)
    for (const auto flush : options.flush_intervals)
      for (const auto rate : options.rates)
        for (const auto clients : options.clients) {
          auto publishers = options.publishers;
          if (publishers.empty()) publishers.push_back(clients);
          for (const auto speaking : publishers) {
            point added;
            added.how.clients = clients;
            added.how.rate = rate;
            added.how.flush_interval = flush;
            added.how.shards = shards;
            added.work.publishers = std::min(speaking, clients);
            added.work.rate = rate;
            added.work.measured = from_seconds(options.seconds);
            points.push_back(added);
          }
        }
  return points;
}

}  // namespace

int run_sweep(const sweep_options& options) {
  json result{{"kind", "sweep"}, {"environment", describe_environment()}};
  table lines({"clients x publishers x rate, flush, shards", "deliveries/s", "CPU per delivery", "p50", "p99",
               "core used", "KiB per connection", ""});
  const auto points = points_of(options);
  {
    progress bar(points.size());
    for (const auto& [asked, work] : points) {
      auto how = asked;
      const auto name = std::to_string(how.clients) + " x " + std::to_string(work.publishers) + " x " +
                        fixed(work.rate, 1) + "/s, " + std::to_string(how.flush_interval) + " ms, " +
                        std::to_string(how.shards);
      bar.step(name);
      const auto plan = plan_cores(how.shards, 1);
      how.cores = plan.server;
      const contestant server(options.server, how);
      const auto memory_before = resident_memory(server.process());
      crowd clients(server.where(), how.clients, plan.generator);
      clients.connect();
      const auto memory =
          (resident_memory(server.process()) - memory_before) / static_cast<std::int64_t>(how.clients);
      const auto round = clients.play(work, server.process());
      const auto complaints = round.complaints();
      lines.add({name, fixed(round.deliveries_per_second(), 0), fixed(round.cpu_per_delivery(), 2) + " us",
                 milliseconds_text(round.latency.quantile(0.5)),
                 milliseconds_text(round.latency.quantile(0.99)),
                 fixed(100.0 * static_cast<double>(round.server_cpu) /
                           (round.seconds * static_cast<double>(second)),
                       0) +
                     " %",
                 fixed(static_cast<double>(memory) / 1024, 1),
                 complaints.empty() ? "" : "NOT VALID: " + complaints.front()});
      json entry{{"name", options.server}, {"work", to_json(work, how)}, {"memory_per_connection", memory}};
      entry["rounds"].push_back(to_json(round));
      result["results"].push_back(entry);
    }
  }
  lines.print();
  write_json(options.json, result);
  return 0;
}

}  // namespace parley::bench
