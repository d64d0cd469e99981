#pragma once
// The opening handshake of a WebSocket (RFC 6455, 4.2) as an answer to an HTTP request.

#include <string>

#include <tl/expected.hpp>

#include "net/http.hpp"

namespace parley::net {

// The 101 answer that accepts the upgrade with `subprotocol`, or the HTTP status and sentence that refuse it.
tl::expected<std::string, http_failure> accept_websocket(const http_request& request,
                                                         const std::string& subprotocol);

}  // namespace parley::net
