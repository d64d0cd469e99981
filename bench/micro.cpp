// The steps of a message by themselves, without sockets: Google Benchmark over the code that the server runs.
//
//   build/release/bin/parley-micro [--benchmark_filter=REGEX]

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <unistd.h>

#include "chat/client_frame.hpp"
#include "chat/fanout.hpp"
#include "chat/rate_limiter.hpp"
#include "chat/room.hpp"
#include "chat/sqlite_history.hpp"
#include "net/websocket.hpp"

namespace {

using namespace parley;
using namespace std::chrono_literals;

constexpr auto sent =
    R"({"type":"message","room":"lobby","text":"thirty-two bytes of a remark, yes","id":"a1b2c3d4"})";
const auto text = chat::message_text::parse("thirty-two bytes of a remark, yes", 50).value();

chat::room make_room(std::size_t members) {
  chat::room room(chat::room_name::parse("lobby").value(), {0, 500, 50}, {},
                  std::make_unique<chat::memory_room_log>("epoch", 10'000));
  for (std::size_t i = 0; i < members; ++i)
    (void)room.join({{"u" + std::to_string(i), "u" + std::to_string(i)}, {}, {}}, 0);
  return room;
}

void parse_frame(benchmark::State& state) {
  for ([[maybe_unused]] const auto _ : state) benchmark::DoNotOptimize(chat::parse_client_frame(sent));
}
BENCHMARK(parse_frame);

void validate_text(benchmark::State& state) {
  for ([[maybe_unused]] const auto _ : state)
    benchmark::DoNotOptimize(chat::message_text::parse("thirty-two bytes of a remark, yes", 50));
}
BENCHMARK(validate_text);

void limit_rate(benchmark::State& state) {
  chat::interval_limiter limiter;
  chat::time_point now{1h};
  for ([[maybe_unused]] const auto _ : state) benchmark::DoNotOptimize(limiter.try_take(now += 1s, 1s));
}
BENCHMARK(limit_rate);

void decode_websocket(benchmark::State& state) {
  std::string masked = "\x81";
  masked += static_cast<char>(0x80 | std::string_view(sent).size());
  masked += std::string(4, '\0') + sent;
  net::websocket_decoder decoder(16 * 1024);
  for ([[maybe_unused]] const auto _ : state) {
    std::string bytes = masked;
    std::span<char> rest(bytes);
    benchmark::DoNotOptimize(decoder.decode(rest));
  }
}
BENCHMARK(decode_websocket);

// Log append, with the id's place in the window of repetitions, and the frame for everybody.
void publish(benchmark::State& state) {
  auto room = make_room(1);
  room.listen([](const chat::room::published& message) { benchmark::DoNotOptimize(&message); });
  std::uint64_t id = 0;
  for ([[maybe_unused]] const auto _ : state) {
    const chat::room::submission message{{"u0", "u0"}, std::to_string(++id), text, {}};
    benchmark::DoNotOptimize(room.publish(message, {}, 1'790'000'000'000));
  }
}
BENCHMARK(publish);

void append_to_log(benchmark::State& state) {
  chat::memory_room_log log("epoch", 10'000);
  std::uint64_t id = 0;
  for ([[maybe_unused]] const auto _ : state)
    benchmark::DoNotOptimize(log.append({"u0", std::to_string(++id), text.str(), 1'790'000'000'000}));
}
BENCHMARK(append_to_log);

// A history on disk in a folder that is gone afterwards.
class stored_log {
 public:
  stored_log() {
    history_ = chat::sqlite_history::open({.file = folder_ / "history.db",
                                           .at_hand = 100,
                                           .index_interval = 1ms,
                                           .new_epoch = [] { return std::string("epoch"); },
                                           .now = [] { return chat::clock_reading{1'790'000'000'000}; },
                                           .report = [](auto, const auto&) {}})
                   .value();
    log_ = history_
               ->open_log("lobby", "{}",
                          [this](std::function<void()> news) {
                            const std::lock_guard lock(mutex_);
                            news_.push_back(std::move(news));
                          })
               .value();
    log_->listen([this](const chat::room_log::commit& commit) {
      stored_ += commit.what == chat::room_log::outcome::stored ? 1U : 0U;
    });
  }
  ~stored_log() {
    history_->stop();
    log_.reset();
    history_.reset();
    std::filesystem::remove_all(folder_);
  }
  stored_log(const stored_log&) = delete;
  stored_log& operator=(const stored_log&) = delete;

  void append(std::string id) { log_->append({"u0", std::move(id), text.str(), 1'790'000'000'000}); }

  // Waits until all is stored; how much that is by now.
  std::size_t drain() {
    history_->drain(1min);
    std::vector<std::function<void()>> news;
    {
      const std::lock_guard lock(mutex_);
      news.swap(news_);
    }
    for (const auto& each : news) each();
    return stored_;
  }

 private:
  std::filesystem::path folder_ = [] {
    auto name = (std::filesystem::temp_directory_path() / "parley-micro-XXXXXX").string();
    return std::filesystem::path(::mkdtemp(name.data()));
  }();
  std::mutex mutex_;
  std::vector<std::function<void()>> news_;
  std::unique_ptr<chat::sqlite_history> history_;
  std::unique_ptr<chat::room_log> log_;
  std::size_t stored_ = 0;
};

// Group commits of so many messages each, the filling of the search index behind them included.
void store_group(benchmark::State& state) {
  stored_log log;
  std::size_t id = 0;
  for ([[maybe_unused]] const auto _ : state) {
    for (std::int64_t i = 0; i < state.range(0); ++i) log.append(std::to_string(++id));
    if (log.drain() != id) return state.SkipWithError("not everything was stored");
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(store_group)->Arg(1)->Arg(10)->Arg(100)->Arg(1000)->UseRealTime()->MeasureProcessCPUTime();

void frame_message(benchmark::State& state) {
  std::string batch;
  const auto json = chat::event_json("lobby", {1, "u0", text.str(), 1'790'000'000'000});
  for ([[maybe_unused]] const auto _ : state) {
    batch.clear();
    net::append_frame(batch, net::opcode::text, json);
    benchmark::DoNotOptimize(batch.data());
  }
}
BENCHMARK(frame_message);

struct counter final : chat::subscriber {
  void deliver(std::span<const char> frames) noexcept override { bytes += frames.size(); }
  std::size_t bytes = 0;
};

// A batch to every member of a room on one shard: what fan-out costs above the system call.
void flush_batch(benchmark::State& state) {
  chat::fanout fanout;
  std::vector<counter> members(static_cast<std::size_t>(state.range(0)));
  std::vector<std::unique_ptr<chat::subscription>> places;
  for (auto& member : members) {
    places.push_back(std::make_unique<chat::subscription>(member));
    fanout.add(*places.back(), 0);
  }
  const std::string batch(1000, 'x');
  for ([[maybe_unused]] const auto _ : state) fanout.deliver(batch);
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(flush_batch)->Arg(100)->Arg(1000)->Arg(10'000);

}  // namespace

BENCHMARK_MAIN();
