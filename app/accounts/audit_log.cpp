#include "app/accounts/audit_log.hpp"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <spdlog/async.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

namespace parley {
namespace {

constexpr std::size_t queue_lines = 8'192;  // past it, with a disk that hangs, the oldest are lost

}  // namespace

tl::expected<std::unique_ptr<audit_log>, std::string> audit_log::open(const std::filesystem::path& file) {
  const int made = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (made < 0) return tl::unexpected("cannot write " + file.string() + ": " + std::strerror(errno));
  ::close(made);
  try {
    auto sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(file.string());
    auto thread = std::make_shared<spdlog::details::thread_pool>(queue_lines, 1);
    auto logger = std::make_shared<spdlog::async_logger>("audit", std::move(sink), thread,
                                                         spdlog::async_overflow_policy::overrun_oldest);
    logger->set_pattern("%v");
    logger->flush_on(spdlog::level::info);
    logger->set_error_handler([path = file.string()](const std::string& error) {
      spdlog::error("an act could not be written to {}: {}", path, error);
    });
    return std::unique_ptr<audit_log>(new audit_log(std::move(thread), std::move(logger)));
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
