#include "app/connection/routes.hpp"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include "app/config/printable.hpp"
#include "auth/encoding.hpp"
#include "chat/flat_json.hpp"

namespace parley {
namespace {

using nlohmann::ordered_json;

constexpr std::string_view chat_path = "/ws";

net::http_response json_answer(int status, const ordered_json& body) {
  net::http_response response;
  response.status = status;
  response.headers = {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}};
  response.body = body.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
  return response;
}

int to_status(chat::error_code code) {
  switch (code) {
    case chat::error_code::bad_json:
      return 400;
    case chat::error_code::bad_field:
      return 422;
    case chat::error_code::bad_credentials:
      return 401;
    case chat::error_code::forbidden:
      return 403;
    case chat::error_code::name_taken:
      return 409;
    case chat::error_code::throttled:
      return 429;
    default:
      return 503;
  }
}

net::http_response failure_answer(const account_failure& failure, int status) {
  ordered_json error{{"code", chat::to_word(failure.why.code)}, {"message", failure.why.message}};
  if (!failure.field.empty()) error["field"] = failure.field;
  if (failure.retry_after) error["retry_after_ms"] = failure.retry_after->count();
  auto response = json_answer(status, {{"error", error}});
  if (failure.retry_after)
    response.headers.emplace_back(
        "Retry-After", std::to_string(std::chrono::ceil<std::chrono::seconds>(*failure.retry_after).count()));
  return response;
}

net::http_response failure_answer(const account_failure& failure) {
  return failure_answer(failure, to_status(failure.why.code));
}

net::http_response failure_answer(chat::error_code code, std::string message, int status) {
  return failure_answer(account_failure{{code, std::move(message)}, {}, {}}, status);
}

void set_cookie(net::http_response& response, const session_services& shared, const std::string& token,
                std::chrono::seconds max_age) {
  response.headers.emplace_back("Set-Cookie", shared.settings.server.cookie_name() + '=' + token +
                                                  "; Max-Age=" + std::to_string(max_age.count()) +
                                                  "; Path=/; Secure; HttpOnly; SameSite=Strict");
}

net::http_response method_not_allowed(std::string_view allowed) {
  auto response = plain_answer(405, "This address understands " + std::string(allowed) + ".");
  response.headers.emplace_back("Allow", allowed);
  return response;
}

struct credentials {
  std::string username, password;
};

// The body of /api/register and /api/login, or the answer that says what is wrong with it.
tl::expected<credentials, net::http_response> read_credentials(const net::http_request& request) {
  auto type = auth::ascii_lower(request.header("Content-Type"));
  type.erase(std::min(type.find_first_of("; \t"), type.size()));
  if (type != "application/json")
    return tl::unexpected(failure_answer(chat::error_code::bad_json, "Send JSON, as application/json.", 415));
  const auto body = chat::flat_json::read(request.body(), "The body");
  if (body.problem()) return tl::unexpected(failure_answer({*body.problem(), {}, {}}));
  credentials result;
  for (auto [name, value] :
       {std::pair{"username", &result.username}, std::pair{"password", &result.password}}) {
    const auto* const found = body.find_string(name);
    if (!found) {
      const auto message = "The field \"" + std::string(name) + "\" has to be a string.";
      return tl::unexpected(
          failure_answer(account_failure{{chat::error_code::bad_field, message}, name, {}}));
    }
    *value = *found;
  }
  return result;
}

net::http_response logged_in(const opened_login& login, const session_services& shared, int status) {
  auto response = json_answer(status, {{"user", login.user}});
  const auto lifetime =
      std::chrono::duration_cast<std::chrono::seconds>(shared.settings.auth.session_lifetime);
  set_cookie(response, shared, login.token, lifetime);
  return response;
}

// Registering and logging in: both end with a log-in, or with a word of why not.
enum class entry : bool { registration, login };

net::awaitable<net::http_response> post_entry(const net::http_request& request, session_services& shared,
                                              client from, entry how) {
  const bool registers = how == entry::registration;
  const std::string_view what = registers ? "a registration" : "a log-in";
  auto given = read_credentials(request);
  if (!given) {  // what is in such a body is nobody's business
    shared.refusals.note(chat::clock::now(), what, from.address, "the request is not as it has to be");
    co_return std::move(given.error());
  }
  auto entering = registers ? shared.users.sign_up(given->username, given->password, from.address)
                            : shared.users.log_in(given->username, given->password, from.address);
  const auto login = co_await std::move(entering);
  if (login) co_return logged_in(*login, shared, registers ? 201 : 200);
  note_refused(shared.refusals, what, given->username, from.address, login.error());
  co_return failure_answer(login.error());
}

net::awaitable<net::http_response> post_logout(const net::http_request& request, session_services& shared) {
  const auto cookie = shared.settings.server.cookie_name();
  if (const auto login = shared.users.find(request.cookie(cookie))) {
    auto logging_out = shared.users.log_out(login->id, chat::close_code::logged_out);
    co_await std::move(logging_out);
    spdlog::info("{} has logged out", login->user);
  }
  net::http_response response;
  response.status = 204;
  set_cookie(response, shared, "", std::chrono::seconds(0));
  co_return response;
}

net::http_response get_session(const net::http_request& request, session_services& shared) {
  const auto login = shared.users.find(request.cookie(shared.settings.server.cookie_name()));
  const bool open = shared.settings.auth.registration == registration_mode::open;
  return json_answer(200, {{"user", login ? ordered_json(login->user) : ordered_json(nullptr)},
                           {"registration", open ? "open" : "closed"},
                           {"limits", ordered_json::parse(chat::to_json(shared.limits))}});
}

net::awaitable<net::http_response> answer_api(const net::http_request& request, session_services& shared,
                                              client from) {
  const auto path = request.path();
  const bool is_get = request.method() == "GET" || request.method() == "HEAD";
  if (path == "/api/session")
    co_return is_get ? get_session(request, shared) : method_not_allowed("GET, HEAD");
  if (path != "/api/register" && path != "/api/login" && path != "/api/logout")
    co_return plain_answer(404, "There is nothing here.");
  if (request.method() != "POST") co_return method_not_allowed("POST");
  if (!is_same_site(request, from, shared))
    co_return failure_answer(chat::error_code::forbidden, "This request came from another site.", 403);
  if (path == "/api/register")
    co_return co_await post_entry(request, shared, std::move(from), entry::registration);
  if (path == "/api/login") co_return co_await post_entry(request, shared, std::move(from), entry::login);
  co_return co_await post_logout(request, shared);
}

void add_common_headers(net::http_response& response, const session_services& shared) {
  auto& headers = response.headers;
  const bool is_document = std::none_of(headers.begin(), headers.end(), [](const auto& header) {
    return header.first == "Content-Type" &&
           (header.second.starts_with("text/javascript") || header.second.starts_with("text/css"));
  });
  headers.insert(headers.end(),
                 {{"X-Content-Type-Options", "nosniff"}, {"Cross-Origin-Resource-Policy", "same-origin"}});
  // A script or a style sheet is governed by the page that asks for it; there are thirty of them, and these
  // would be a third of what a visit costs.
  if (is_document)
    headers.insert(
        headers.end(),
        {{"Content-Security-Policy",
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
          "font-src 'self'; media-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; "
          "base-uri 'none'; "
          "frame-ancestors 'none'"},
         {"X-Frame-Options", "DENY"},
         {"Referrer-Policy", "no-referrer"},
         {"Cross-Origin-Opener-Policy", "same-origin"},
         {"Permissions-Policy", "camera=(), microphone=(), geolocation=()"}});
  if (!shared.own_certificate) headers.emplace_back("Strict-Transport-Security", "max-age=31536000");
}

}  // namespace

