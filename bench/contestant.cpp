#include "bench/contestant.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

#include <stdlib.h>
#include <unistd.h>

#include "auth/login_session_store.hpp"
#include "auth/user_store.hpp"
#include "net/tls_certificate.hpp"

namespace parley::bench {
namespace {

namespace fs = std::filesystem;

const fs::path source_folder = PARLEY_SOURCE_DIR;

// The programs that were built with this one.
fs::path built(const std::string& program) {
  return fs::read_symlink("/proc/self/exe").parent_path() / program;
}

fs::path temporary_folder() {
  auto pattern = (fs::temp_directory_path() / "parley-bench-XXXXXX").string();
  if (!::mkdtemp(pattern.data()))
    throw std::runtime_error("cannot make a folder in " + fs::temp_directory_path().string());
  return pattern;
}

void run_or_throw(const std::string& command, const std::string& advice) {
  if (std::system(command.c_str()) != 0) throw std::runtime_error("failed: " + command + "\n" + advice);
}

fs::path install_from_npm(const std::string& peer) {
  auto folder = source_folder / "bench" / "peers" / peer;
  if (!fs::exists(folder / "node_modules")) {
    std::fprintf(stderr, "installing the peer %s from npm\n", peer.c_str());
    run_or_throw("cd '" + folder.string() + "' && npm ci --silent --no-audit --no-fund >&2",
                 "npm and its registry are needed for this peer; leave it out with --against");
  }
  return folder;
}

void install_from_debian(const std::string& packages) {
  if (std::system("python3 -c 'import flask_socketio, eventlet' 2>/dev/null") == 0) return;
  std::fprintf(stderr, "installing %s\n", packages.c_str());
  const std::string as_root = ::getuid() == 0 ? "" : "sudo ";
  run_or_throw(as_root + "apt-get install -y -qq --no-install-recommends " + packages + " >&2",
               "Debian's packages are needed for this peer; leave it out with --against");
}

std::string command_of_python() {
  return fs::exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3";
}

// Everything on, with limits that this load stays within: they are checked all the same.
std::string configuration(const setting& wanted) {
  // A publisher that was held up makes up for it in a hurry; one of many messages a second may have two of
  // them read at once, and is not limited.
  constexpr double many = 10;
  const auto interval = wanted.rate > many ? 0 : std::max(1, static_cast<int>(1000 / wanted.rate * 0.1));
  return "server: {address: 127.0.0.1, port: 0, shards: " + std::to_string(wanted.shards) +
         "}\n"
         "limits: {message_interval: " +
         std::to_string(interval) +
         "ms, frame_rate: 100000 in 10s, byte_rate: off, user_share: 100, address_share: 100, "
         "connections_per_address: 1000000, sockets_per_user: 10}\n"
         "idle: {warn_after: 50m, kick_after: 1h}\n"
         "rooms: {capacity: 0, max: 100000}\n"
         "history: {mode: " +
         wanted.history +
         "}\n"
         "fanout: {flush_interval: " +
         (wanted.flush_interval == 0 ? "0" : std::to_string(wanted.flush_interval) + "ms") +
         "}\n"
         "log: {level: warn}\n";
}

// One user and one login session for each client; nobody ever logs in by password, so the hash may be any.
std::vector<std::string> make_logins(const fs::path& data, std::uint32_t clients) {
  const auto buckets = auth::bucket_folder::open(data);
  if (!buckets) throw std::runtime_error(buckets.error());
  auto users = auth::user_store::open(*buckets);
  if (!users) throw std::runtime_error(users.error());
  auto sessions = auth::login_session_store::open(*buckets, {});
  if (!sessions) throw std::runtime_error(sessions.error());
  std::vector<std::string> tokens;
  const auto now = std::chrono::system_clock::now();
  std::optional<auth::user_store::ticket> last_user;
  std::optional<auth::login_session_store::ticket> last_session;
  for (std::uint32_t i = 0; i < clients; ++i) {
    char name[16];
    std::snprintf(name, sizeof name, "u%05u", i);
    const auto parsed = auth::user_name::parse(name);
    last_user = (*users)->stage_add({*parsed, "$sha256$" + std::string(64, '0'), now}).value();
    auto opened = (*sessions)->create(*parsed, now);
    tokens.push_back(std::move(opened.token));
    last_session = opened.write;
  }
  if (last_user && !(*users)->commit(*last_user)) throw std::runtime_error("cannot write " + data.string());
  if (last_session && !(*sessions)->commit(*last_session))
    throw std::runtime_error("cannot write " + data.string());
  return tokens;
}

}  // namespace

std::vector<std::string> contestant_names() {
  return {"parley", "parley-forgetful", "floor", "floor-each", "bun", "ws", "socketio"};
}

contestant::contestant(const std::string& name, const setting& wanted)
    : name_(name), folder_(temporary_folder()) {
  try {
    const auto made =
        net::own_certificate(folder_ / "tls", {"localhost", "127.0.0.1"}, std::chrono::system_clock::now());
    if (!made) throw std::runtime_error(made.error());
    const std::string certificate = made->certificate, key = made->key;
    const auto peers = source_folder / "bench" / "peers";
    std::vector<std::string> command;
    where_.spoken = dialect::echo;
    if (name == "parley" || name == "parley-forgetful") {
      auto how = wanted;
      if (name != "parley") how.history = "off";
      command = prepare_parley(how);
    } else if (name == "floor") {
      const auto flush = wanted.flush_interval == 0 ? "turn" : std::to_string(wanted.flush_interval);
      command = {built("parley-floor"), "--certificate", certificate, "--key", key, "--flush", flush};
    } else if (name == "floor-each") {
      command = {built("parley-floor"), "--certificate", certificate, "--key", key, "--flush", "each"};
    } else if (name == "bun") {
      const auto folder = install_from_npm("bun");
      command = {folder / "node_modules/.bin/bun", folder / "server.js", certificate, key};
    } else if (name == "ws") {
      command = {"node", install_from_npm("ws") / "server.mjs", certificate, key};
    } else if (name == "socketio") {
      install_from_debian("python3-flask-socketio python3-eventlet");
      where_.spoken = dialect::socketio;
      command = {command_of_python(), peers / "socketio/server.py", certificate, key};
    } else {
      throw std::runtime_error("there is no server \"" + name + "\" to measure");
    }
    server_ = std::make_unique<server_process>(command, wanted.cores, folder_ / "log");
    where_.port = server_->port();
  } catch (...) {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
    throw;
  }
}

std::vector<std::string> contestant::prepare_parley(const setting& wanted) {
  where_.spoken = dialect::parley;
  where_.tokens = make_logins(folder_ / "data", wanted.clients);
  std::ofstream(folder_ / "config.yaml") << configuration(wanted);
  return {built("parley"), "serve",          "--config", folder_ / "config.yaml",
          "--data",        folder_ / "data", "--www",    source_folder / "www"};
}

contestant::~contestant() {
  server_.reset();
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

}  // namespace parley::bench
