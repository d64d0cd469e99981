#include "app/preflight.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <system_error>
#include <utility>

#include <unistd.h>

#include "app/accounts/kept_names.hpp"
#include "app/server_certificate.hpp"
#include "auth/bucket_folder.hpp"
#include "auth/login_session_store.hpp"
#include "auth/password_hash.hpp"
#include "auth/user_store.hpp"
#include "net/asio.hpp"
#include "net/static_files.hpp"

namespace parley {
namespace {

namespace fs = std::filesystem;

// Why nothing can be written into the folder; it is made where it is missing, with what leads to it.
std::optional<std::string> refuse_folder(const fs::path& folder) {
  std::error_code error;
  const auto whole = fs::absolute(folder, error);
  for (auto nearest = whole; !error; nearest = nearest.parent_path()) {
    const auto status = fs::status(nearest, error);
    if (status.type() == fs::file_type::not_found && nearest.has_relative_path()) {
      error.clear();
      continue;
    }
    if (error) break;
    if (!fs::is_directory(status)) return nearest.string() + " is not a folder";
    if (::access(nearest.c_str(), R_OK | W_OK | X_OK) == 0) return std::nullopt;
    return "the folder " + nearest.string() + " cannot be written by this user: " + std::strerror(errno);
  }
  return whole.string() + ": " + error.message();
}

std::optional<std::string> refuse_log_file(const fs::path& file) {
  std::error_code error;
  if (fs::is_directory(file, error)) return file.string() + " is a folder; expected a file";
  const bool exists = fs::exists(file, error);
  const auto folder = fs::absolute(file, error).parent_path();
  if (!exists && !fs::is_directory(folder, error)) return "there is no folder " + folder.string();
  const auto& concerned = exists ? file : folder;
  if (::access(concerned.c_str(), W_OK) == 0) return std::nullopt;
  return concerned.string() + " cannot be written by this user: " + std::strerror(errno);
}

// What stands in the folder, where there is one and the server has run.
std::optional<std::string> refuse_accounts(const config& settings, std::vector<std::string>& warnings) {
  const auto folder = settings.resolve(settings.data.folder);
  if (auto lost = refuse_lost_users(folder)) return lost;
  const auto buckets = auth::bucket_folder::open(folder, auth::bucket_folder::access::read_only);
  if (!buckets) return buckets.error();
  const auto users = auth::user_store::open(*buckets, auth::is_password_hash);
  if (!users) return users.error();
  const auto sessions =
      auth::login_session_store::open(*buckets, {settings.auth.session_idle, settings.auth.session_lifetime});
  if (!sessions) return sessions.error();
  warnings = tell_missing_operators(settings, **users);
  return std::nullopt;
}

// Only its first bytes: to open it would make files beside it.
std::optional<std::string> refuse_history(const fs::path& file) {
  constexpr std::string_view begins_with("SQLite format 3\0", 16);
  std::error_code error;
  if (!fs::exists(file, error)) return std::nullopt;
  std::ifstream stream(file, std::ios::binary);
  std::string head(begins_with.size(), '\0');
  stream.read(head.data(), static_cast<std::streamsize>(head.size()));
  if (head == begins_with || (stream.gcount() == 0 && stream.eof()))
    return std::nullopt;  // none, or a new one
  return file.string() + " is not a database, or cannot be read: put a copy of history.db in its place";
}

// An address that is not there now may come: a network may be late.
std::optional<std::string> doubt_address(const config& settings) {
  std::error_code error;
  const auto address = asio::ip::make_address(settings.server.address, error);
  asio::io_context io;
  asio::ip::tcp::socket socket(io);
  if (!error) socket.open(address.is_v6() ? asio::ip::tcp::v6() : asio::ip::tcp::v4(), error);
  if (!error) socket.bind({address, 0}, error);
  if (!error) return std::nullopt;
  return "server.address is " + settings.server.address +
         ", where this machine cannot listen: " + error.message();
}

void add(std::vector<std::string>& to, const char* key, std::optional<std::string> found) {
  if (found) to.push_back(key + std::move(*found));
}

}  // namespace

findings look_at_files(const config& settings, std::chrono::system_clock::time_point now) {
  findings found;
  auto certificate = server_certificate::look(settings, now);
  if (certificate)
    found.faults = std::move(*certificate);
  else
    found.refusals.push_back(std::move(certificate.error()));
  add(found.refusals, "data.folder: ", refuse_folder(settings.resolve(settings.data.folder)));
  if (settings.log.file != "stderr")
    add(found.refusals, "log.file: ", refuse_log_file(settings.resolve(settings.log.file)));
  return found;
}

findings look_at_all(const config& settings, const std::optional<std::string>& www,
                     std::chrono::system_clock::time_point now) {
  auto found = look_at_files(settings, now);
  add(found.refusals, "", refuse_accounts(settings, found.warnings));
  if (settings.history.mode == history_mode::sqlite)
    add(found.refusals, "", refuse_history(settings.resolve(settings.data.folder) / "history.db"));
  add(found.faults, "", doubt_address(settings));
  if (www) {
    const auto pages = net::static_files::load(*www);
    if (!pages) found.refusals.push_back(pages.error());
  }
  return found;
}

}  // namespace parley
