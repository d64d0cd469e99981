// The same work on Parley, the floor and the peers, interleaved in one run, as ratios.

#include <algorithm>
#include <iostream>
#include <map>
#include <optional>

#include "bench/commands.hpp"
#include "bench/report.hpp"

namespace parley::bench {
namespace {

using json = nlohmann::ordered_json;

// A goal: Parley's CPU per delivery is at most this share of that server's.
struct goal {
  const char* server;
  double at_most;
};

struct row {
  const char* title;
  std::uint32_t clients;
  std::uint32_t publishers;
  double rate;
  unsigned flush_interval;
  const char* floor;
  std::vector<goal> goals;
  bool with_peers = true;
};

const std::vector<row>& all_rows() {
  static const std::vector<row> rows{
      {"1 publisher at 50 msg/s, 1,000 members",
       1000,
       1,
       50,
       10,
       "floor-each",
       {{"floor-each", 1.05}, {"bun", 1.0}}},
      {"500 publishers at 1 msg/s, 500 members, 10 ms",
       500,
       500,
       1,
       10,
       "floor",
       {{"floor", 1.10}, {"bun", 0.40}}},
      {"1,000 publishers at 1 msg/s, 1,000 members, 10 ms",
       1000,
       1000,
       1,
       10,
       "floor",
       {{"floor", 1.10}, {"bun", 0.58}}},
      {"1,000 publishers at 1 msg/s, 1,000 members, flush interval 0",
       1000,
       1000,
       1,
       0,
       "floor",
       {{"bun", 1.05}}},
      {"what history costs: 1,000 publishers at 1 msg/s, 1,000 members, 10 ms",
       1000,
       1000,
       1,
       10,
       "parley-forgetful",
       {{"parley-forgetful", 1.05}},
       false},
  };
  return rows;
}

// A server with its crowd, for the rounds of one row.
struct entrant {
  entrant(const std::string& name, const setting& how, const std::vector<int>& generator_cores)
      : server(name, how),
        memory_before(resident_memory(server.process())),
        clients(server.where(), how.clients, generator_cores) {
    clients.connect();
    memory = (resident_memory(server.process()) - memory_before) / static_cast<std::int64_t>(how.clients);
  }

