#pragma once
// The one header that includes Asio and knows what differs between its versions (1.22 in Debian 12, 1.30 in
// Debian 13), and the one place that fixes the executor: everything here runs on a shard's io_context, never
// on a type-erased executor, which would cost an allocation and a virtual call for every wait.

#include <chrono>
#include <cstddef>
#include <system_error>

#include <asio.hpp>

#if ASIO_VERSION < 102400
#include <asio/experimental/as_tuple.hpp>
#endif

// How coroutines are written here, because of GCC 12, which compiles the following without a warning and
// corrupts the frame:
// - `if (co_await f()) ...` and `while (... co_await ...)`: the result of a co_await gets a name first;
// - `co_await f(text)` where f takes a string, a lambda or anything else with a destructor by value: the
//   parameter is copied byte by byte. The awaitable gets a name first:
//   `auto doing = f(text); co_await std::move(doing);`.

namespace parley::net {

#if ASIO_VERSION < 102400
using asio::experimental::as_tuple;
#else
using asio::as_tuple;
#endif

using executor = asio::io_context::executor_type;

template <class T>
using awaitable = asio::awaitable<T, executor>;

using tcp_socket = asio::basic_stream_socket<asio::ip::tcp, executor>;
using tcp_acceptor = asio::basic_socket_acceptor<asio::ip::tcp, executor>;
using timer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                         asio::wait_traits<std::chrono::steady_clock>, executor>;

// Errors as values: `auto [ec, n] = co_await socket.async_...(use_tuple);`
inline constexpr auto use_tuple = as_tuple(asio::use_awaitable_t<executor>{});

// What a read or write did: `bytes` are valid when `error` is not set.
struct io_result {
  std::error_code error;
  std::size_t bytes = 0;
};

}  // namespace parley::net
