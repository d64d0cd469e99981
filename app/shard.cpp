#include "app/shard.hpp"

#include <algorithm>
#include <utility>

#include <spdlog/spdlog.h>

#include "app/accounts/limited_address.hpp"
#include "app/connection/session.hpp"

namespace parley {
namespace {

constexpr std::size_t read_buffer_size = 16 * 1024;  // one TLS record

constexpr auto accept_pause = std::chrono::milliseconds(100);

}  // namespace

shard::shard(std::size_t index, services& shared, const std::vector<std::unique_ptr<shard>>& all)
    : index_(index),
      shared_(shared),
      all_(all),
      read_buffer_(read_buffer_size),
      homes_({shared.for_sessions.settings, shared.rooms, shared.audit, io_, *this}),
      router_(index, *this, homes_),
      address_shares_(shared.for_sessions.settings.limits.address_share),
      user_shares_(shared.for_sessions.settings.limits.user_share),
      view_{index,    io_,       gate_,           read_buffer_, router_,
            members_, sessions_, address_shares_, user_shares_, shared.for_sessions} {}

shard::~shard() {
  stop();
}

// --- what crosses shards ---

template <class Function>
void shard::run_on(std::size_t index, Function function) {
  if (index == index_) {
    function(*this);
  } else {
    shard& there = *all_[index];
    asio::post(there.io_, [&there, function = std::move(function)]() mutable { function(there); });
  }
}

void shard::forward(std::size_t index, room_request request) {
  run_on(index,
         [request = std::move(request)](shard& there) mutable { there.router_.send(std::move(request)); });
}

void shard::answer(room_answer answer) {
  const auto to = answer.to.shard;
  run_on(to, [answer = std::move(answer)](shard& there) mutable { there.hear(std::move(answer)); });
}

void shard::hear(room_answer answer) {
  if (auto* const asking = sessions_.find(answer.to.number)) return asking->hear(answer);
  // It went away while the answer was on its way.
  if (auto* const in = std::get_if<entered>(&answer.what))
    router_.send({std::move(answer.room), answer.to, std::move(in->who), leave_room{}});
}

void shard::deliver(std::size_t index, const chat::room_name& room, std::shared_ptr<chat::broadcast> news) {
  run_on(index, [room, news = std::move(news)](shard& there) { there.members_.deliver(room, *news); });
}

void shard::tell_user(const std::string& user_key, std::string json) {
  for (std::size_t index = 0; index < all_.size(); ++index)
    run_on(index, [user_key, json](shard& there) {
      for (auto* each : there.sessions_.of_user(user_key)) each->send(json);
    });
}

void shard::open_log(const chat::room_name& room, const chat::room_record& record,
                     std::function<void(opened_log)> then) {
  auto work = [this, room, record] { return shared_.open_log(room, record); };
  asio::co_spawn(
      io_, shared_.openers.run(std::move(work)),
      [room, then = std::move(then)](const std::exception_ptr& failure, std::optional<opened_log> log) {
        if (failure) spdlog::error("the log of the room {} could not be opened", room.str());
        if (log && !*log) spdlog::error("{}", log->error());
        then(log ? std::move(*log) : tl::unexpected<std::string>("too many are being made"));
      });
}

void shard::tell_socket(std::uint64_t number, login_directory::event event) {
  asio::post(io_, [this, number, event] {
    if (auto* const concerned = sessions_.find(number)) concerned->handle(event);
  });
}

// --- connections ---

void shard::start(net::tcp_acceptor acceptor) {
  acceptor_ = std::make_unique<net::tcp_acceptor>(std::move(acceptor));
  asio::co_spawn(io_, accept_loop(), [this](const std::exception_ptr& failure) {
    if (failure && !view_.closing) spdlog::critical("shard {} no longer accepts connections", index_);
  });
  thread_ = std::thread([this] {
    const auto work = asio::make_work_guard(io_);
    while (!io_.stopped()) {
      try {
        io_.run();
      } catch (const std::exception& failure) {
        // Only a bug gets here: every coroutine has a handler for its exceptions. The others are not to
        // suffer for it.
        spdlog::critical("shard {}: {}", index_, failure.what());
      }
    }
  });
}

net::awaitable<void> shard::accept_loop() {
  bool complained = false;
  for (;;) {
    auto [error, socket] = co_await acceptor_->async_accept(io_.get_executor(), net::use_tuple);
    if (view_.closing) co_return;
    if (!error) {
      complained = false;
      admit(std::move(socket));
    } else if (error != asio::error::connection_aborted) {
      // Out of descriptors or memory: the connection waits in the kernel's queue until somebody goes.
      if (!std::exchange(complained, true)) spdlog::warn("cannot accept connections: {}", error.message());
      net::timer pause(io_, accept_pause);
      co_await pause.async_wait(net::use_tuple);
    }
  }
}

void shard::admit(net::tcp_socket socket) noexcept {
  try {
    begin_session(std::move(socket));
  } catch (const std::exception& failure) {  // out of memory: it costs this connection
    spdlog::error("cannot take a connection: {}", failure.what());
  }
}

void shard::begin_session(net::tcp_socket socket) {
  std::error_code gone;
  const auto peer = socket.remote_endpoint(gone);
  if (gone) return;
  const auto counted = limited_address(peer.address());
  const bool is_proxy = shared_.for_sessions.proxies.contains(peer.address());
  auto place = shared_.doors.enter(is_proxy ? std::nullopt : std::optional(counted));
  auto ssl = shared_.tls.make_ssl();
  if (!place || place->turned_away())
    shared_.for_sessions.refusals.note(
        chat::clock::now(), "a connection", counted,
        "there are as many as limits.connections or limits.connections_per_address allow");
  if (!place || !ssl) return;

  const auto address =
      peer.address().is_v6() && peer.address().to_v6().is_v4_mapped() ? counted : peer.address();
  const auto added = std::make_shared<session>(view_, next_number_++, std::move(socket), std::move(ssl),
                                               address, std::move(*place));
  sessions_.add(added->number(), *added);
  session_count_.store(sessions_.size(), std::memory_order_relaxed);

  try {
    asio::co_spawn(io_, added->run(), [this, added](const std::exception_ptr& failure) {
      forget(*added);
      if (failure) added->give_up(failure);
      added->finish();
    });
  } catch (...) {
    forget(*added);
    throw;
  }
  try {
    asio::co_spawn(io_, added->watch(), [added](const std::exception_ptr& failure) {
      if (failure) added->give_up(failure);
    });
  } catch (...) {
    added->abort();  // nothing may wait for a peer without a deadline
    throw;
  }
}

void shard::forget(const session& going) {
  sessions_.remove(going.number(), going.user_key());
  session_count_.store(sessions_.size(), std::memory_order_relaxed);
}

void shard::stop_taking() {
  view_.closing = true;
  acceptor_->close();
}

void shard::end_sessions() {
  for (auto* each : sessions_.all()) each->end(chat::close_code::restarting);
}

void shard::stop() {
  io_.stop();
  if (thread_.joinable()) thread_.join();
}

}  // namespace parley
