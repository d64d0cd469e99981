#include "bench/crowd.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <stdexcept>
#include <thread>

#include "bench/server_process.hpp"

namespace parley::bench {
namespace {

// Above this share of its core the generator may be what is measured.
constexpr double busy_generator = 0.9;
// Publishers later than this have not offered the load that was asked for.
constexpr nanoseconds late_publishers = 20 * millisecond;

std::uint64_t sum_of(const std::vector<tally>& all, std::uint64_t tally::* member) {
  std::uint64_t sum = 0;
  for (const auto& each : all) sum += each.*member;
  return sum;
}

figures add_up(const std::vector<tally>& all) {
  figures result;
  histogram lateness;
  for (const auto& each : all) {
    result.latency.add(each.latency);
    lateness.add(each.lateness);
    result.seconds = std::max(result.seconds, to_seconds(each.measured));
    const auto share =
        static_cast<double>(each.cpu) / static_cast<double>(std::max<nanoseconds>(each.measured, 1));
    result.generator_share = std::max(result.generator_share, share);
    if (result.detail.empty()) result.detail = each.first_refusal;
  }
  result.lateness_p99 = lateness.quantile(0.99);
  result.deliveries = sum_of(all, &tally::deliveries);
  result.lost = sum_of(all, &tally::lost);
  result.doubled = sum_of(all, &tally::doubled);
  result.out_of_order = sum_of(all, &tally::out_of_order);
  result.refused = sum_of(all, &tally::refused);
  return result;
}

}  // namespace

std::vector<std::string> figures::complaints() const {
  std::vector<std::string> said;
  const auto say = [&](std::uint64_t count, const char* what) {
    if (count != 0) said.push_back(std::to_string(count) + ' ' + what);
  };
  say(lost, "deliveries lost");
  say(doubled, "deliveries doubled");
  say(out_of_order, "out of order");
  say(refused, "publications refused");
  say(dropped, "clients dropped");
  if (!said.empty() && !detail.empty()) said.back() += " (" + detail + ")";
  if (deliveries == 0) said.emplace_back("nothing was delivered");
  if (generator_share > busy_generator) said.emplace_back("the generator was the bottleneck");
  if (lateness_p99 > late_publishers) said.emplace_back("publishers were late");
  return said;
}

crowd::crowd(const endpoint& server, std::uint32_t clients, std::vector<int> cores, std::uint32_t rooms)
    : cores_(std::move(cores)), clients_(clients) {
  const auto threads = static_cast<std::uint32_t>(std::max<std::size_t>(cores_.size(), 1));
  workers_.reserve(threads);
  for (std::uint32_t i = 0; i < threads; ++i)
    workers_.push_back(std::make_unique<worker>(server, clients, rooms, i, threads));
}

template <class Work>
void crowd::on_all_threads(Work&& work) {
  std::vector<std::thread> threads;
  threads.reserve(workers_.size());
  std::vector<std::exception_ptr> failures(workers_.size());
  for (std::size_t i = 0; i < workers_.size(); ++i)
    threads.emplace_back([&, i] {
      if (!cores_.empty()) pin_to({cores_[i]});
      try {
        work(i);
      } catch (...) {
        failures[i] = std::current_exception();
      }
    });
  for (auto& thread : threads) thread.join();
  for (const auto& failure : failures)
    if (failure) std::rethrow_exception(failure);
}

double crowd::connect(std::uint32_t at_once) {
  const auto begun = now();
  const auto share = std::max<std::uint32_t>(1, at_once / static_cast<std::uint32_t>(workers_.size()));
  on_all_threads([&](std::size_t i) { workers_[i]->connect(share); });
  if (members() < clients_)
    throw std::runtime_error(std::to_string(members()) + " of " + std::to_string(clients_) +
                             " clients got in: " + first_drop());
  return to_seconds(now() - begun);
}

void crowd::attend(nanoseconds duration) {
  on_all_threads([&](std::size_t i) { workers_[i]->attend(duration); });
}

figures crowd::play(const load& wanted, pid_t server) {
  constexpr auto until_all_are_ready = 20 * millisecond;
  const schedule round(wanted, ++round_, now() + until_all_are_ready);
  std::array<process_usage, 2> usage;
  std::size_t edge = 0;
  std::vector<tally> tallies(workers_.size());
  const auto were_dropped = dropped();
  on_all_threads([&](std::size_t i) {
    tallies[i] = workers_[i]->play(round, [&] {
      if (i == 0 && server != 0) usage[edge++] = usage_of(server);
    });
  });
  auto result = add_up(tallies);
  result.server_cpu = usage[1].cpu - usage[0].cpu;
  result.server_waiting = usage[1].waiting - usage[0].waiting;
  result.system_share = usage[1].system_share;
  result.dropped = dropped() - were_dropped;
  if (result.dropped != 0 && result.detail.empty()) result.detail = first_drop();
  const auto& books = workers_[0]->books();
  for (std::size_t i = 1; i < workers_.size(); ++i)
    for (std::size_t room = 0; room < books.size(); ++room)
      result.out_of_order += books[room].differences(workers_[i]->books()[room]);
  result.frame_size = books.front().frame_size();
  return result;
}

std::vector<tls_session> crowd::sessions() const {
  std::vector<tls_session> all(clients_);
  for (const auto& each : workers_) each->collect_sessions(all);
  return all;
}

std::uint32_t crowd::resumed() const {
  std::uint32_t sum = 0;
  for (const auto& each : workers_) sum += each->resumed();
  return sum;
}

std::uint32_t crowd::members() const {
  std::uint32_t sum = 0;
  for (const auto& each : workers_) sum += each->members();
  return sum;
}

std::uint32_t crowd::dropped() const {
  std::uint32_t sum = 0;
  for (const auto& each : workers_) sum += each->dropped();
  return sum;
}

std::string crowd::first_drop() const {
  for (const auto& each : workers_)
    if (!each->first_drop().empty()) return each->first_drop();
  return {};
}

}  // namespace parley::bench
