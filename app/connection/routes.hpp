#pragma once
// What each path answers: the page's files, the JSON API, and the headers that every answer bears.

#include <string>
#include <string_view>

#include "app/connection/session_services.hpp"
#include "net/asio.hpp"
#include "net/http.hpp"
#include "net/tls_stream.hpp"

namespace parley {

// Whether the request is for the chat's WebSocket.
bool is_chat_request(const net::http_request& request);

// Who sent a request.
struct client {
  asio::ip::address address;
  bool by_proxy = false;  // a trusted one has passed it on
};

// Whether the request may change something: it was sent by a page of this site, or by no page at all (a
// program sends no Origin; a browser always does). Where it was not, the log says so.
bool is_same_site(const net::http_request& request, const client& from, session_services& shared);

// The answer to a request for a host that is not ours; nothing where it is.
std::optional<net::http_response> refuse_host(const net::http_request& request, const client& from,
                                              session_services& shared);

// The answer to everything but the chat. `request` and `shared` outlive the call.
net::awaitable<net::http_response> answer(const net::http_request& request, session_services& shared,
                                          client from);

// An answer of one plain sentence.
net::http_response plain_answer(int status, std::string_view message);

// What is told to whom the server has no place for.
net::http_response server_full();

// Writes an answer, with the headers that every answer bears. What is passed outlives the call.
net::awaitable<std::error_code> respond(net::tls_stream& stream, const net::http_request& request,
                                        net::http_response& response, const session_services& shared,
                                        bool keep_alive);
// What is told to whom asked in a way that is not HTTP.
net::awaitable<void> respond(net::tls_stream& stream, const net::http_failure& failure,
                             const session_services& shared);

}  // namespace parley
