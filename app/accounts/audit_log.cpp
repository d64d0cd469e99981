#include "app/accounts/audit_log.hpp"

#include <system_error>

#include <nlohmann/json.hpp>
#include <spdlog/async.h>
#include <spdlog/details/null_mutex.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>

namespace parley {
namespace {

constexpr std::size_t queue_lines = 8'192;  // past it, with a disk that hangs, the oldest are lost

// On the log's thread.
class audit_sink final : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
 public:
  audit_sink(const std::filesystem::path& file, const audit_limits& limits) : file_(file, limits) {}

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    file_.write({line.data(), line.size()});
  }
  void flush_() override {}  // each line is written at once

  audit_file file_;
};

}  // namespace

tl::expected<std::unique_ptr<audit_log>, std::string> audit_log::open(const std::filesystem::path& file,
                                                                      const audit_limits& limits) {
  try {
    auto sink = std::make_shared<audit_sink>(file, limits);
    auto thread = std::make_shared<spdlog::details::thread_pool>(queue_lines, 1);
    auto logger = std::make_shared<spdlog::async_logger>("audit", std::move(sink), thread,
                                                         spdlog::async_overflow_policy::overrun_oldest);
    logger->set_pattern("%v");
    logger->set_error_handler([path = file.string()](const std::string& error) {
      spdlog::error("an act could not be written to {} as it should: {}", path, error);
    });
    return std::unique_ptr<audit_log>(new audit_log(std::move(thread), std::move(logger)));
  } catch (const std::system_error& error) {
    return tl::unexpected("cannot write " + file.string() + ": " + error.code().message());
  } catch (const spdlog::spdlog_ex& error) {
    return tl::unexpected("cannot write " + file.string() + ": " + error.what());
  }
}

audit_log::audit_log(std::shared_ptr<spdlog::details::thread_pool> thread,
                     std::shared_ptr<spdlog::logger> logger)
    : thread_(std::move(thread)), logger_(std::move(logger)) {}
audit_log::~audit_log() = default;

void audit_log::write(const act& done) {
  nlohmann::ordered_json line{{"at", done.at}, {"room", done.room}, {"by", done.by}, {"act", done.what}};
  if (!done.user.empty()) line["user"] = done.user;
  if (done.seq != 0) line["seq"] = done.seq;
  if (done.for_ms != 0) line["for_ms"] = done.for_ms;
  if (!done.details.empty()) line["details"] = done.details;
  if (const auto lost = thread_->overrun_counter(); lost > lost_.exchange(lost))
    spdlog::error("{} acts are lost from audit.log: the disk does not take them", lost);
  logger_->info(line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

}  // namespace parley