  contestant server;
  std::int64_t memory_before;
  crowd clients;
  std::int64_t memory = 0;  // bytes per connection
  std::vector<figures> rounds;
};

using entrants = std::vector<std::unique_ptr<entrant>>;

std::vector<double> values_of(const entrant& who, double (*figure)(const figures&)) {
  std::vector<double> values;
  values.reserve(who.rounds.size());
  for (const auto& round : who.rounds) values.push_back(figure(round));
  return values;
}

double cpu(const figures& round) {
  return round.cpu_per_delivery();
}
double p99(const figures& round) {
  return static_cast<double>(round.latency.quantile(0.99));
}
double p50(const figures& round) {
  return static_cast<double>(round.latency.quantile(0.5));
}

// Round by round, since what disturbs one round disturbs the one beside it.
summary ratio_of(const entrant& a, const entrant& b) {
  std::vector<double> ratios;
  for (std::size_t i = 0; i < std::min(a.rounds.size(), b.rounds.size()); ++i)
    if (cpu(b.rounds[i]) > 0) ratios.push_back(cpu(a.rounds[i]) / cpu(b.rounds[i]));
  return summarise(ratios);
}

const entrant* find(const entrants& all, const std::string& name) {
  for (const auto& each : all)
    if (each->server.name() == name) return each.get();
  return nullptr;
}

// What is wrong with an entrant's rounds, the most frequent first word is enough for a table.
std::string complaint_of(const entrant& who) {
  for (const auto& round : who.rounds)
    if (!round.complaints().empty()) return "NOT VALID: " + round.complaints().front();
  return {};
}

void print_row(const row& work, const entrants& all) {
  const auto& parley = *all.front();
  std::cout << '\n' << work.title << '\n';
  table lines({"", "CPU per delivery", "parley's is", "p50", "p99", "core used", "KiB per connection", ""});
  for (const auto& each : all) {
    const auto of_it = each.get() == &parley ? std::string() : ratio_text(ratio_of(parley, *each)) + " of it";
    const auto core = [](const figures& round) {
      return static_cast<double>(round.server_cpu) / (round.seconds * static_cast<double>(second));
    };
    lines.add({each->server.name(), fixed(summarise(values_of(*each, cpu)).median, 2) + " us", of_it,
               milliseconds_text(static_cast<std::int64_t>(summarise(values_of(*each, p50)).median)),
               milliseconds_text(static_cast<std::int64_t>(summarise(values_of(*each, p99)).median)),
               fixed(100 * summarise(values_of(*each, core)).median, 0) + " %",
               fixed(static_cast<double>(each->memory) / 1024, 1), complaint_of(*each)});
  }
  lines.print();
}

// The goals of a row, each with what was reached.
json judge(const row& work, const entrants& all) {
  json judged = json::array();
  const auto& parley = *all.front();
  const auto say = [&](const std::string& what, double reached, double at_most) {
    std::cout << "  " << (reached <= at_most ? "reached    " : "not reached") << "  " << what << ": "
              << fixed(reached, 2) << ", at most " << fixed(at_most, 2) << '\n';
    judged.push_back({{"goal", what}, {"reached", reached}, {"at_most", at_most}});
  };
  for (const auto& [server, at_most] : work.goals)
    if (const auto* other = find(all, server))
      say(std::string("CPU, of ") + server, ratio_of(parley, *other).median, at_most);
  if (const auto* bun = find(all, "bun")) {
    const auto flush = static_cast<double>(work.flush_interval) * static_cast<double>(millisecond);
    say("p99 in ms, against bun's and the flush interval",
        summarise(values_of(parley, p99)).median / millisecond,
        (summarise(values_of(*bun, p99)).median + flush) / millisecond);
  }
  return judged;
}

json play_row(const row& work, const compare_options& options, progress& bar) {
  setting how;
  how.clients = work.clients;
  how.rate = work.rate;
  how.flush_interval = work.flush_interval;
  const auto plan = plan_cores(1, 1);
  how.cores = plan.server;
  load wanted{work.publishers, work.rate, 32, second / 3, from_seconds(options.seconds)};

  std::vector<std::string> names{"parley", work.floor};
  if (work.with_peers) names.insert(names.end(), options.against.begin(), options.against.end());
  entrants all;
  for (const auto& name : names) all.push_back(std::make_unique<entrant>(name, how, plan.generator));
  for (unsigned i = 0; i < options.rounds; ++i)
    for (const auto& each : all) {
      bar.step(std::string(work.title) + ", " + each->server.name());
      each->rounds.push_back(each->clients.play(wanted, each->server.process()));
    }
  print_row(work, all);
  json result{{"title", work.title}, {"work", to_json(wanted, how)}, {"goals", judge(work, all)}};
  for (const auto& each : all) {
    json entry{{"name", each->server.name()}, {"memory_per_connection", each->memory}};
    for (const auto& round : each->rounds) entry["rounds"].push_back(to_json(round));
    if (each != all.front()) entry["parley_of_it"] = ratio_of(*all.front(), *each).median;
    result["servers"].push_back(entry);
  }
  return result;
}

// Many connections that say nothing.
json play_idle(unsigned connections, progress& bar) {
  bar.step(std::to_string(connections) + " idle connections");
  setting how;
  how.clients = connections;
  const auto plan = plan_cores(1, 1);
  how.cores = plan.server;
  entrant parley("parley", how, plan.generator);
  parley.clients.attend(5 * second);  // the last presence frames
  const auto memory = (resident_memory(parley.server.process()) - parley.memory_before) / connections;
  const auto before = usage_of(parley.server.process());
  const auto begun = now();
  parley.clients.attend(10 * second);
  const auto cpu_share = static_cast<double>(usage_of(parley.server.process()).cpu - before.cpu) /
                         static_cast<double>(now() - begun);
  std::cout << '\n'
            << connections << " idle connections: " << parley.clients.members() << " stay, "
            << fixed(static_cast<double>(memory) / 1024, 1) << " KiB each (at most 20), "
            << fixed(100 * cpu_share, 2) << " % of a core (at most 2)\n";
  return {{"connections", connections},
          {"stay", parley.clients.members()},
          {"memory_per_connection", memory},
          {"core_share", cpu_share}};
}

}  // namespace

int run_compare(const compare_options& options) {
  const auto& rows = all_rows();
  auto wanted = options.rows;
  if (wanted.empty())
    for (unsigned i = 1; i <= rows.size(); ++i) wanted.push_back(i);
  std::size_t steps = options.idle_connections != 0 ? 1 : 0;
  for (const auto number : wanted)
    steps += options.rounds * (2 + (rows.at(number - 1).with_peers ? options.against.size() : 0));
  json result{{"kind", "compare"}, {"environment", describe_environment()}};
  std::cout
      << "One server on one core, the generator on another, all over TLS 1.3 on this machine. Medians of "
      << options.rounds << " rounds; ratios round by round, with their spread.\n";
  {
    progress bar(steps);
    for (const auto number : wanted) result["results"].push_back(play_row(rows.at(number - 1), options, bar));
    if (options.idle_connections != 0) result["idle"] = play_idle(options.idle_connections, bar);
  }
  write_json(options.json, result);
  return 0;
}

}  // namespace parley::bench
