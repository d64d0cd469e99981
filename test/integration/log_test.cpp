// The log: one line an event, nothing secret in it, and nothing in it that a user could have written as a
// line.

#include <boost/test/unit_test.hpp>

#include "contains.hpp"
#include "server_process.hpp"

namespace parley::test {
BOOST_AUTO_TEST_SUITE(log)
namespace {

std::string token_of(const std::string& cookie) {
  return cookie.substr(cookie.find('=') + 1);
}

// Everything a user can do, with a value of its own for all that may not be logged.
struct busy_server {
  explicit busy_server(const std::string& format)
      : server("log: {level: trace, format: " + format + "}\nlimits: {flood: 3 in 1m}") {
    http_client browser(server.port());
    browser.post("/api/register", credentials("Ada", "secret-registration"));
    secrets.push_back(token_of(browser.cookie));
    browser.post("/api/login", credentials("Ada", "secret-registration"));
    secrets.push_back(token_of(browser.cookie));
    auto socket = server.enter(browser.cookie);
    say_and_wait(socket, "secret-message");
    socket.send(say("secret-refused" + std::string(50, 'x')));
    socket.expect_error("too_long");
    socket.send_text("secret-nonsense");
    socket.expect_error("bad_json");

    browser.post("/api/login", credentials("Ada", "secret-wrong"));
    browser.post("/api/register", credentials("bob", "secret7"));
    browser.get("/?token=secret-query");
    websocket_client by_frame(server.port());
    by_frame.send({{"type", "login"}, {"username", "Ada"}, {"password", "secret-registration"}});
    secrets.push_back(by_frame.expect("welcome")["token"]);
    websocket_client resumed(server.port());
    resumed.send({{"type", "resume"}, {"token", secrets.back()}});
    resumed.expect("welcome");
    websocket_client stranger(server.port());
    stranger.send({{"type", "resume"}, {"token", "secret-token"}});
    stranger.expect_close();
    browser.post("/api/logout", nullptr);
    tcp_client plain(server.port());
    plain.write("POST /api/login HTTP/1.1\r\n\r\n{\"password\": \"secret-in-the-clear\"}");
    plain.read_to_end();
    BOOST_TEST(server.stop() == 0);
  }
  server_process server;
  std::vector<std::string> secrets{"secret-", "secret7"};
};

}  // namespace

BOOST_AUTO_TEST_CASE(holds_no_password_token_or_text) {
  for (const auto* format : {"text", "json"}) {
    const busy_server busy(format);
    BOOST_TEST(contains(busy.server.log(), "Ada"));  // it does say something
    for (const auto& secret : busy.secrets) BOOST_TEST(lacks(busy.server.log(), secret));
  }
}

BOOST_AUTO_TEST_CASE(is_json_where_the_operator_wants_it) {
  const busy_server busy("json");
  std::istringstream lines(busy.server.log());
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    BOOST_TEST_INFO(line);
    BOOST_TEST(json::accept(line));
  }
  BOOST_TEST(count > 0);
}

BOOST_AUTO_TEST_CASE(cannot_be_written_to_by_users) {
  for (const std::string format : {"text", "json"}) {
    server_process server("log: {level: trace, format: " + format + "}");
    http_client browser(server.port());
    const std::string forged = "x\n2026-01-01 00:00:00 forged line\r\n\x1b[2J\x07\xe2\x80\xae";
    browser.post("/api/login", credentials(forged));
    browser.post("/api/register", credentials(forged));
    websocket_client socket(server.port());
    socket.send({{"type", "login"}, {"username", forged}, {"password", good_password}});
    socket.expect("error");
    auto ada = server.open(server.register_user("Ada"));
    ada.send(join(forged));
    ada.expect("error");
    ada.send({{"type", forged}});
    ada.expect("error");
    ada.close(4000, forged);
    ada.expect_close();
    for (const std::string bytes :
         {"GET /\x1b[2J HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nUser-Agent: x\x1b[2J\r\nOrigin: \x07\r\n\r\n",
          "GET /%0aforged HTTP/1.1\r\nHost: localhost\r\n\r\n",
          "GE\x1bT\n2026 forged line / HTTP/1.1\r\n\r\n"}) {
      http_client raw(server.port());
      raw.send_raw(bytes);
      raw.send_raw("\r\n\r\n");
      raw.stream().read_some();
    }
    BOOST_TEST(server.stop() == 0);
    const auto log = server.log();
    for (const auto* raw :
         {"\n2026-01-01 00:00:00 forged", "\n2026 forged", "\x1b", "\x07", "\r", "\xe2\x80\xae"})
      BOOST_TEST(lacks(log, raw));
  }
}

