#pragma once
// websocketpp as codec: the one place that instantiates it. Its own config/core.hpp pulls in
// logger/basic.hpp, which is not valid C++20 for GCC 11 and later (zaphoyd/websocketpp issues 991 and 1124),
// so the processor gets a config that names only what it uses. Endpoints and transports are not used: the
// session's coroutine owns the socket.

#include <cstdint>
#include <cstdlib>

#include <websocketpp/extensions/permessage_deflate/disabled.hpp>
#include <websocketpp/http/request.hpp>
#include <websocketpp/http/response.hpp>
#include <websocketpp/message_buffer/alloc.hpp>
#include <websocketpp/message_buffer/message.hpp>
#include <websocketpp/processors/hybi13.hpp>

namespace parley::net {

struct websocketpp_config {
  using request_type = websocketpp::http::parser::request;
  using response_type = websocketpp::http::parser::response;
  using message_type =
      websocketpp::message_buffer::message<websocketpp::message_buffer::alloc::con_msg_manager>;
  using con_msg_manager_type = websocketpp::message_buffer::alloc::con_msg_manager<message_type>;

  // Masks are made by clients (RFC 6455, 5.1): a server that asks for one has a bug.
  struct rng_type {
    std::uint32_t operator()() { std::abort(); }
  };

  // A message is fifty characters and is framed once for a whole room: compression would cost each member a
  // context.
  struct permessage_deflate_config {
    using request_type = websocketpp_config::request_type;
  };
  using permessage_deflate_type =
      websocketpp::extensions::permessage_deflate::disabled<permessage_deflate_config>;

  static constexpr std::size_t max_message_size = 16 * 1024;  // the default; each codec sets its own
  static constexpr bool enable_extensions = false;
};

inline websocketpp_config::rng_type unused_rng;

using websocketpp_processor = websocketpp::processor::hybi13<websocketpp_config>;

// The head of a request: see http_request::head().
struct parsed_head {
  websocketpp_config::request_type request;
};

}  // namespace parley::net
