// Silence: the warning, what calls it off, and the kick. The clock belongs to the login session.

#include <boost/test/unit_test.hpp>

#include "server_process.hpp"

namespace parley::test {
BOOST_AUTO_TEST_SUITE(idle)
namespace {

// Long enough between warning and kick for a slow machine to answer a warning in.
const milliseconds warn_after = 1s, kick_after = slow_server ? 8s : 4s;

std::string idle_config(const std::string& more = {}) {
  return "idle: {warn_after: 1s, kick_after: " + std::to_string(kick_after.count()) + "ms" + more + "}";
}

struct running {
  explicit running(const std::string& more = {}) : server(idle_config(more)) {}

  server_process server;
  std::string cookie = server.register_user("Ada");

  bool logged_in() const {
    http_client browser(server.port());
    browser.cookie = cookie;
    return !browser.get("/api/session").json()["user"].is_null();
  }
};

struct strict : running {
  strict() : running(", activity: message") {}
};

json activity() {
  return {{"type", "activity"}};
}

void check_warned(websocket_client& socket) {
  const auto warning = socket.expect("warning");
  BOOST_TEST_CONTEXT(warning) {
    BOOST_TEST(warning.value("kick_in_ms", 0) > 0);
    BOOST_TEST(warning.value("kick_in_ms", 0) <= (kick_after - warn_after).count());
  }
}

void check_called_off(websocket_client& socket) {
  const auto warning = socket.expect("warning");
  BOOST_TEST_CONTEXT(warning) {
    BOOST_TEST(warning.value("active", false));
  }
}

}  // namespace

BOOST_FIXTURE_TEST_CASE(silence_is_warned_of_and_then_ends_the_login_session, running) {
  const auto start = clock::now();
  auto socket = server.enter(cookie);
  const auto warning = socket.expect("warning");
  BOOST_TEST(since(start) >= warn_after);
  BOOST_TEST(warning.value("kick_in_ms", 0) > 0);
  const auto end = socket.expect_close();
  BOOST_TEST(since(start) >= kick_after);
  BOOST_TEST(end.code == 4502);
  BOOST_TEST(!end.reason.empty());
  BOOST_TEST(!logged_in());
}

BOOST_FIXTURE_TEST_CASE(the_warning_says_how_long_is_left, running) {
  auto socket = server.enter(cookie);
  check_warned(socket);
}

BOOST_FIXTURE_TEST_CASE(a_message_starts_the_clock_again, running) {
  auto socket = server.enter(cookie);
  check_warned(socket);
  const auto last = clock::now();
  say_and_wait(socket, "I am here");
  check_called_off(socket);
  BOOST_TEST(socket.expect_close().code == 4502);
  BOOST_TEST(since(last) >= kick_after);
}

BOOST_FIXTURE_TEST_CASE(input_starts_the_clock_again, running) {
  auto socket = server.enter(cookie);
  check_warned(socket);
  const auto last = clock::now();
  socket.send(activity());
  check_called_off(socket);
  BOOST_TEST(socket.expect_close().code == 4502);
  BOOST_TEST(since(last) >= kick_after);
}

BOOST_FIXTURE_TEST_CASE(activity_before_the_warning_puts_it_off, running) {
  auto socket = server.enter(cookie);
  for (int i = 0; i < 6; ++i) {
    socket.send(activity());
    if (socket.silent("warning", within(500ms))) continue;
    BOOST_REQUIRE_MESSAGE(slow_server, "warned half a second after activity");
  }
}

BOOST_FIXTURE_TEST_CASE(activity_in_one_tab_keeps_all_tabs, running) {
  auto one = server.enter(cookie), two = server.enter(cookie), not_joined = server.open(cookie);
  for (auto* tab : {&one, &two, &not_joined}) check_warned(*tab);
  two.send(activity());
  for (auto* tab : {&one, &two, &not_joined}) check_called_off(*tab);
  for (auto* tab : {&one, &two, &not_joined}) BOOST_TEST(tab->expect_close().code == 4502);
}

BOOST_FIXTURE_TEST_CASE(activity_of_another_user_or_another_login_session_does_not_help, running) {
  http_client elsewhere(server.port());
  elsewhere.post("/api/login", credentials("Ada"));
  auto idle_one = server.enter(cookie);
  auto active_one = server.enter(elsewhere.cookie), bob = server.enter(server.register_user("bob"));
  bool kicked = false;
  while (!kicked) {
    active_one.send(activity());
    say_and_wait(bob, "talking");
    try {
      idle_one.expect("no such frame", within(300ms));
    } catch (const timed_out&) {
      continue;
    } catch (const socket_closed& closed) {
      BOOST_TEST(closed.how.code == 4502);
      kicked = true;
    }
  }
  say_and_wait(active_one, "still here");
  say_and_wait(bob, "still here");
}

BOOST_FIXTURE_TEST_CASE(other_frames_are_no_activity, running) {
  auto socket = server.enter(cookie);
  const auto start = clock::now();
  bool kicked = false;
  while (!kicked && since(start) < patience) {
    socket.send_frame({opcode::ping, "x"});
    socket.send(join());
    socket.send_text("nonsense");
    socket.send(say(std::string(51, 'x')));
    try {
      socket.expect("no such frame", within(300ms));
    } catch (const timed_out&) {
      continue;
    } catch (const socket_closed& closed) {
      BOOST_TEST(closed.how.code == 4502);
      kicked = true;
    }
  }
  BOOST_TEST(kicked);
}

BOOST_FIXTURE_TEST_CASE(where_only_messages_count_input_does_not, strict) {
  auto socket = server.enter(cookie);
  check_warned(socket);
  socket.send(activity());
  BOOST_TEST(socket.expect_close().code == 4502);
  BOOST_TEST(!socket.has("warning"));
}

BOOST_FIXTURE_TEST_CASE(where_only_messages_count_a_message_does, strict) {
  auto socket = server.enter(cookie);
  check_warned(socket);
  say_and_wait(socket, "I am here");
  check_called_off(socket);
}

BOOST_FIXTURE_TEST_CASE(the_kicked_may_log_in_again, running) {
  auto socket = server.enter(cookie);
  BOOST_TEST(socket.expect_close().code == 4502);
  http_client browser(server.port());
  BOOST_TEST(browser.post("/api/login", credentials("Ada")).status == 200);
  server.enter(browser.cookie);
}

BOOST_FIXTURE_TEST_CASE(others_see_the_kicked_leave, running) {
  auto bob = server.enter(server.register_user("bob"));
  auto socket = server.enter(cookie);
  for (bool left = false; !left;) {
    bob.send(activity());
    try {
      const auto presence = bob.expect("presence", within(300ms));
      left = presence["left"] == json::array({"Ada"});
    } catch (const timed_out&) {
    }
  }
  BOOST_TEST(socket.expect_close().code == 4502);
}

BOOST_FIXTURE_TEST_CASE(does_not_run_while_no_socket_is_there, running) {
  auto active = server.enter(server.register_user("bob"));
  {
    server.enter(cookie).close();
  }
  const auto start = clock::now();
  while (since(start) < kick_after + warn_after) {
    active.send(activity());
    active.silent("no such frame", within(300ms));
  }
  BOOST_TEST(logged_in());
}

BOOST_AUTO_TEST_CASE(can_be_switched_off) {
  server_process server("idle: {warn_after: 0, kick_after: 0}");
  upgrade how;
  how.cookie = server.register_user("Ada");
  websocket_client socket(server.port(), how);
  const auto limits = socket.expect("welcome")["limits"];
  BOOST_TEST(limits["warn_after_ms"] == 0);
  BOOST_TEST(limits["kick_after_ms"] == 0);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace parley::test
