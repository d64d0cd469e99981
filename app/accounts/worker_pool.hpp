#pragma once
// A bounded pool for work that would stall a shard: hashing a password, writing a file. A coroutine hands a
// function over and comes back to its own shard with the result.

#include <atomic>
#include <exception>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "net/asio.hpp"

namespace parley {

class worker_pool {
 public:
  // `queue` is how many functions may wait or run at once; more are turned away.
  worker_pool(std::size_t threads, std::size_t queue) : pool_(std::in_place, threads), queue_(queue) {}

  // Runs `function` (which owns what it needs) on a thread of the pool. Nothing comes back where the queue is
  // full. An exception from the function is thrown here.
  template <class Function>
  net::awaitable<std::optional<std::invoke_result_t<Function&>>> run(Function function) {
    using result = std::optional<std::invoke_result_t<Function&>>;
    if (waiting_.fetch_add(1) >= queue_) {
      waiting_.fetch_sub(1);
      co_return std::nullopt;
    }
    const auto initiate = [this](auto handler, Function work) {
      // The handler is move-only and may be dropped unrun at shutdown; the guard keeps its shard alive until
      // then.
      auto home = asio::get_associated_executor(handler);
      asio::post(*pool_, [this, home, guard = asio::make_work_guard(home), handler = std::move(handler),
                          work = std::move(work)]() mutable {
        std::exception_ptr failure;
        result value;
        try {
          value.emplace(work());
        } catch (...) {
          failure = std::current_exception();
        }
        waiting_.fetch_sub(1);
        asio::post(home, [handler = std::move(handler), failure, value = std::move(value)]() mutable {
          std::move(handler)(failure, std::move(value));
        });
      });
    };
    auto done =
        asio::async_initiate<const asio::use_awaitable_t<net::executor>, void(std::exception_ptr, result)>(
            initiate, token_, std::move(function));
    co_return co_await std::move(done);
  }

  // Lets what runs end and drops what waits. The shards have been stopped and still exist: what is dropped
  // are their coroutines.
  void stop() {
    pool_->stop();
    pool_.reset();
  }

  // Does all that waits, then ends the threads.
  void finish() {
    pool_->join();
    pool_.reset();
  }

 private:
  static constexpr asio::use_awaitable_t<net::executor> token_{};

  std::optional<asio::thread_pool> pool_;
  std::size_t queue_;
  std::atomic<std::size_t> waiting_{0};
};

}  // namespace parley
