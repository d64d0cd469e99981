#include "app/shard.hpp"

#include <algorithm>
#include <utility>

#include "app/accounts/limited_address.hpp"
#include "app/connection/session.hpp"
#include "app/log.hpp"
#include "app/services.hpp"

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
      rooms_(*this, shared.settings) {}

shard::~shard() {
  stop();
}

std::vector<session*> shard::sessions_of(const std::string& user_key) {
  std::vector<session*> found;
  const auto [first, last] = by_user_.equal_range(user_key);
  for (auto each = first; each != last; ++each) found.push_back(each->second);
  return found;
}

void shard::note_user(session& logged_in) {
  by_user_.emplace(logged_in.user_key(), &logged_in);
}

session* shard::find(std::uint64_t number) {
  const auto found = sessions_.find(number);
  return found == sessions_.end() ? nullptr : found->second;
}

void shard::start(net::tcp_acceptor acceptor) {
  acceptor_ = std::make_unique<net::tcp_acceptor>(std::move(acceptor));
  asio::co_spawn(io_, accept_loop(), [this](const std::exception_ptr& failure) {
    if (failure && !closing_) spdlog::critical("shard {} no longer accepts connections", index_);
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
    if (closing_) co_return;
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
  const bool is_proxy = shared_.proxies.contains(peer.address());
  auto place = shared_.doors.enter(is_proxy ? std::nullopt : std::optional(counted));
  auto ssl = shared_.tls.make_ssl();
  if (!place || !ssl) return;

  const auto address =
      peer.address().is_v6() && peer.address().to_v6().is_v4_mapped() ? counted : peer.address();
  const auto added = std::make_shared<session>(*this, next_number_++, std::move(socket), std::move(ssl),
                                               address, std::move(*place));
  sessions_.emplace(added->number(), added.get());
  session_count_.store(sessions_.size(), std::memory_order_relaxed);

  try {
    asio::co_spawn(io_, added->run(), [this, added](const std::exception_ptr& failure) {
      forget(added->number());
      if (failure) added->give_up(failure);
      added->finish();
    });
  } catch (...) {
    forget(added->number());
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

void shard::forget(std::uint64_t number) {
  if (auto* const going = find(number)) {
    const auto [first, last] = by_user_.equal_range(going->user_key());
    const auto place = std::find_if(first, last, [&](const auto& each) { return each.second == going; });
    if (place != last) by_user_.erase(place);
  }
  sessions_.erase(number);
  session_count_.store(sessions_.size(), std::memory_order_relaxed);
}

void shard::stop_taking() {
  closing_ = true;
  acceptor_->close();
}

void shard::end_sessions() {
  std::vector<session*> all;
  all.reserve(sessions_.size());
  for (const auto& [number, session] : sessions_) all.push_back(session);
  for (auto* session : all) session->end(chat::close_code::restarting);
}

void shard::stop() {
  io_.stop();
  if (thread_.joinable()) thread_.join();
}

}  // namespace parley
