// Results as SVG, drawn by gnuplot: latency against load, CPU per delivery against members, memory against
// connections.

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <set>
#include <stdexcept>

#include "bench/commands.hpp"
#include "bench/report.hpp"

namespace parley::bench {
namespace {

namespace fs = std::filesystem;
using json = nlohmann::ordered_json;

// One curve: its name, and its points in the order of x.
using curves = std::map<std::string, std::map<double, double>>;

struct chart {
  const char* file;
  const char* title;
  const char* x;
  const char* y;
  curves lines;
};

double median_of(const json& server, const std::string& figure, const std::string& part = {}) {
  std::vector<double> values;
  for (const auto& round : server.value("rounds", json::array()))
    values.push_back(part.empty() ? round.value(figure, 0.0)
                                  : round.value(figure, json::object()).value(part, 0.0));
  return summarise(values).median;
}

void take(std::vector<chart>& charts, const json& work, const json& server) {
  const auto clients = work.value("clients", 0.0);
  const auto name =
      server.value("name", "") + ", flush " + std::to_string(work.value("flush_interval_ms", 0)) + " ms, " +
      std::to_string(work.value("shards", 1)) + " shard" + (work.value("shards", 1) == 1 ? "" : "s");
  charts[0].lines[name][median_of(server, "deliveries_per_second")] =
      median_of(server, "latency_us", "p99") / 1000;
  charts[1].lines[name][clients] = median_of(server, "cpu_per_delivery_us");
  charts[2].lines[name][clients] = server.value("memory_per_connection", 0.0) / 1024;
}

void draw(const chart& wanted, const fs::path& folder) {
  const auto script = folder / (std::string(wanted.file) + ".gnuplot");
  std::ofstream out(script);
  out << "set terminal svg size 900,520 font 'sans-serif,13' background '#ffffff'\nset output '"
      << (folder / wanted.file).string() << ".svg'\nset title '" << wanted.title << "'\nset xlabel '"
      << wanted.x << "'\nset ylabel '" << wanted.y
      << "'\nset yrange [0:*]\nset grid\nset key outside bottom\n";
  std::string plots, data;
  for (const auto& [name, points] : wanted.lines) {
    plots += (plots.empty() ? "plot " : ", ") + std::string("'-' with linespoints linewidth 2 title '") +
             name + "'";
    for (const auto& [x, y] : points) data += std::to_string(x) + ' ' + std::to_string(y) + '\n';
    data += "e\n";
  }
  out << plots << '\n' << data;
  if (!out.flush()) throw std::runtime_error("cannot write " + script.string());
  out.close();
  if (std::system(("gnuplot '" + script.string() + "'").c_str()) != 0)
    throw std::runtime_error("gnuplot failed; install Debian's package gnuplot-nox (./dev bench does)");
  fs::remove(script);
  std::cout << (folder / wanted.file).string() << ".svg\n";
}

}  // namespace

int run_plot(const std::vector<std::string>& files, const std::string& folder) {
  std::vector<chart> charts{
      {"latency", "Latency against load", "deliveries a second", "p99 in ms", {}},
      {"cpu", "CPU per delivery against members", "members", "microseconds", {}},
      {"memory", "Memory against connections", "connections", "KiB per connection", {}},
  };
  for (const auto& file : files) {
    const auto content = read_json(file);
    for (const auto& result : content.value("results", json::array())) {
      const auto work = result.value("work", json::object());
      for (const auto& server : result.value("servers", json::array())) take(charts, work, server);
      if (!result.contains("servers")) take(charts, work, result);
    }
  }
  if (charts[0].lines.empty()) throw std::runtime_error("there is nothing to plot in these files");
  fs::create_directories(folder);
  for (const auto& each : charts) draw(each, folder);
  return 0;
}

}  // namespace parley::bench
