// Guessing passwords and mass registration, and how soon one is told to stop.

#include <boost/test/unit_test.hpp>

#include "server_process.hpp"

namespace parley::test {
BOOST_AUTO_TEST_SUITE(throttle)
namespace {

void check_throttled(const http_answer& answer, int at_most_ms) {
  BOOST_TEST_CONTEXT(answer.body) {
    BOOST_TEST(answer.status == 429);
    BOOST_TEST(answer.error_code() == "throttled");
    const auto wait = answer.json()["error"].value("retry_after_ms", 0);
    BOOST_TEST(wait > 0);
    BOOST_TEST(wait <= at_most_ms);
    const auto seconds = answer.header("Retry-After");
    BOOST_TEST(seconds == std::to_string((wait + 999) / 1000));
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(wrong_passwords_are_throttled_and_then_the_right_one_too) {
  server_process server("auth: {attempts: 3 in 1m}");
  server.register_user("Ada");
  http_client guesser(server.port());
  for (int i = 0; i < 3; ++i)
    BOOST_TEST(guesser.post("/api/login", credentials("Ada", "wrong guess")).status == 401);
  check_throttled(guesser.post("/api/login", credentials("Ada", "wrong guess")), 60'000);
  check_throttled(guesser.post("/api/login", credentials("Ada")), 60'000);
}

BOOST_AUTO_TEST_CASE(guessing_at_many_names_is_throttled_by_address) {
  server_process server("auth: {attempts: 3 in 1m}");
  http_client guesser(server.port());
  for (int i = 0; i < 3; ++i)
    BOOST_TEST(guesser.post("/api/login", credentials("user" + std::to_string(i), "wrong guess")).status ==
               401);
  check_throttled(guesser.post("/api/login", credentials("another", "wrong guess")), 60'000);
}

BOOST_AUTO_TEST_CASE(behind_a_trusted_proxy_clients_are_told_apart) {
  server_process server("auth: {attempts: 1 in 1m}\nserver: {trusted_proxies: [127.0.0.0/8]}");
  http_client proxy(server.port());
  const auto guess = [&](const std::string& name, const std::string& client) {
    return proxy.post("/api/login", credentials(name, "wrong guess"), {{"X-Forwarded-For", client}}).status;
  };
  BOOST_TEST(guess("ada", "203.0.113.1") == 401);
  BOOST_TEST(guess("bob", "203.0.113.2") == 401);
  BOOST_TEST(guess("eve", "203.0.113.1") == 429);
  BOOST_TEST(guess("eve", "198.51.100.7, 203.0.113.2") == 429);  // the first is only what the client said
}

BOOST_AUTO_TEST_CASE(nobody_else_may_say_who_the_client_is) {
  server_process server("auth: {attempts: 1 in 1m}");
  http_client liar(server.port());
  const auto guess = [&](const std::string& name, const std::string& client) {
    return liar.post("/api/login", credentials(name, "wrong guess"), {{"X-Forwarded-For", client}}).status;
  };
  BOOST_TEST(guess("ada", "203.0.113.1") == 401);
  BOOST_TEST(guess("bob", "203.0.113.2") == 429);
}

BOOST_AUTO_TEST_CASE(throttling_is_over_when_it_said_it_would_be) {
  const int window = slow_server ? 20 : 3;  // seconds; a wrong guess alone takes one of them and more
  server_process server("auth: {attempts: 1 in " + std::to_string(window) + "s}");
  server.register_user("Ada");
  http_client user(server.port());
  BOOST_TEST(user.post("/api/login", credentials("Ada", "wrong guess")).status == 401);
  const auto throttled = user.post("/api/login", credentials("Ada"));
  check_throttled(throttled, window * 1000);
  const auto again = within(milliseconds(throttled.json()["error"]["retry_after_ms"]));
  eventually([] { return false; }, again);  // as a person waits who was told for how long
  BOOST_TEST(user.post("/api/login", credentials("Ada")).status == 200);
}

BOOST_AUTO_TEST_CASE(right_passwords_are_never_throttled) {
  server_process server("auth: {attempts: 2 in 1m}");
  server.register_user("Ada");
  for (int i = 0; i < 6; ++i)
    BOOST_TEST(http_client(server.port()).post("/api/login", credentials("Ada")).status == 200);
}

BOOST_AUTO_TEST_CASE(registrations_are_throttled_by_address) {
  server_process server("auth: {registrations: 2 in 10m}");
  server.register_user("one");
  server.register_user("two");
  check_throttled(http_client(server.port()).post("/api/register", credentials("three")), 600'000);
}

BOOST_AUTO_TEST_CASE(a_refused_registration_is_not_a_registration) {
  server_process server("auth: {registrations: 1 in 10m}");
  http_client person(server.port());
  BOOST_TEST(person.post("/api/register", credentials("Ada", "short")).status == 422);
  BOOST_TEST(person.post("/api/register", credentials("Ada")).status == 201);
}

BOOST_AUTO_TEST_CASE(log_ins_over_a_socket_count_too) {
  server_process server("auth: {attempts: 2 in 1m}");
  server.register_user("Ada");
  for (int i = 0; i < 2; ++i) {
    websocket_client socket(server.port());
    socket.send({{"type", "login"}, {"username", "Ada"}, {"password", "wrong guess"}});
    socket.expect_error("bad_credentials");
    BOOST_TEST(socket.expect_close().code == 4501);
  }
  websocket_client socket(server.port());
  socket.send({{"type", "login"}, {"username", "Ada"}, {"password", good_password}});
  const auto error = socket.expect_error("throttled");
  BOOST_TEST(error.value("retry_after_ms", 0) > 0);
  check_throttled(http_client(server.port()).post("/api/login", credentials("Ada")), 60'000);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace parley::test