BOOST_AUTO_TEST_CASE(says_why_somebody_was_refused) {
  server_process server("{server: {hosts: [chat.example.org]}, limits: {sockets_per_user: 1}}");
  http_client browser(server.port());
  browser.post("/api/login", credentials("Ada", "wrong guess"));
  browser.post("/api/register", credentials("Ada", "short"));
  browser.post("/api/register", credentials("Ada"), {{"Origin", "https://evil.example"}});
  browser.get("/", {{"Host", "evil.example"}});
  http_client(server.port()).get("/ws", {{"Upgrade", "websocket"}});
  browser.post("/api/login", nullptr);
  tcp_client plain(server.port());
  plain.write("GET / HTTP/1.1\r\n\r\n");
  plain.read_to_end();
  const auto cookie = server.register_user("bob");
  {
    auto first = server.open(cookie);
    upgrade second;
    second.cookie = cookie;
    websocket_client(server.port(), second).expect_close();
    first.close();
    first.expect_close();
  }
  BOOST_TEST(server.stop() == 0);
  const auto log = server.log();
  for (const auto* line :
       {"refused a log-in of Ada from 127.0.0.1: ", "refused a registration of Ada from 127.0.0.1: ",
        "refused a request of another site from 127.0.0.1: the Origin is \"https://evil.example\" and the "
        "Host ",
        "refused a request from 127.0.0.1: the Host is \"evil.example\", which is not in server.hosts",
        "refused an upgrade from 127.0.0.1: ", "refused a log-in from 127.0.0.1: ",
        "refused a connection from 127.0.0.1: it does not begin with TLS",
        "refused a socket of bob from 127.0.0.1: the user has limits.sockets_per_user of them",
        "bob is here, from 127.0.0.1", "bob is gone, from 127.0.0.1"})
    BOOST_TEST(contains(log, line));
}

BOOST_AUTO_TEST_CASE(tells_no_more_refusals_than_anybody_can_read) {
  server_process server;
  {
    http_client browser(server.port());
    for (int i = 0; i < 200; ++i) browser.get("/", {{"Host", "evil.example"}});
  }
  BOOST_TEST(server.stop() == 0);
  std::size_t told = 0;
  const auto log = server.log();
  for (auto at = log.find("refused a request"); at != std::string::npos;
       at = log.find("refused a request", at + 1))
    ++told;
  BOOST_TEST(told > 0U);
  BOOST_TEST(told < 190U);
}

BOOST_AUTO_TEST_CASE(has_one_line_for_an_event_that_has_two) {
  server_process server("", server_process::when::later);
  server.www = server.folder() / "a\npage";
  const auto result = server.start_in_vain();
  BOOST_TEST(contains(result.err, "a\\npage"));
  BOOST_TEST(lacks(result.err, "a\npage"));
}

BOOST_AUTO_TEST_CASE(says_nothing_on_stdout_but_where_the_server_listens) {
  server_process server("log: {level: trace}");
  server.enter(server.register_user("Ada"));
  BOOST_TEST(server.stop() == 0);
  BOOST_TEST(server.rest_of_stdout() == "");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace parley::test
