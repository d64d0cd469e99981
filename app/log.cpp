#include "app/log.hpp"

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <future>
#include <memory>
#include <mutex>
#include <string_view>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <spdlog/async.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <unistd.h>

namespace parley {
namespace {

constexpr std::size_t queue_lines =
    8192;  // past it the oldest lines are dropped: the log never makes the chat wait
constexpr auto stop_limit = std::chrono::milliseconds(1'000);  // of the five seconds until the exit
constexpr auto* time_pattern = "%Y-%m-%dT%H:%M:%S.%e%z";

spdlog::level::level_enum to_spdlog(log_level level) {
  switch (level) {
    case log_level::trace:
      return spdlog::level::trace;
    case log_level::debug:
      return spdlog::level::debug;
    case log_level::info:
      return spdlog::level::info;
    case log_level::warn:
      return spdlog::level::warn;
    case log_level::error:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

// One JSON object a line.
class json_formatter final : public spdlog::formatter {
 public:
  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& out) override {
    spdlog::memory_buf_t time;
    time_.format(message, time);
    const auto level = spdlog::level::to_string_view(message.level);
    const nlohmann::ordered_json line{
        {"time", std::string_view(time.data(), time.size())},
        {"level", std::string_view(level.data(), level.size())},
        {"message", std::string_view(message.payload.data(), message.payload.size())}};
    const auto text = line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + '\n';
    out.append(text.data(), text.data() + text.size());
  }
  std::unique_ptr<spdlog::formatter> clone() const override { return std::make_unique<json_formatter>(); }

 private:
  spdlog::pattern_formatter time_{time_pattern, spdlog::pattern_time_type::local, ""};
};

// The message on one line, whatever it holds.
class one_line final : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm&, spdlog::memory_buf_t& out) override {
    for (const char c : std::string_view(message.payload.data(), message.payload.size())) {
      if (c == '\n') {
        append(out, "\\n");
      } else if ((c >= 0 && c < ' ') || c == '\x7f') {
        static constexpr char hex[] = "0123456789abcdef";
        append(out, "\\x");
        out.push_back(hex[static_cast<unsigned char>(c) >> 4U]);
        out.push_back(hex[static_cast<unsigned char>(c) & 15U]);
      } else {
        out.push_back(c);
      }
    }
  }
  std::unique_ptr<spdlog::custom_flag_formatter> clone() const override {
    return std::make_unique<one_line>();
  }

 private:
  static void append(spdlog::memory_buf_t& out, std::string_view text) {
    out.append(text.data(), text.data() + text.size());
  }
};

std::unique_ptr<spdlog::formatter> text_formatter() {
  auto made = std::make_unique<spdlog::pattern_formatter>();
  made->add_flag<one_line>('*').set_pattern(std::string(time_pattern) + " %^%-5l%$ %*");
  return made;
}

int open_to_append(const std::string& path) {
  return ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

// A file that may be opened anew while it is written: by whoever asks, and used by the log's thread from its
// next line on, so that nobody waits for a disk that hangs.
class file_sink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  file_sink(std::string path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}
  ~file_sink() override {
    use_fresh();
    ::close(descriptor_);
  }
  file_sink(const file_sink&) = delete;
  file_sink& operator=(const file_sink&) = delete;

  void reopen() {
    const int fresh = open_to_append(path_);
    if (fresh < 0)
      return spdlog::error("cannot open {} again: {}; the log goes on in the file that was open", path_,
                           std::strerror(errno));
    if (const int unused = fresh_.exchange(fresh); unused >= 0) ::close(unused);
    spdlog::info("the log goes on in {}", path_);
  }

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    use_fresh();
    spdlog::memory_buf_t text;
    formatter_->format(message, text);
    for (std::string_view rest(text.data(), text.size()); !rest.empty();) {
      const auto count = ::write(descriptor_, rest.data(), rest.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) spdlog::throw_spdlog_ex("cannot write " + path_, errno);
      rest.remove_prefix(static_cast<std::size_t>(count));
    }
  }
  void flush_() override {}

  void use_fresh() {
    const int fresh = fresh_.exchange(-1);
    if (fresh >= 0) ::close(std::exchange(descriptor_, fresh));
  }

  const std::string path_;
  int descriptor_;
  std::atomic<int> fresh_{-1};
};

// The sink, where it is a file; set while nothing else runs.
std::shared_ptr<file_sink>& log_file() {
  static std::shared_ptr<file_sink> file;
  return file;
}

}  // namespace

tl::expected<void, std::string> start_log(const config& settings) {
  const auto& how = settings.log;
  std::shared_ptr<spdlog::sinks::sink> sink;
  if (how.file == "stderr") {
    sink = std::make_shared<spdlog::sinks::stderr_color_sink_mt>();
  } else {
    const auto path = settings.resolve(how.file).string();
    const int descriptor = open_to_append(path);
    if (descriptor < 0)
      return tl::unexpected("log.file " + path + " cannot be written: " + std::strerror(errno));
    sink = log_file() = std::make_shared<file_sink>(path, descriptor);
  }
  spdlog::init_thread_pool(queue_lines, 1);
  auto logger = std::make_shared<spdlog::async_logger>("parley", std::move(sink), spdlog::thread_pool(),
                                                       spdlog::async_overflow_policy::overrun_oldest);
  logger->set_level(to_spdlog(how.level));
  if (how.format == log_format::json) {
    logger->set_formatter(std::make_unique<json_formatter>());
  } else {
    logger->set_formatter(text_formatter());
  }
  spdlog::set_default_logger(std::move(logger));
  return {};
}

void reopen_log() {
  if (log_file()) log_file()->reopen();
}

bool stop_log() {
  log_file().reset();
  std::promise<void> ended;
  auto done = ended.get_future();
  std::thread([ended = std::move(ended)]() mutable {
    spdlog::shutdown();
    ended.set_value();
  }).detach();
  return done.wait_for(stop_limit) == std::future_status::ready;
}

}  // namespace parley
