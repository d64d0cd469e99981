// Clients that are too many, too slow, or suddenly not there.

#include <set>

#include <boost/test/unit_test.hpp>

#include "server_process.hpp"

namespace parley::test {
BOOST_AUTO_TEST_SUITE(connections)
namespace {

// Whether a fresh connection gets a page.
bool is_served(const server_process& server) {
  try {
    return http_client(server.port()).get("/").status == 200;
  } catch (const std::runtime_error&) {
    return false;
  }
}

// Reads presence until all of these have left.
void expect_all_leave(websocket_client& observer, std::set<std::string> names) {
  while (!names.empty()) {
    const auto presence = observer.expect("presence");
    for (const auto& name : presence["left"]) names.erase(name.get<std::string>());
  }
}

// Ten users with twenty sockets each, all in the room. The observer says something now and then meanwhile,
// and so answers its own pings.
struct crowd {
  crowd(const server_process& server, websocket_client& observer, int users, int sockets_each) {
    std::vector<std::string> cookies;
    for (int i = 0; i < users; ++i) {
      const auto name = "user" + std::to_string(i);
      cookies.push_back(server.register_user(name));
      say_and_wait(observer, name);
      names.insert(name);
    }
    for (const auto& cookie : cookies) {
      for (int j = 0; j < sockets_each; ++j) {
        sockets.push_back(server.enter(cookie));
        sockets.back().answers_pings = false;
      }
      say_and_wait(observer, "and more");
    }
  }
  std::set<std::string> names;
  std::vector<websocket_client> sockets;
};

}  // namespace

BOOST_AUTO_TEST_CASE(two_hundred_that_are_reset_are_cleaned_up) {
  server_process server;
  const auto listening = server.open_sockets();
  auto observer = server.enter(server.register_user("observer"));
  crowd all(server, observer, 10, 20);
  for (auto& socket : all.sockets) socket.reset();
  expect_all_leave(observer, all.names);
  BOOST_TEST(eventually([&] { return server.open_sockets() == listening + 1; }));
  say_and_wait(observer, "alone again");
}

BOOST_AUTO_TEST_CASE(two_hundred_that_fall_silent_are_cleaned_up) {
  server_process server("timeouts: {ping: 8s, close: 1s}");
  const auto listening = server.open_sockets();
  auto observer = server.enter(server.register_user("observer"));
  crowd all(server, observer, 10, 20);
  expect_all_leave(observer, all.names);
  BOOST_TEST(eventually([&] {
    say_and_wait(observer, "anybody?");  // and so answers its own pings
    return server.open_sockets() == listening + 1;
  }));
}

// Everything that it was sent fits into the kernel, and it goes on talking: only what it does not take tells.
BOOST_AUTO_TEST_CASE(who_takes_nothing_is_ended_however_much_it_says) {
  server_process server("{timeouts: {response: 1s}, history: {on_join: 200}}");
  const auto listening = server.open_sockets();
  {
    auto ada = server.enter(server.register_user("Ada"));
    for (int i = 0; i < 200; ++i) say_and_wait(ada, std::string(40, 'a'));
  }
  tls_options narrow;
  narrow.receive_buffer = 4096;
  auto deaf = server.open(server.register_user("deaf"), narrow);
  for (int i = 0; i < 3; ++i) deaf.send(join());
  bool was_there = false;
  BOOST_TEST(eventually([&] {
    was_there = was_there || server.open_sockets() > listening;
    try {
      deaf.send({{"type", "activity"}});
    } catch (const connection_ended&) {
    }
    return was_there && server.open_sockets() == listening;
  }));
}

// What the kernel holds for those who do not read is bounded, too.
BOOST_AUTO_TEST_CASE(the_kernel_holds_little_for_who_does_not_read) {
  server_process server(
      "{timeouts: {close: 1s}, fanout: {send_buffer: 64KiB, outbox_limit: 64KiB}, history: {on_join: 100}, "
      "presence: {detail_limit: "
      "100}}");
  const auto listening = server.open_sockets();
  {
    auto ada = server.enter(server.register_user("Ada"));
    for (int i = 0; i < 100; ++i) say_and_wait(ada, std::string(40, 'a'));
  }
  tls_options narrow;
  narrow.receive_buffer = 4096;
  auto deaf = server.open(server.register_user("deaf"), narrow);
  try {
    for (int i = 0; i < 200; ++i)
      deaf.send(join());  // 12 KB each: 2.4 MB, which the kernel would take by itself
  } catch (const connection_ended&) {
  }
  BOOST_TEST(eventually([&] { return server.open_sockets() == listening; }));
}

BOOST_AUTO_TEST_CASE(who_answers_pings_stays) {
  server_process server("timeouts: {ping: 1s}");
  auto socket = server.enter(server.register_user("Ada"));
  BOOST_TEST(socket.silent("no such frame", within(5s)));
  say_and_wait(socket, "still here");
}

BOOST_AUTO_TEST_CASE(a_half_closed_socket_is_cleaned_up) {
  server_process server;
  auto observer = server.enter(server.register_user("observer"));
  {
    auto gone = server.enter(server.register_user("gone"));
  }
  expect_all_leave(observer, {"gone"});
}

BOOST_AUTO_TEST_CASE(a_user_may_have_so_many_sockets_and_the_next_is_told_4002) {
  server_process server("limits: {sockets_per_user: 3}");
  const auto cookie = server.register_user("Ada");
  std::vector<websocket_client> sockets;
  for (int i = 0; i < 3; ++i) sockets.push_back(server.enter(cookie));
  upgrade how;
  how.cookie = cookie;
  websocket_client fourth(server.port(), how);
  BOOST_TEST(fourth.expect_close().code == 4002);
  for (auto& socket : sockets) say_and_wait(socket, "still here");
  server.enter(server.register_user("bob"));
  sockets.front().close();
  sockets.front().expect_close();
  BOOST_TEST(eventually([&] {
    websocket_client again(server.port(), how);
    try {
      again.expect("welcome");
      return true;
    } catch (const socket_closed& closed) {
      BOOST_TEST(closed.how.code == 4002);
      return false;
    }
  }));
}

BOOST_AUTO_TEST_CASE(an_address_may_have_so_many_connections_and_gets_one_back_for_each_that_ends) {
  server_process server("limits: {connections_per_address: 5}");
  std::vector<http_client> clients;
  for (int i = 0; i < 5; ++i) BOOST_TEST(clients.emplace_back(server.port()).get("/").status == 200);
  BOOST_TEST(!is_served(server));
  for (auto& client : clients) BOOST_TEST(client.get("/").status == 200);
  clients.pop_back();
  BOOST_TEST(eventually([&] { return is_served(server); }));
}

BOOST_AUTO_TEST_CASE(the_server_takes_so_many_connections_in_all) {
  server_process server("limits: {connections: 5}");
  std::vector<http_client> clients;
  for (int i = 0; i < 5; ++i) BOOST_TEST(clients.emplace_back(server.port()).get("/").status == 200);
  BOOST_TEST(!is_served(server));
  clients.clear();
  BOOST_TEST(eventually([&] { return is_served(server); }));
}

BOOST_AUTO_TEST_CASE(a_slow_reader_is_closed_and_others_go_on) {
  server_process server(
      "limits: {message_length: 2000, frame_size: 64KiB}\nfanout: {flush_interval: 0, outbox_limit: "
      "64KiB}\nhistory: {mode: off}");
  auto ada = server.enter(server.register_user("Ada")), bob = server.enter(server.register_user("bob"));
  tls_options narrow;
  narrow.receive_buffer = 4096;
  auto slow = server.open(server.register_user("slow"), narrow);
  slow.send(join());
  slow.expect("joined");

  // Ada and bob read each message before the next, so that only one of the three falls behind. More is said
  // than the kernel keeps for a connection (4 MiB) and the outbox together.
  constexpr int count = 3'000;
  const std::string text(2000, 'x');
  for (int i = 0; i < count; ++i) {
    ada.send(say(text));
    BOOST_REQUIRE(ada.expect("message")["text"] == text);
    BOOST_REQUIRE(bob.expect("message")["text"] == text);
  }
  expect_all_leave(bob, {"slow"});

  int seen = 0;
  try {
    for (;; ++seen) slow.expect("message");
  } catch (const socket_closed& closed) {
    BOOST_TEST_INFO(closed.what());
    BOOST_TEST((closed.how.code == 4001 || closed.how.code == 0));
  }
  BOOST_TEST(seen < count);
}

BOOST_AUTO_TEST_CASE(a_reader_that_pauses_within_the_limit_gets_everything) {
  server_process server("fanout: {outbox_limit: 4MiB}");
  auto ada = server.enter(server.register_user("Ada"));
  tls_options narrow;
  narrow.receive_buffer = 4096;
  auto slow = server.open(server.register_user("slow"), narrow);
  slow.send(join());
  slow.expect("joined");
  constexpr int count = 2'000;
  for (int i = 0; i < count; ++i) ada.send(say("message " + std::to_string(i)));
  for (int i = 0; i < count; ++i)
    BOOST_REQUIRE(slow.expect("message")["text"] == "message " + std::to_string(i));
  for (int i = 0; i < count; ++i)
    BOOST_REQUIRE(ada.expect("message")["text"] == "message " + std::to_string(i));
}

BOOST_AUTO_TEST_CASE(all_shards_serve) {
  server_process server("server: {shards: 4}");
  const auto cookie = server.register_user("Ada");
  std::vector<websocket_client> sockets;
  for (int i = 0; i < 40; ++i) sockets.push_back(server.enter(cookie));
  for (std::size_t i = 0; i < sockets.size(); ++i) {
    const auto text = "from " + std::to_string(i);
    sockets[i].send(say(text));
    for (auto& socket : sockets) BOOST_REQUIRE(socket.expect("message")["text"] == text);
  }
}

BOOST_AUTO_TEST_CASE(a_login_that_its_owner_does_not_wait_for_harms_nobody) {
  server_process server("auth: {pbkdf2_rounds: 50000}");  // long enough to be gone before it is done
  server.register_user("Ada");
  for (int i = 0; i < 5; ++i) {
    http_client over_http(server.port());
    over_http.send("POST", "/api/login", {{"Content-Type", "application/json"}}, credentials("Ada").dump());
    over_http.stream().reset();
    websocket_client over_socket(server.port());
    auto login = credentials("Ada");
    login["type"] = "login";
    over_socket.send(login);
    over_socket.reset();
  }
  BOOST_TEST(http_client(server.port()).post("/api/login", credentials("Ada")).status == 200);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace parley::test
