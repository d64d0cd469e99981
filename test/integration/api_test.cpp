// The JSON API's answers to requests that are wrong, foreign or too many.

#include <boost/test/unit_test.hpp>

#include "contains.hpp"
#include "server_process.hpp"

namespace parley::test {
namespace api {
namespace {

struct running {
  server_process server;
  http_client browser{server.port()};

  http_answer post_text(const std::string& body, const std::string& type = "application/json") {
    return browser.request("POST", "/api/login", {{"Content-Type", type}}, body);
  }
  std::string own_origin() const { return "https://localhost:" + std::to_string(server.port()); }
};

// A body of this many bytes that would be taken if it were not for its size.
std::string padded_credentials(std::size_t size) {
  auto body = credentials("nobody").dump();
  body.append(size - body.size(), ' ');
  return body;
}

}  // namespace

}  // namespace api

BOOST_FIXTURE_TEST_SUITE(api, running)

BOOST_AUTO_TEST_CASE(what_is_not_a_json_object_is_bad_json) {
  for (const auto& body : std::vector<std::string>{
           "", "{", "nonsense", "[]", "\"text\"", "12", "null", "{} {}", "{\"username\": \"ada\",}",
           "{\"username\": \"\xff\"}", std::string(5'000, '['), "\xef\xbb\xbf"}) {
    const auto answer = post_text(body);
    BOOST_TEST_CONTEXT(body.substr(0, 40) << " got " << answer.body) {
      BOOST_TEST(answer.status == 400);
      BOOST_TEST(answer.error_code() == "bad_json");
      BOOST_TEST(answer.header("Content-Type") == "application/json");
    }
  }
}

BOOST_AUTO_TEST_CASE(fields_that_are_missing_or_of_the_wrong_type_are_named) {
  const auto field_of = [&](const char* path, const json& body) {
    const auto answer = browser.post(path, body);
    BOOST_TEST_INFO(body.dump() << " got " << answer.body);
    BOOST_TEST(answer.status == 422);
    BOOST_TEST_INFO(body.dump() << " got " << answer.body);
    BOOST_TEST(answer.error_code() == "bad_field");
    return answer.json()["error"].value("field", "");
  };
  for (const auto* path : {"/api/login", "/api/register"}) {
    BOOST_TEST(field_of(path, json::object()) == "username");
    BOOST_TEST(field_of(path, {{"username", "ada"}}) == "password");
    BOOST_TEST(field_of(path, {{"password", good_password}}) == "username");
    BOOST_TEST(field_of(path, {{"username", 12}, {"password", good_password}}) == "username");
    BOOST_TEST(field_of(path, {{"username", "ada"}, {"password", nullptr}}) == "password");
    BOOST_TEST(field_of(path, {{"username", "ada"}, {"password", json::array({"x"})}}) == "password");
  }
}

BOOST_AUTO_TEST_CASE(unknown_fields_are_ignored) {
  auto body = credentials("Ada");
  body["shoe_size"] = json::array({39});
  BOOST_TEST(browser.post("/api/register", body).status == 201);
}

BOOST_AUTO_TEST_CASE(a_body_of_another_type_is_415) {
  for (const auto* type :
       {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"})
    BOOST_TEST_CONTEXT(type) {
      BOOST_TEST(post_text(credentials("nobody").dump(), type).status == 415);
    }
  BOOST_TEST(post_text(credentials("nobody").dump(), "application/json; charset=utf-8").status == 401);
  BOOST_TEST(post_text(credentials("nobody").dump(), "-").status == 415);
}

BOOST_AUTO_TEST_CASE(a_body_may_be_as_long_as_frame_size_and_not_longer) {
  BOOST_TEST(post_text(padded_credentials(16'384)).status == 401);
  BOOST_TEST(post_text(padded_credentials(16'385)).status == 413);
}

BOOST_AUTO_TEST_CASE(a_foreign_origin_may_not_change_anything) {
  for (const auto* origin : {"https://evil.example", "https://localhost", "null", "https://localhost:1",
                             "https://localhost.evil.example"})
    for (const auto* path : {"/api/register", "/api/login", "/api/logout"}) {
      const auto answer = browser.post(path, credentials("Ada"), {{"Origin", origin}});
      BOOST_TEST_CONTEXT(path << " from " << origin) {
        BOOST_TEST(answer.status == 403);
        BOOST_TEST(answer.error_code() == "forbidden");
      }
    }
  const auto plain = "http://localhost:" + std::to_string(server.port());
  BOOST_TEST(browser.post("/api/register", credentials("Ada"), {{"Origin", plain}}).status == 403);
  BOOST_TEST(browser.post("/api/register", credentials("Ada"), {{"Origin", own_origin()}}).status == 201);
}

// A browser says no Sec-Fetch-Site with a WebSocket, and nginx writes its own Host.
BOOST_AUTO_TEST_CASE(an_origin_that_the_operator_names_is_ours_behind_a_proxy) {
  server_process proxied("server: {hosts: [chat.example.org], trusted_proxies: [127.0.0.1]}");
  http_client proxy(proxied.port());
  const http_headers ours{{"Host", "backend"}, {"Origin", "https://chat.example.org:8443"}};
  BOOST_TEST(proxy.post("/api/register", credentials("Ada"), ours).status == 201);
  const auto opens = [&](const std::string& origin) {
    upgrade how;
    how.cookie = proxy.cookie;
    how.origin = origin;
    how.host = "backend";
    return websocket_client(proxied.port(), how).expect("welcome")["user"] == "Ada";
  };
  BOOST_TEST(opens("https://chat.example.org:8443"));
  BOOST_CHECK_THROW(opens("https://evil.example"), std::exception);
}

BOOST_AUTO_TEST_CASE(a_request_that_the_browser_calls_cross_site_may_not_change_anything) {
  for (const auto* site : {"cross-site", "same-site"}) BOOST_TEST_CONTEXT(site) {
      BOOST_TEST(browser.post("/api/register", credentials("Ada"), {{"Sec-Fetch-Site", site}}).status == 403);
    }
  BOOST_TEST(browser.post("/api/register", credentials("Ada"), {{"Sec-Fetch-Site", "same-origin"}}).status ==
             201);
  BOOST_TEST(browser.post("/api/login", credentials("Ada"), {{"Sec-Fetch-Site", "none"}}).status == 200);
}

BOOST_AUTO_TEST_CASE(a_cookie_that_names_nothing_is_nobody) {
  for (const auto& token : std::vector<std::string>{"", "x", std::string(43, 'A'), std::string(5'000, 'A'),
                                                    "\"quoted\"", "../../users"}) {
    http_client stranger(server.port());
    stranger.cookie = "__Host-parley=" + token;
    const auto answer = stranger.get("/api/session");
    BOOST_TEST_CONTEXT(token.substr(0, 50)) {
      BOOST_TEST(answer.status == 200);
      BOOST_TEST(answer.json()["user"].is_null());
    }
  }
}

BOOST_AUTO_TEST_CASE(the_cookie_is_found_among_others) {
  const auto cookie = server.register_user("Ada");
  browser.cookie = "theme=dark; " + cookie + "; x=__Host-parley";
  BOOST_TEST(browser.get("/api/session").json()["user"] == "Ada");
}

BOOST_AUTO_TEST_CASE(when_too_many_hashes_wait_the_next_is_told_to_come_back_and_others_go_on) {
  server_process busy("auth: {hash: scrypt, hashing_threads: 1, hashing_queue: 1}");
  auto ada = busy.enter(busy.register_user("Ada"));
  std::vector<http_client> crowd;
  for (int i = 0; i < 8; ++i) crowd.emplace_back(busy.port());
  for (auto& one : crowd)
    one.send("POST", "/api/login", {{"Content-Type", "application/json"}}, credentials("nobody").dump());
  say_and_wait(ada, "not held up");
  BOOST_TEST(http_client(busy.port()).get("/").status == 200);
  int refused = 0, answered = 0;
  for (auto& one : crowd) {
    const auto answer = one.receive();
    if (answer.status == 503) {
      ++refused;
      BOOST_TEST(answer.error_code() == "unavailable");
      BOOST_TEST(answer.has_header("Retry-After"));
    } else {
      ++answered;
      BOOST_TEST(answer.status == 401);
    }
  }
  BOOST_TEST(refused >= 1);
  BOOST_TEST(answered >= 1);
  BOOST_TEST(http_client(busy.port()).post("/api/login", credentials("Ada")).status == 200);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace parley::test
