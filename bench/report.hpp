#pragma once
// Results as a table for people and as JSON for programs, with what is needed to believe them.

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "bench/contestant.hpp"
#include "bench/crowd.hpp"

namespace parley::bench {

// Median and spread of what several rounds gave.
struct summary {
  double median = 0, least = 0, most = 0;
  std::size_t rounds = 0;
};
summary summarise(std::vector<double> values);

// Machine, kernel, compiler, commit.
nlohmann::ordered_json describe_environment();

// One round's figures; latencies in microseconds.
nlohmann::ordered_json to_json(const figures& round);
nlohmann::ordered_json to_json(const load& wanted, const setting& how);

// Columns as wide as their content; the first is aligned to the left, numbers to the right.
class table {
 public:
  explicit table(std::vector<std::string> head) : rows_{std::move(head)} {}
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  void print() const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

std::string fixed(double value, int digits);
std::string milliseconds_text(std::int64_t time);  // "1.27 ms"

// "1.02 (0.99-1.05)"
std::string ratio_text(const summary& ratio);

// Writes JSON where a file was asked for; throws std::runtime_error.
void write_json(const std::string& file, const nlohmann::ordered_json& content);
nlohmann::ordered_json read_json(const std::string& file);

// One line on a terminal's stderr that is written over and over; silent where stderr is no terminal.
class progress {
 public:
  explicit progress(std::size_t steps);
  ~progress();
  void step(const std::string& what);  // begins the next step

 private:
  std::size_t steps_, done_ = 0;
  nanoseconds begun_;
  bool visible_;
};

}  // namespace parley::bench
