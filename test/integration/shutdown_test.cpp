// Signals. SIGTERM and SIGINT: everybody is told, and the server is gone within five seconds. SIGHUP: it
// looks at its files again. Others: nothing.

#include <boost/test/unit_test.hpp>

#include "certificate_files.hpp"
#include "contains.hpp"
#include "server_process.hpp"

namespace parley::test {
BOOST_AUTO_TEST_SUITE(shutdown)
namespace {

// Sends the signal, and gives how the server ended and within what time.
void check_ends_in_time(server_process& server) {
  const auto start = clock::now();
  BOOST_TEST(server.wait_for_exit() == 0);
  if (!slow_server) BOOST_TEST(since(start).count() <= 5'000);
}

}  // namespace

BOOST_AUTO_TEST_CASE(clients_are_told_1012_and_the_server_exits_with_0) {
  for (const int number : {SIGTERM, SIGINT}) {
    server_process server;
    const auto cookie = server.register_user("Ada");
    auto joined = server.enter(cookie), not_joined = server.open(cookie);
    websocket_client not_logged_in(server.port());
    server.signal(number);
    for (auto* socket : {&joined, &not_joined, &not_logged_in}) {
      const auto end = socket->expect_close();
      BOOST_TEST(end.code == 1012);
      BOOST_TEST(!end.reason.empty());
    }
    check_ends_in_time(server);
  }
}

BOOST_AUTO_TEST_CASE(messages_under_way_are_delivered_first) {
  server_process server("fanout: {flush_interval: 1s}");
  auto ada = server.enter(server.register_user("Ada")), bob = server.enter(server.register_user("bob"));
  std::vector<std::string> acked;
  for (int i = 0; i < 20; ++i) {
    ada.send(say("message " + std::to_string(i), "id-" + std::to_string(i)));
    ada.expect("ack");
  }
  server.signal(SIGTERM);
  for (int i = 0; i < 20; ++i) BOOST_TEST(bob.expect("message")["text"] == "message " + std::to_string(i));
  BOOST_TEST(bob.expect_close().code == 1012);
}

BOOST_AUTO_TEST_CASE(two_hundred_stalled_clients_do_not_hold_it_up) {
  server_process server;
  const auto cookie = server.register_user("Ada");
  std::vector<websocket_client> stalled;
  for (int i = 0; i < 200; ++i) stalled.push_back(server.enter(cookie));
  say_and_wait(stalled.front(), "nobody reads this");
  server.signal(SIGTERM);
  check_ends_in_time(server);
}

BOOST_AUTO_TEST_CASE(clients_in_every_phase_do_not_hold_it_up) {
  server_process server("auth: {hash: scrypt, hashing_threads: 1}");
  const auto cookie = server.register_user("Ada");
  tcp_client connected(server.port());
  tcp_client in_handshake(server.port());
  in_handshake.write(std::string("\x16\x03\x01", 3));
  http_client idle(server.port()), in_head(server.port()), in_body(server.port()), in_login(server.port());
  in_head.send_raw("GET / HTTP/1.1\r\nHo");
  in_body.send_raw(
      "POST /api/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
      "99\r\n\r\n{");
  in_login.send("POST", "/api/login", {{"Content-Type", "application/json"}}, credentials("Ada").dump());
  auto in_frame = server.enter(cookie);
  in_frame.send_raw("\x81");
  server.signal(SIGTERM);
  check_ends_in_time(server);
}

BOOST_AUTO_TEST_CASE(a_client_that_never_reads_does_not_hold_it_up) {
  server_process server(
      "limits: {message_length: 2000, frame_size: 64KiB}\nfanout: {flush_interval: 0, outbox_limit: "
      "64MiB}\nhistory: {mode: off}");
  auto ada = server.enter(server.register_user("Ada"));
  tls_options narrow;
  narrow.receive_buffer = 4096;
  auto slow = server.open(server.register_user("slow"), narrow);
  slow.send(join());
  slow.expect("joined");
  const std::string text(2000, 'x');
  for (int i = 0; i < 3'000; ++i) {
    ada.send(say(text));
    ada.expect("message");
  }
  server.signal(SIGTERM);
  check_ends_in_time(server);
}

BOOST_AUTO_TEST_CASE(a_second_signal_changes_nothing) {
  server_process server;
  auto ada = server.enter(server.register_user("Ada"));
  server.signal(SIGTERM);
  server.signal(SIGTERM);
  server.signal(SIGINT);
  BOOST_TEST(ada.expect_close().code == 1012);
  check_ends_in_time(server);
}

BOOST_AUTO_TEST_CASE(a_registration_that_was_answered_is_kept) {
  server_process server;
  server.register_user("Ada");
  BOOST_TEST(server.stop() == 0);
  server.start();
  BOOST_TEST(http_client(server.port()).post("/api/login", credentials("Ada")).status == 200);
}

BOOST_AUTO_TEST_CASE(clients_come_back_to_the_same_port_by_themselves) {
  server_process server;
  const auto cookie = server.register_user("Ada");
  const auto port = server.port();
  auto before = server.enter(cookie);
  BOOST_TEST(server.stop() == 0);
  BOOST_TEST(before.expect_close().code == 1012);
  server.start();
  BOOST_TEST(server.port() == port);
  auto after = server.enter(cookie);
  say_and_wait(after, "back again");
}

BOOST_AUTO_TEST_CASE(a_signal_while_the_server_starts_ends_it_well) {
  for (const int number : {SIGTERM, SIGINT}) {
    server_process server("", server_process::when::later);
    server.begin_start();
    server.signal(number);
    check_ends_in_time(server);
  }
}

BOOST_AUTO_TEST_CASE(a_log_that_nobody_reads_does_not_hold_it_up) {
  server_process server("log: {level: trace}", server_process::when::later);
  server.log_is_read = false;
  server.start();
  http_client browser(server.port());
  for (int i = 0; i < 100; ++i) browser.post("/api/login", credentials("nobody", "wrong"));  // a line each
  server.signal(SIGTERM);
  check_ends_in_time(server);
}

BOOST_AUTO_TEST_CASE(sigusr1_and_sigusr2_do_nothing) {
  server_process server;
  auto ada = server.enter(server.register_user("Ada"));
  server.signal(SIGUSR1);
  server.signal(SIGUSR2);
  say_and_wait(ada, "still here");
  BOOST_TEST(server.stop() == 0);
}

BOOST_AUTO_TEST_CASE(sighup_loads_the_renewed_certificate_and_cuts_nobody) {
  server_process server("tls: {certificate: site.pem, key: site.key}", server_process::when::later);
  const auto certificate = server.folder() / "site.pem", key = server.folder() / "site.key";
  const auto served = [&] { return fingerprint(tls_client(server.port()).certificate()); };
  write_certificate(certificate, key);
  server.start();
  auto ada = server.enter(server.register_user("Ada"));
  const auto first = fingerprint(certificate);
  write_certificate(certificate, key);
  BOOST_TEST((served() == first));
  server.signal(SIGHUP);
  BOOST_TEST(eventually([&] { return served() == fingerprint(certificate); }));
  say_and_wait(ada, "still here");
}

BOOST_AUTO_TEST_CASE(sighup_keeps_the_old_certificate_where_the_new_one_is_no_good) {
  server_process server("tls: {certificate: site.pem, key: site.key}", server_process::when::later);
  const auto certificate = server.folder() / "site.pem";
  write_certificate(certificate, server.folder() / "site.key");
  server.start();
  const auto first = fingerprint(certificate);
  write_certificate(certificate, server.folder() / "other.key");
  server.signal(SIGHUP);
  BOOST_TEST(eventually([&] { return contains(server.log(), "is still served"); }));
  BOOST_TEST(contains(server.log(), "does not belong"));
  BOOST_TEST((fingerprint(tls_client(server.port()).certificate()) == first));
}

BOOST_AUTO_TEST_CASE(sighup_opens_the_log_anew) {
  server_process server("log: {file: parley.log}");
  const auto log = server.folder() / "parley.log", moved = server.folder() / "parley.log.1";
  BOOST_TEST(eventually([&] { return contains(read_file(log), "open https://localhost"); }));
  BOOST_TEST(mode_of(log) == 0600u);
  BOOST_TEST(server.log() == "");
  std::filesystem::rename(log, moved);
  server.signal(SIGHUP);
  BOOST_TEST(eventually([&] { return contains(read_file(log), "SHA-256 fingerprint"); }));
  server.register_user("Ada");
  BOOST_TEST(server.stop() == 0);
  BOOST_TEST(contains(read_file(log), "Ada has registered"));
  BOOST_TEST(lacks(read_file(moved), "Ada has registered"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace parley::test
