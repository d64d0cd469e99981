#include "app/server.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <future>
#include <thread>

#include <spdlog/spdlog.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/accounts/accounts.hpp"
#include "app/accounts/free_space.hpp"
#include "app/accounts/kept_names.hpp"
#include "app/config/printable.hpp"
#include "app/log.hpp"
#include "app/process_signals.hpp"
#include "app/server_certificate.hpp"
#include "app/services.hpp"
#include "app/shard.hpp"
#include "auth/encoding.hpp"
#include "auth/password_hash.hpp"
#include "chat/sqlite_history.hpp"
#include "net/listener.hpp"

namespace parley {
namespace {

using failure = tl::unexpected<std::string>;

constexpr auto longest_sweep_interval = std::chrono::milliseconds(30'000);
constexpr auto shutdown_limit = std::chrono::milliseconds(3000);  // of the five seconds until the exit
constexpr auto shutdown_step_limit = std::chrono::milliseconds(500);
constexpr auto shutdown_look = std::chrono::milliseconds(20);
constexpr std::size_t most_opening = 1'000;                 // rooms at once, for the disk
constexpr std::chrono::milliseconds longest_gathering{10};  // a lone message waits so long for another room's
constexpr std::size_t least_at_hand = 100;  // messages of a room in memory, for those who come back soon
constexpr std::size_t reserved_descriptors = 100;  // for listeners, files, epoll, and polite refusals

// How many connections the process may have. Raises its file limit to the hard one first.
std::size_t connection_limit(const std::optional<std::size_t>& configured) {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  getrlimit(RLIMIT_NOFILE, &limit);
  const auto files = static_cast<std::size_t>(limit.rlim_cur);
  const auto possible = files > 4 * reserved_descriptors ? files - 2 * reserved_descriptors : files / 2;
  if (configured && *configured > possible)
    spdlog::warn("limits.connections is {}, but the open-file limit of {} allows {}", *configured, files,
                 possible);
  const auto connections = std::min(configured.value_or(possible), possible);
  spdlog::info("room for {} connections (open-file limit {})", connections, files);
  return connections;
}

std::size_t shard_count(const std::optional<std::size_t>& configured) {
  return configured.value_or(std::max(1U, std::thread::hardware_concurrency()));
}

chat::client_limits limits_for_clients(const config& settings) {
  return {settings.limits.message_length, settings.limits.message_interval,
          settings.limits.frame_size,     settings.idle.warn_after,
          settings.idle.kick_after,       settings.idle.activity == idle_activity::input};
}

std::string address_to_open(const config& settings, const asio::ip::tcp::endpoint& endpoint) {
  const auto& host = settings.server.hosts.front();
  const bool v6 = host.find(':') != std::string::npos;
  return "https://" + (v6 ? "[" + host + "]" : host) + ":" + std::to_string(endpoint.port());
}

std::string random_epoch() {
  std::array<std::uint8_t, 9> bytes{};
  auth::fill_random(bytes);
  return auth::base64url(bytes);
}

std::string machine_name() {
  std::error_code unknown;
  return asio::ip::host_name(unknown);
}

void report_of_history(chat::gravity how, const std::string& what) {
  const auto level = how == chat::gravity::error     ? spdlog::level::err
                     : how == chat::gravity::warning ? spdlog::level::warn
                                                     : spdlog::level::info;
  spdlog::log(level, "{}", what);
}

// None, and no error, where the configuration asks for none.
tl::expected<std::unique_ptr<chat::sqlite_history>, std::string> open_history(const config& settings,
                                                                              watched_clock& clock,
                                                                              free_space& space) {
  const auto& how = settings.history;
  if (how.mode != history_mode::sqlite) return nullptr;
  return chat::sqlite_history::open(
      {.file = settings.resolve(settings.data.folder) / "history.db",
       .full_sync = how.sync == history_sync::full,
       .at_once = how.deliver == history_deliver::at_once,
       .keep = how.keep,
       .keep_count = how.keep_count,
       .max_size = how.max_size,
       .at_hand = std::max(how.on_join, least_at_hand),
       .commit_interval = std::min(settings.fanout.flush_interval, longest_gathering),
       .new_epoch = random_epoch,
       .now = [&clock] { return clock.look(); },
       .has_space = [&space] { return space.is_enough(); },
       .report = report_of_history});
}

// Where root has started the server once, files that are new are of no use to whom the folder belongs to;
// others may not give them away, and need not.
void give_to_owner_of(const std::filesystem::path& folder) {
  struct stat owner{};
  if (::geteuid() != 0 || ::stat(folder.c_str(), &owner) != 0) return;
  for (const auto* file : {"history.db", "history.db-wal", "history.db-shm", "audit.log"})
    if (::lchown((folder / file).c_str(), owner.st_uid, owner.st_gid) != 0) errno = 0;
}

// The shards, from their making to their end. The directory's events go to them.
class running_server {
 public:
  running_server(const config& settings, server_certificate& certificate, const net::static_files& pages,
                 auth::user_store& users, auth::login_session_store& sessions,
                 std::set<std::string> kept_names, std::unique_ptr<chat::sqlite_history> history,
                 audit_log& audit, watched_clock& clock, free_space& space)
      : settings_(settings),
        history_(std::move(history)),
        directory_([this](socket_id to, login_directory::event event) { deliver(to, event); },
                   {settings.idle.warn_after, settings.idle.kick_after}, settings.limits.sockets_per_user),
        doors_(connection_limit(settings.limits.connections), settings.limits.connections_per_address),
        proxies_(settings.server.trusted_proxies),
        site_(settings.server.hosts, machine_name()),
        accounts_(settings, users, sessions, directory_, clock, space, std::move(kept_names)),
        rooms_(settings.rooms),
        services_{
            .for_sessions = {.settings = settings,
                             .pages = pages,
                             .users = accounts_,
                             .logins = directory_,
                             .proxies = proxies_,
                             .own_site = site_,
                             .refusals = refusals_,
                             .rooms = rooms_,
                             .history = history_.get(),
                             .limits = limits_for_clients(settings),
                             .own_certificate = settings.tls.automatic()},
            .tls = certificate.context(),
            .doors = doors_,
            .rooms = rooms_,
            .audit = audit,
            .openers = openers_,
            .open_log = [this](const auto& name, const auto& record) { return open_log(name, record); }},
        certificate_(certificate) {
    const auto count = shard_count(settings.server.shards);
    for (std::size_t index = 0; index < count; ++index)
      shards_.push_back(std::make_unique<shard>(index, services_, shards_));
  }

  ~running_server() {
    for (const auto& shard : shards_) shard->stop();
    if (history_) history_->stop();  // it gives news to the shards
  }
  running_server(const running_server&) = delete;
  running_server& operator=(const running_server&) = delete;

  tl::expected<asio::ip::tcp::endpoint, std::string> start() {
    std::vector<asio::io_context*> contexts;
    contexts.reserve(shards_.size());
    for (const auto& shard : shards_) contexts.push_back(&shard->io());
    auto listening = net::listen(contexts, settings_.server.address, settings_.server.port,
                                 {settings_.fanout.send_buffer, settings_.timeouts.response});
    if (!listening) return failure(listening.error());

    if (const auto opened = open_rooms(); !opened) return failure(opened.error());
    for (std::size_t index = 0; index < shards_.size(); ++index)
      shards_[index]->start(std::move(listening->acceptors[index]));
    return listening->endpoint;
  }

  // Returns after SIGTERM or SIGINT.
  void wait() {
    wait_for_signal();
    release_signals();  // whatever came since the process began
    certificate_.warn_of_end(std::chrono::system_clock::now());
    net::timer timer(main_);
    sweep_later(timer);
    main_.run();
  }

  void stop() {
    on_all_shards(&shard::stop_taking);
    on_all_shards(&shard::flush_rooms);  // what was said before has come to its room's home now
    if (history_ && !history_->drain(shutdown_step_limit))
      spdlog::warn("the disk is slow: some messages are not acknowledged");
    on_all_shards(&shard::flush_rooms);
    on_all_shards(&shard::end_sessions);
    const auto until = chat::clock::now() + shutdown_limit;
    while (sessions() != 0 && chat::clock::now() < until) std::this_thread::sleep_for(shutdown_look);
    if (sessions() != 0) spdlog::warn("{} connections did not close in time and are cut", sessions());
    for (const auto& shard : shards_) shard->stop();
    openers_.stop();
    accounts_.stop();
  }

 private:
  // Has every shard do something, and waits until all have done it.
  void on_all_shards(void (shard::*action)()) {
    const auto until = chat::clock::now() + shutdown_step_limit;
    std::vector<std::future<void>> done;
    for (const auto& each : shards_) {
      auto task =
          std::make_shared<std::packaged_task<void()>>([there = each.get(), action] { (there->*action)(); });
      done.push_back(task->get_future());
      asio::post(each->io(), [task] { (*task)(); });
    }
    for (auto& each : done)
      if (each.wait_until(until) == std::future_status::timeout)
        spdlog::warn("a shard is busy and is not waited for");
  }

  // The default room, and all that the history knows.
  tl::expected<void, std::string> open_rooms() {
    std::map<std::string, chat::room_record> all{{settings_.rooms.default_room, {}}};
    if (history_) {
      for (const auto& known : history_->known_rooms()) {
        const auto record = chat::parse_room_record(known.record);
        if (!record || !chat::room_name::parse(known.name))
          return failure("the history does not say how the room " + in_quotes(known.name) +
                         " is set: put a backup of history.db in its place");
        all[known.name] = *record;
      }
    }
    for (auto& [text, record] : all) {
      const auto name = chat::room_name::parse(text);
      auto log = open_log(*name, record);
      if (!log) return failure(log.error());
      home_of(*name).add_room(*name, std::move(record), std::move(*log));
    }
    return {};
  }

  shard& home_of(const chat::room_name& room) { return *shards_[room_router::home_of(room, shards_.size())]; }

  tl::expected<std::unique_ptr<chat::room_log>, std::string> open_log(const chat::room_name& room,
                                                                      const chat::room_record& record) {
    if (history_)
      return history_->open_log(
          room.str(), to_json(record),
          [&io = home_of(room).io()](std::function<void()> news) { asio::post(io, std::move(news)); });
    const bool keeps = settings_.history.mode == history_mode::memory;
    return std::make_unique<chat::memory_room_log>(random_epoch(), keeps ? settings_.history.keep_count : 0);
  }

  void deliver(socket_id to, login_directory::event event) {
    shards_[to.shard]->tell_socket(to.number, event);
  }

  void sweep_later(net::timer& timer) {
    // Well before a login session could run out while somebody is there.
    timer.expires_after(std::min(longest_sweep_interval, settings_.auth.session_idle / 3));
    timer.async_wait([this, &timer](const std::error_code& error) {
      if (error) return;
      services_.tls.drop_old_ticket_keys(chat::clock::now());
      certificate_.warn_of_end(std::chrono::system_clock::now());
      try {
        accounts_.sweep();
        refusals_.sweep(chat::clock::now());
      } catch (const std::exception& error_of_ours) {
        spdlog::error("the log-ins could not be looked through: {}", error_of_ours.what());
      }
      sweep_later(timer);
    });
  }

  void wait_for_signal() {
    signals_.async_wait([this](const std::error_code& error, int signal) {
      if (error) return;
      if (signal != SIGHUP) {
        spdlog::info("{}: closing", signal == SIGINT ? "SIGINT" : "SIGTERM");
        return main_.stop();
      }
      spdlog::info("SIGHUP: the log and the certificate are opened again");
      reopen_log();
      certificate_.reload(std::chrono::system_clock::now());
      wait_for_signal();
    });
  }

  std::size_t sessions() const {
    std::size_t sum = 0;
    for (const auto& shard : shards_) sum += shard->session_count();
    return sum;
  }

  const config& settings_;
  std::unique_ptr<chat::sqlite_history> history_;
  asio::io_context main_{1};  // of the main thread: signals and the sweep
  asio::signal_set signals_{main_, SIGINT, SIGTERM, SIGHUP};
  login_directory directory_;
  admission doors_;
  trusted_proxies proxies_;
  site site_;
  refusal_log refusals_;
  accounts accounts_;
  room_directory rooms_;
  worker_pool openers_{1, most_opening};
  services services_;
  std::vector<std::unique_ptr<shard>> shards_;
  server_certificate& certificate_;
};

}  // namespace

tl::expected<void, std::string> run_server(const config& settings, const server_options& options) {
  std::signal(SIGPIPE, SIG_IGN);  // a peer that is gone is an error of the write, not the end of the process
  watched_clock clock;
  const auto data = settings.resolve(settings.data.folder);
  free_space space(data, settings.data.min_free);

  if (const auto lost = refuse_lost_users(data)) return failure(*lost);
  const auto buckets = auth::bucket_folder::open(data);  // locks the folder: a second server stops here
  if (!buckets) return failure(buckets.error());
  if (const auto made = auth::make_users_file(data); !made) return failure(made.error());
  const auto users = auth::user_store::open(*buckets, auth::is_password_hash);
  if (!users) return failure(users.error());
  const auto sessions =
      auth::login_session_store::open(*buckets, {settings.auth.session_idle, settings.auth.session_lifetime});
  if (!sessions) return failure(sessions.error());

  auto certificate = server_certificate::load(settings, std::chrono::system_clock::now());
  if (!certificate) return failure(certificate.error());
  const auto pages = net::static_files::load(options.www);
  if (!pages) return failure(pages.error());

  if (asked_to_end()) return {};
  auto history = open_history(settings, clock, space);
  if (!history) return failure(history.error());
  auto kept = kept_names(settings, **users, history->get());
  const auto audit =
      audit_log::open(data / "audit.log",
                      {settings.data.audit_size, settings.data.audit_age.count(), settings.data.audit_files});
  if (!audit) return failure(audit.error());

  give_to_owner_of(data);
  if (asked_to_end()) return {};
  running_server server(settings, *certificate, *pages, **users, **sessions, std::move(kept),
                        std::move(*history), **audit, clock, space);
  const auto endpoint = server.start();
  if (!endpoint) return failure(endpoint.error());

  const auto address = address_to_open(settings, *endpoint);
  spdlog::info("{} users in {}", (*users)->size(), (data / "users.json").string());
  for (const auto& missing : tell_missing_operators(settings, **users)) spdlog::warn("{}", missing);
  certificate->tell();
  spdlog::info("open {}", address);
  std::printf("listening on %s\n", address.c_str());
  std::fflush(stdout);

  server.wait();
  server.stop();
  spdlog::info("closed");
  return {};
}

}  // namespace parley