bool is_chat_request(const net::http_request& request) {
  return request.path() == chat_path && request.method() == "GET";
}

bool is_same_site(const net::http_request& request, const client& from, session_services& shared) {
  const auto& fetch_site = request.header("Sec-Fetch-Site");
  const auto& origin = request.header("Origin");
  const bool by_page = fetch_site.empty() || fetch_site == "same-origin" || fetch_site == "none";
  if (by_page && (origin.empty() || shared.own_site.is_own(origin, request.host(), from.by_proxy)))
    return true;
  shared.refusals.note(chat::clock::now(), "a request of another site", from.address,
                       "the Origin is " + in_quotes(origin) + " and the Host " +
                           in_quotes(request.header("Host")) + "; the site's own names are server.hosts");
  return false;
}

std::optional<net::http_response> refuse_host(const net::http_request& request, const client& from,
                                              session_services& shared) {
  if (shared.own_site.answers_to(request.host(), from.by_proxy)) return std::nullopt;
  const auto& text = request.header("Host");
  shared.refusals.note(chat::clock::now(), "a request", from.address,
                       "the Host is " + in_quotes(text) + ", which is not in server.hosts");
  return plain_answer(421,
                      "This server is not known as " + in_quotes(text) +
                          ": if it should be, its operator adds the name to server.hosts in config.yaml.");
}

net::awaitable<net::http_response> answer(const net::http_request& request, session_services& shared,
                                          client from) {
  if (request.path() == chat_path) co_return method_not_allowed("GET");
  if (request.path().starts_with("/api/")) co_return co_await answer_api(request, shared, std::move(from));
  if (!shared.pages.contains(request.path())) co_return plain_answer(404, "There is nothing here.");
  if (request.method() != "GET" && request.method() != "HEAD") co_return method_not_allowed("GET, HEAD");
  co_return shared.pages.serve(request);
}

net::http_response plain_answer(int status, std::string_view message) {
  net::http_response response;
  response.status = status;
  response.headers = {{"Content-Type", "text/plain; charset=utf-8"}, {"Cache-Control", "no-store"}};
  if (status == 426)
    response.headers.insert(response.headers.end(),
                            {{"Upgrade", "websocket"}, {"Sec-WebSocket-Version", "13"}});
  response.body = std::string(message) + '\n';
  return response;
}

net::http_response server_full() {
  auto response = plain_answer(503, "Too many connections just now. Try again in a moment.");
  response.headers.emplace_back("Retry-After", "5");
  return response;
}

net::awaitable<std::error_code> respond(net::tls_stream& stream, const net::http_request& request,
                                        net::http_response& response, const session_services& shared,
                                        bool keep_alive) {
  add_common_headers(response, shared);
  auto head = response.head(keep_alive);
  const bool with_body = request.method() != "HEAD" && response.status != 304;
  if (with_body && response.static_body.empty()) head += response.body;
  auto error = co_await stream.write(head);
  if (!error && with_body) error = co_await stream.write(response.static_body);
  co_return error;
}

net::awaitable<void> respond(net::tls_stream& stream, const net::http_failure& failure,
                             const session_services& shared) {
  auto response = plain_answer(failure.status, failure.message);
  add_common_headers(response, shared);
  const auto text = response.head(false) + response.body;
  co_await stream.write(text);
}

}  // namespace parley
