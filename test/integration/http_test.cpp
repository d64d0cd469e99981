// HTTP/1.1 as a peer may misuse it: bounds, framing, keep-alive and deadlines.

#include <boost/test/unit_test.hpp>

#include "contains.hpp"
#include "server_process.hpp"

namespace parley::test {
BOOST_AUTO_TEST_SUITE(http)
namespace {

// The status that bytes on a fresh connection are answered with; 0 where the connection just ends.
int status_of(const server_process& server, const std::string& bytes) {
  http_client client(server.port());
  client.send_raw(bytes);
  try {
    return client.receive().status;
  } catch (const connection_ended&) {
    return 0;
  }
}

std::string post(const std::string& headers, const std::string& body = {}) {
  return "POST /api/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" + headers +
         "\r\n" + body;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_head_that_comes_in_crumbs_stops_nobody) {
  server_process server("server: {shards: 1}");
  http_client slow(server.port());
  slow.send_raw("GET / HTTP/1.1\r\nHost: localhost\r\nX: ");
  for (int i = 0; i < 2'000; ++i) slow.send_raw("\r");
  BOOST_TEST(http_client(server.port()).get("/").status == 200);
  slow.send_raw("\r\n\r\n");
  BOOST_TEST(slow.receive().status == 400);
}

BOOST_AUTO_TEST_CASE(a_connection_is_kept_for_many_requests) {
  server_process server;
  http_client client(server.port());
  for (int i = 0; i < 20; ++i)
    BOOST_TEST(client.get(i % 2 == 0 ? "/" : "/nothing").status == (i % 2 == 0 ? 200 : 404));
}

BOOST_AUTO_TEST_CASE(connection_close_is_heeded) {
  server_process server;
  http_client client(server.port());
  const auto answer = client.get("/", {{"Connection", "close"}});
  BOOST_TEST(answer.status == 200);
  BOOST_TEST(answer.header("Connection") == "close");
  BOOST_TEST(client.ends());
}

BOOST_AUTO_TEST_CASE(http_1_0_is_answered_and_closed) {
  server_process server;
  http_client client(server.port());
  client.send_raw("GET / HTTP/1.0\r\n\r\n");
  BOOST_TEST(client.receive().status == 200);
  BOOST_TEST(client.ends());
}

BOOST_AUTO_TEST_CASE(pipelined_requests_are_answered_in_order) {
  server_process server;
  http_client client(server.port());
  const auto get = [](const std::string& path) {
    return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
  };
  const std::string login = credentials("nobody").dump();
  client.send_raw(get("/") + get("/missing") +
                  post("Content-Length: " + std::to_string(login.size()) + "\r\n", login) +
                  get("/api/session"));
  BOOST_TEST(client.receive().status == 200);
  BOOST_TEST(client.receive().status == 404);
  BOOST_TEST(client.receive().error_code() == "bad_credentials");
  BOOST_TEST(client.receive().json()["user"].is_null());
}

BOOST_AUTO_TEST_CASE(a_request_may_come_byte_by_byte) {
  server_process server;
  http_client client(server.port());
  for (const char c : std::string("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")) client.send_raw({&c, 1});
  BOOST_TEST(client.receive().status == 200);
}

BOOST_AUTO_TEST_CASE(a_target_may_be_a_whole_url_of_the_same_host) {
  server_process server;
  const auto get = [&](const std::string& target) {
    return status_of(server, "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
  };
  BOOST_TEST(get("https://localhost/") == 200);
  BOOST_TEST(get("https://localhost/api/session?x=/") == 200);
  BOOST_TEST(get("https://localhost/missing") == 404);
  BOOST_TEST(get("https://elsewhere.example/") == 400);
  BOOST_TEST(get("https://localhost") == 400);
  BOOST_TEST(get("https://") == 400);
  BOOST_TEST(get("http://localhost/") == 400);
}

BOOST_AUTO_TEST_CASE(who_waits_for_100_is_told_to_go_on) {
  server_process server;
  http_client client(server.port());
  const std::string login = credentials("nobody").dump();
  client.send_raw(post("Expect: 100-continue\r\nContent-Length: " + std::to_string(login.size()) + "\r\n"));
  BOOST_TEST(client.receive().status == 100);
  client.send_raw(login);
  BOOST_TEST(client.receive().error_code() == "bad_credentials");
}

BOOST_AUTO_TEST_CASE(a_body_may_come_late) {
  server_process server;
  http_client client(server.port());
  const auto body = credentials("nobody").dump();
  client.send_raw(post("Content-Length: " + std::to_string(body.size()) + "\r\n"));
  for (const char c : body) client.send_raw({&c, 1});
  BOOST_TEST(client.receive().status == 401);
}

BOOST_AUTO_TEST_CASE(unknown_pages_are_404_and_wrong_methods_405_with_allow) {
  server_process server;
  http_client client(server.port());
  BOOST_TEST(client.get("/nothing").status == 404);
  BOOST_TEST(client.get("/api/nothing").status == 404);
  const auto page = client.request("DELETE", "/");
  BOOST_TEST(page.status == 405);
  BOOST_TEST(contains(page.header("Allow"), "GET"));
  BOOST_TEST(contains(page.header("Allow"), "HEAD"));
  const auto login = client.get("/api/login");
  BOOST_TEST(login.status == 405);
  BOOST_TEST(login.header("Allow") == "POST");
  const auto session = client.request("PUT", "/api/session", {{"Content-Length", "0"}});
  BOOST_TEST(session.status == 405);
  BOOST_TEST(contains(session.header("Allow"), "GET"));
  BOOST_TEST(client.post("/", nullptr).status == 405);
}

BOOST_AUTO_TEST_CASE(head_has_the_headers_of_get_and_no_body) {
  server_process server;
  http_client client(server.port());
  const auto get = client.get("/");
  const auto head = client.request("HEAD", "/");
  BOOST_TEST(head.status == 200);
  for (const auto* name : {"Content-Length", "Content-Type", "ETag"})
    BOOST_TEST(head.header(name) == get.header(name));
  BOOST_TEST(client.request("HEAD", "/nothing").status == 404);
  BOOST_TEST(client.get("/").body == get.body);  // nothing of a body was left on the connection
}

BOOST_AUTO_TEST_CASE(a_target_that_is_too_long_is_414) {
  server_process server;
  BOOST_TEST(status_of(server, "GET /" + std::string(8'000, 'a') + " HTTP/1.1\r\nHost: localhost\r\n\r\n") ==
             414);
  BOOST_TEST(status_of(server, "GET /" + std::string(100'000, 'a')) == 414);
}

BOOST_AUTO_TEST_CASE(a_head_that_is_too_long_is_431) {
  server_process server;
  const std::string start = "GET / HTTP/1.1\r\nHost: localhost\r\n";
  BOOST_TEST(status_of(server, start + "X-Long: " + std::string(20'000, 'a') + "\r\n\r\n") == 431);
  std::string many = start;
  for (int i = 0; i < 2'000; ++i) many += "X-" + std::to_string(i) + ": y\r\n";
  BOOST_TEST(status_of(server, many + "\r\n") == 431);
}

BOOST_AUTO_TEST_CASE(a_body_that_is_too_long_is_413) {
  server_process server;
  BOOST_TEST(status_of(server, post("Content-Length: 16385\r\n", std::string(16'385, ' '))) == 413);
  BOOST_TEST(status_of(server, post("Content-Length: 99999999999999999999999\r\n")) == 413);
}

BOOST_AUTO_TEST_CASE(a_body_needs_an_honest_length) {
  server_process server;
  const std::string chunked = "0\r\n\r\n";
  const int no_length = status_of(server, post("Transfer-Encoding: chunked\r\n", chunked));
  BOOST_TEST((no_length == 411 || no_length == 400));
  // Both at once is how requests are smuggled (RFC 9112, 6.1).
  const int both = status_of(server, post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", chunked));
  BOOST_TEST((both == 411 || both == 400));
  for (const auto* length : {"-1", "+2", "0x2", "2, 2", "2;", "two", "2 2", "1e1"})
    BOOST_TEST_CONTEXT(length) {
      BOOST_TEST(status_of(server, post("Content-Length: " + std::string(length) + "\r\n", "{}")) == 400);
    }
  BOOST_TEST(status_of(server, post("Content-Length: 2\r\nContent-Length: 3\r\n", "{} ")) == 400);
  BOOST_TEST(status_of(server, post("Transfer-Encoding:\r\nContent-Length: 2\r\n", "{}")) == 400);
  BOOST_TEST(status_of(server, post("Transfer-Encoding: \t\r\n", chunked)) == 400);
  BOOST_TEST(status_of(server, post("Content-Length:\r\n", "")) == 400);
}

// A name that anybody may point at this machine is not ours (DNS rebinding).
BOOST_AUTO_TEST_CASE(a_host_is_one_of_ours_or_is_told_which_key_to_set) {
  server_process server("server: {hosts: [chat.example.org]}");
  const auto ask = [&](const std::string& host) {
    return http_client(server.port()).get("/api/session", {{"Host", host}});
  };
  for (const auto* ours :
       {"chat.example.org", "CHAT.example.org:5000", "localhost:1", "127.0.0.1", "[::1]:5000"})
    BOOST_TEST(ask(ours).status == 200, ours);
  for (const auto* path : {"/", "/api/session", "/ws", "/nowhere"}) {
    const auto refused = http_client(server.port()).get(path, {{"Host", "evil.example"}});
    BOOST_TEST(refused.status == 421);
    BOOST_TEST(refused.body.find("\"evil.example\"") != std::string::npos);
    BOOST_TEST(refused.body.find("server.hosts") != std::string::npos);
  }
  for (const auto* malformed : {"[::1", "localhost:abc", "localhost:70000", "a b", "", ":5000"})
    BOOST_TEST(ask(malformed).status == 400, malformed);
}

BOOST_AUTO_TEST_CASE(requests_that_are_not_http_are_400_or_closed) {
  server_process server;
  for (const std::string& bytes : std::vector<std::string>{
           "\r\n\r\n\r\n", "HELO there\r\n\r\n", "GET\r\n\r\n", "GET /\r\n\r\n", "GET  / HTTP/1.1\r\n\r\n",
           "G\x01T / HTTP/1.1\r\nHost: a\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\n: empty\r\n\r\n",
           "GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n",
           "GET / HTTP/1.1\r\nHost: a\r\nSpace : before\r\n\r\n",
           "GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n",
           "GET http://elsewhere/ HTTP/1.1\r\nHost: a\r\n\r\n", "GET relative HTTP/1.1\r\nHost: a\r\n\r\n",
           "GET / HTTP/1.1\r\n\r\n", "CONNECT localhost:1 HTTP/1.1\r\nHost: a\r\n\r\n",
           "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"}) {
    const int status = status_of(server, bytes);
    BOOST_TEST_CONTEXT(bytes << " got " << status)
    BOOST_TEST((status == 400 || status == 505 || status == 0));
  }
  BOOST_TEST(http_client(server.port()).get("/").status == 200);
}

BOOST_AUTO_TEST_CASE(another_version_of_http_is_505) {
  server_process server;
  BOOST_TEST(status_of(server, "GET / HTTP/3.0\r\nHost: localhost\r\n\r\n") == 505);
}

BOOST_AUTO_TEST_CASE(a_failure_in_the_framing_ends_the_connection) {
  server_process server;
  http_client client(server.port());
  client.send_raw("NOT HTTP\r\n\r\nGET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  BOOST_TEST(client.receive().status == 400);
  BOOST_TEST(client.stream().read_to_end() == "");
}

BOOST_AUTO_TEST_CASE(a_head_that_never_ends_is_given_up_at_its_deadline) {
  server_process server("timeouts: {request_head: 1s}");
  const auto start = clock::now();
  http_client silent(server.port()), torn(server.port());
  torn.send_raw("GET / HTTP/1.1\r\nHost: loc");
  BOOST_TEST(silent.ends());
  BOOST_TEST(torn.ends());
  BOOST_TEST(since(start).count() >= 1000);
}

BOOST_AUTO_TEST_CASE(a_head_that_drips_in_has_the_same_deadline) {
  server_process server("timeouts: {request_head: 1s}");
  http_client slow(server.port());
  bool ended = false;
  int bytes = 0;
  for (; !ended && bytes < 500; ++bytes) {
    try {
      slow.send_raw(bytes == 0 ? "GET / HTTP/1.1\r\nX-Slow: " : "a");
      ended = slow.ends(within(50ms));
    } catch (const connection_ended&) {
      ended = true;
    }
  }
  BOOST_TEST(ended);
  BOOST_TEST(bytes < 500);
}

BOOST_AUTO_TEST_CASE(a_body_that_never_comes_is_given_up) {
  server_process server("timeouts: {request_head: 1s}");
  http_client client(server.port());
  client.send_raw(post("Content-Length: 100\r\n", "{"));
  BOOST_TEST(client.ends());
}

BOOST_AUTO_TEST_CASE(a_kept_connection_that_asks_nothing_more_is_closed) {
  server_process server("timeouts: {keep_alive: 1s}");
  http_client client(server.port());
  BOOST_TEST(client.get("/").status == 200);
  BOOST_TEST(client.ends());
}

BOOST_AUTO_TEST_CASE(a_peer_that_does_not_read_its_answer_is_given_up) {
  server_process server("timeouts: {response: 1s}", server_process::when::later);
  constexpr std::size_t more_than_the_kernel_holds = 30'000'000;
  write_file(server.www / "big.png", std::string(more_than_the_kernel_holds, 'x'));
  server.start();
  const auto before = server.open_sockets();
  tls_options slow;
  slow.receive_buffer = 4096;
  http_client client(server.port(), slow);
  client.send("GET", "/big.png");
  BOOST_TEST(eventually([&] { return server.open_sockets() > before; }));
  BOOST_TEST(eventually([&] { return server.open_sockets() == before; }));
  BOOST_TEST(client.stream().read_to_end().size() < more_than_the_kernel_holds);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace parley::test
