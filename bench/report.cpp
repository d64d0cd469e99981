#include "bench/report.hpp"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>

#include <sys/utsname.h>
#include <unistd.h>

namespace parley::bench {
namespace {

using json = nlohmann::ordered_json;

std::string first_line_of(const std::string& command) {
  std::string text;
  if (FILE* pipe = ::popen(command.c_str(), "r")) {
    char buffer[256];
    if (std::fgets(buffer, sizeof buffer, pipe)) text = buffer;
    ::pclose(pipe);
  }
  return text.substr(0, text.find('\n'));
}

std::string processor() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  return "unknown";
}

json microseconds(const histogram& times) {
  const auto at = [&](double share) { return static_cast<double>(times.quantile(share)) / 1000.0; };
  return {{"p50", at(0.5)},
          {"p90", at(0.9)},
          {"p99", at(0.99)},
          {"p99.9", at(0.999)},
          {"max", static_cast<double>(times.max()) / 1000.0}};
}

std::size_t width(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

}  // namespace

summary summarise(std::vector<double> values) {
  if (values.empty()) return {};
  std::sort(values.begin(), values.end());
  const auto middle = values.size() / 2;
  const auto median = values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  return {median, values.front(), values.back(), values.size()};
}

json describe_environment() {
  utsname system{};
  ::uname(&system);
  return {{"processor", processor()},
          {"cores", allowed_cores().size()},
          {"kernel", std::string(system.sysname) + ' ' + system.release},
          {"compiler", __VERSION__},
          {"build", PARLEY_BUILD_TYPE},
          {"openssl", OpenSSL_version(OPENSSL_VERSION)},
          {"commit", first_line_of("git -C '" PARLEY_SOURCE_DIR "' describe --always --dirty 2>/dev/null")},
          {"time", first_line_of("date -u +%FT%TZ")}};
}

json to_json(const figures& round) {
  return {{"deliveries_per_second", round.deliveries_per_second()},
          {"cpu_per_delivery_us", round.cpu_per_delivery()},
          {"system_share", round.system_share},
          {"server_core_share",
           static_cast<double>(round.server_cpu) / (round.seconds * static_cast<double>(second))},
          {"latency_us", microseconds(round.latency)},
          {"generator_share", round.generator_share},
          {"lost", round.lost},
          {"doubled", round.doubled},
          {"out_of_order", round.out_of_order},
          {"refused", round.refused},
          {"dropped", round.dropped},
          {"frame_size", round.frame_size},
          {"complaints", round.complaints()}};
}

json to_json(const load& wanted, const setting& how) {
  return {{"clients", how.clients},
          {"publishers", wanted.publishers},
          {"rate", wanted.rate},
          {"text_size", wanted.text_size},
          {"rooms", wanted.rooms},
          {"flush_interval_ms", how.flush_interval},
          {"shards", how.shards},
          {"history", how.history},
          {"warm_up_s", to_seconds(wanted.warm_up)},
          {"measured_s", to_seconds(wanted.measured)}};
}

void table::print() const {
  std::vector<std::size_t> widths(rows_.front().size());
  for (const auto& row : rows_)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width(row[i]));
  for (const auto& row : rows_) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string space(widths[i] - width(row[i]), ' ');
      line += i == 0 ? row[i] + space : "  " + space + row[i];
    }
    std::cout << line << '\n';
  }
  std::cout << std::flush;
}

std::string fixed(double value, int digits) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

std::string milliseconds_text(std::int64_t time) {
  return fixed(static_cast<double>(time) / static_cast<double>(millisecond), 2) + " ms";
}

std::string ratio_text(const summary& ratio) {
  return fixed(ratio.median, 2) + " (" + fixed(ratio.least, 2) + "-" + fixed(ratio.most, 2) + ")";
}

void write_json(const std::string& file, const json& content) {
  if (file.empty()) return;
  std::ofstream out(file);
  out << content.dump(1) << '\n';
  if (!out.flush()) throw std::runtime_error("cannot write " + file);
}

json read_json(const std::string& file) {
  std::ifstream in(file);
  if (!in) throw std::runtime_error("cannot read " + file);
  auto content = json::parse(in, nullptr, false);
  if (content.is_discarded() || !content.is_object())
    throw std::runtime_error(file + " is not a result of parley-bench");
  return content;
}

progress::progress(std::size_t steps)
    : steps_(steps), begun_(now()), visible_(::isatty(STDERR_FILENO) == 1) {}

void progress::step(const std::string& what) {
  if (!visible_) {
    ++done_;
    return;
  }
  constexpr std::size_t cells = 24;
  const auto filled = steps_ == 0 ? cells : done_ * cells / steps_;
  std::string bar(filled, '#');
  bar.resize(cells, '.');
  std::string left;
  if (done_ != 0) {
    const auto seconds =
        to_seconds(now() - begun_) / static_cast<double>(done_) * static_cast<double>(steps_ - done_);
    left = ", " + fixed(seconds, 0) + " s left";
  }
  std::fprintf(stderr, "\r\033[K[%s] %zu/%zu%s: %s", bar.c_str(), done_, steps_, left.c_str(), what.c_str());
  ++done_;
}

progress::~progress() {
  if (visible_) std::fprintf(stderr, "\r\033[K");
}

}  // namespace parley::bench
