// A storm of reconnects while a broadcast goes on: those who come in may not starve those who are in. They
// come into a room of their own, where nobody speaks, so that the broadcast is the same work as before: what
// it loses is lost to the storm.

#include <iostream>
#include <memory>
#include <thread>

#include "bench/commands.hpp"
#include "bench/report.hpp"

namespace parley::bench {
namespace {

struct arrivals {
  std::unique_ptr<crowd> newcomers;  // stay until the end
  double seconds = 0;
  std::uint32_t resumed = 0;
  std::string failure;
};

// A second crowd that comes in, all at once, on a thread of its own.
arrivals storm_in(const endpoint& where, std::uint32_t clients, const std::vector<int>& cores) {
  arrivals result;
  try {
    result.newcomers = std::make_unique<crowd>(where, clients, cores);
    result.seconds = result.newcomers->connect(clients);
    result.resumed = result.newcomers->resumed();
  } catch (const std::exception& error) {
    result.failure = error.what();
  }
  return result;
}

}  // namespace

int run_storm(storm_options options) {
  const auto plan = plan_cores(options.how.shards, 1);
  const auto inside = options.how.clients;
  options.how.cores = plan.server;
  options.how.clients = inside + options.reconnecting;  // each has a login session
  const contestant server("parley", options.how);
  endpoint residents = server.where(), others = server.where();
  residents.tokens.resize(inside);
  others.tokens.erase(others.tokens.begin(), others.tokens.begin() + inside);
  others.first_room = 1;

  crowd clients(residents, inside, plan.generator);
  clients.connect();
  if (options.resume) {
    crowd earlier(others, options.reconnecting, plan.generator);
    earlier.connect();
    earlier.attend(second / 2);
    others.resume = earlier.sessions();
  }
  const auto calm = clients.play(options.work, server.process());
  arrivals arrived;
  std::thread storm([&] { arrived = storm_in(others, options.reconnecting, plan.generator); });
  const auto stormy = clients.play(options.work, server.process());
  storm.join();

  if (!arrived.failure.empty()) {
    std::cerr << "the storm did not get in: " << arrived.failure << '\n';
    return 1;
  }
  const auto p99 = [](const figures& round) { return static_cast<double>(round.latency.quantile(0.99)); };
  std::cout << options.reconnecting << " clients came in within " << fixed(arrived.seconds, 2) << " s ("
            << fixed(options.reconnecting / arrived.seconds, 0) << " handshakes a second, " << arrived.resumed
            << " of them resumed)\n"
            << "p99 of the broadcast to " << inside << ": " << milliseconds_text(calm.latency.quantile(0.99))
            << " calm, " << milliseconds_text(stormy.latency.quantile(0.99)) << " in the storm, "
            << fixed(p99(stormy) / p99(calm), 2) << " times\n";
  bool valid = true;
  for (const auto* round : {&calm, &stormy})
    for (const auto& complaint : round->complaints()) {
      std::cout << "NOT VALID: " << complaint << '\n';
      valid = false;
    }
  nlohmann::ordered_json result{{"kind", "storm"},
                                {"environment", describe_environment()},
                                {"work", to_json(options.work, options.how)},
                                {"reconnecting", options.reconnecting},
                                {"seconds", arrived.seconds},
                                {"calm", to_json(calm)},
                                {"storm", to_json(stormy)}};
  write_json(options.json, result);
  return valid ? 0 : 1;
}

}  // namespace parley::bench
