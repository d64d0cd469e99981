// Two results of the same work: better, worse, or within noise.

#include <algorithm>
#include <cmath>
#include <iostream>
#include <map>

#include "bench/commands.hpp"
#include "bench/report.hpp"

namespace parley::bench {
namespace {

using json = nlohmann::ordered_json;

// The figures that are compared; of each, less is better.
constexpr const char* compared[] = {"cpu_per_delivery_us", "latency_p99_us"};

using measurements = std::map<std::string, std::vector<double>>;  // by work, server and figure

void take(measurements& all, const std::string& work, const json& server) {
  for (const auto& round : server.value("rounds", json::array())) {
    if (!round.value("complaints", json::array()).empty()) continue;
    const auto name = work + ", " + server.value("name", "") + ": ";
    all[name + compared[0]].push_back(round.value(compared[0], 0.0));
    all[name + compared[1]].push_back(round.value("latency_us", json::object()).value("p99", 0.0));
  }
}

measurements read(const std::string& file) {
  const auto content = read_json(file);
  measurements all;
  for (const auto& result : content.value("results", json::array())) {
    const auto work = result.value("work", json::object()).dump();
    for (const auto& server : result.value("servers", json::array())) take(all, work, server);
    if (!result.contains("servers")) take(all, work, result);
  }
  return all;
}

// Half of the distance between the quartiles, as a share of the median: how far rounds of one run lie apart.
double noise_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const auto median = summarise(values).median;
  if (values.size() < 3 || median <= 0) return 0;
  return (values[values.size() * 3 / 4] - values[values.size() / 4]) / 2 / median;
}

}  // namespace

int run_diff(const std::string& before, const std::string& after, double least_change) {
  const auto old_values = read(before);
  const auto new_values = read(after);
  std::size_t shared = 0, worse = 0;
  table lines({"", "before", "after", "change", ""});
  for (const auto& [name, values] : new_values) {
    const auto found = old_values.find(name);
    if (found == old_values.end()) continue;
    ++shared;
    const auto was = summarise(found->second).median;
    const auto is = summarise(values).median;
    const auto change = was > 0 ? is / was - 1 : 0;
    const auto noise = std::max({least_change, noise_of(found->second), noise_of(values)});
    const bool is_worse = change > noise;
    worse += is_worse ? 1 : 0;
    lines.add({name, fixed(was, 2), fixed(is, 2), (change >= 0 ? "+" : "") + fixed(100 * change, 1) + " %",
               is_worse          ? "worse"
               : change < -noise ? "better"
                                 : "within " + fixed(100 * noise, 1) + " % of noise"});
  }
  if (shared == 0) {
    std::cerr << before << " and " << after << " have no work in common, so there is nothing to compare\n";
    return 2;
  }
  lines.print();
  return worse == 0 ? 0 : 1;
}

}  // namespace parley::bench
