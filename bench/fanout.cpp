// One load on one server, round after round, with every figure of it.

#include <charconv>
#include <fstream>
#include <iostream>
#include <optional>
#include <stdexcept>

#include "bench/commands.hpp"
#include "bench/report.hpp"

namespace parley::bench {
namespace {

using json = nlohmann::ordered_json;

std::vector<std::string> read_lines(const std::string& file) {
  std::ifstream in(file);
  if (!in) throw std::runtime_error("cannot read " + file);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);)
    if (!line.empty()) lines.push_back(line);
  return lines;
}

// The generator connects to this machine only.
std::uint16_t port_of(const std::string& url) {
  for (const std::string start :
       {"https://localhost:", "wss://localhost:", "https://127.0.0.1:", "wss://127.0.0.1:"}) {
    if (!url.starts_with(start)) continue;
    std::uint16_t port = 0;
    const auto* end = url.data() + url.size();
    const auto [stop, error] = std::from_chars(url.data() + start.size(), end, port);
    if (error == std::errc() && port != 0 && (stop == end || *stop == '/')) return port;
  }
  throw std::runtime_error("--url is \"" + url +
                           "\"; expected https://localhost:PORT, a server on this machine");
}

void print(const figures& round, std::int64_t memory_per_connection) {
  std::cout << "deliveries        " << fixed(round.deliveries_per_second(), 0) << "/s, " << round.frame_size
            << " bytes each\n";
  if (round.server_cpu != 0)
    std::cout << "server CPU        " << fixed(round.cpu_per_delivery(), 2) << " us per delivery, "
              << fixed(100.0 * static_cast<double>(round.server_cpu) /
                           (round.seconds * static_cast<double>(second)),
                       0)
              << " % of a core (" << fixed(100 * round.system_share, 0) << " % of it system)\n";
  const auto at = [&](double share) { return milliseconds_text(round.latency.quantile(share)); };
  std::cout << "latency           p50 " << at(0.5) << ", p90 " << at(0.9) << ", p99 " << at(0.99)
            << ", p99.9 " << at(0.999) << ", max " << milliseconds_text(round.latency.max()) << '\n';
  if (memory_per_connection != 0)
    std::cout << "memory            " << fixed(static_cast<double>(memory_per_connection) / 1024, 1)
              << " KiB per connection\n";
  std::cout << "lost " << round.lost << ", doubled " << round.doubled << ", out of order "
            << round.out_of_order << "; generator at " << fixed(100 * round.generator_share, 0)
            << " % of its core\n";
  for (const auto& complaint : round.complaints()) std::cout << "NOT VALID: " << complaint << '\n';
}

}  // namespace

int run_fanout(fanout_options options) {
  const auto plan = plan_cores(options.how.shards, options.threads);
  options.how.cores = plan.server;
  std::optional<contestant> own;
  endpoint attached;
  pid_t process = options.process;
  if (options.url.empty()) {
    own.emplace(options.server, options.how);
    process = own->process();
  } else {
    attached.port = port_of(options.url);
    attached.tokens = read_lines(options.tokens);
    if (attached.tokens.size() < options.how.clients)
      throw std::runtime_error(options.tokens + " has " + std::to_string(attached.tokens.size()) +
                               " tokens for " + std::to_string(options.how.clients) + " clients");
  }
  const auto memory_before = process == 0 ? 0 : resident_memory(process);
  crowd clients(own ? own->where() : attached, options.how.clients, plan.generator, options.work.rooms);
  const double connecting = clients.connect();
  std::cout << options.how.clients << " clients came in within " << fixed(connecting, 1) << " s, "
            << fixed(options.how.clients / connecting, 0) << " handshakes a second\n";
  const auto memory = process == 0 ? 0
                                   : (resident_memory(process) - memory_before) /
                                         static_cast<std::int64_t>(options.how.clients);

  json result{{"kind", "fanout"}, {"environment", describe_environment()}};
  auto& entry = result["results"][0];
  entry = {{"name", options.server},
           {"work", to_json(options.work, options.how)},
           {"memory_per_connection", memory},
           {"handshakes_per_second", options.how.clients / connecting}};
  bool valid = true;
  for (unsigned i = 0; i < options.rounds; ++i) {
    const auto round = clients.play(options.work, process);
    print(round, memory);
    entry["rounds"].push_back(to_json(round));
    valid = valid && round.complaints().empty();
  }
  write_json(options.json, result);
  return valid ? 0 : 1;
}

}  // namespace parley::bench
