// Registering, logging in and out, and what a log-in leaves in the browser.

#include <boost/test/unit_test.hpp>

#include "contains.hpp"
#include "server_process.hpp"

namespace parley::test {
namespace accounts {
namespace {

json user_of(http_client& browser) {
  return browser.get("/api/session").json()["user"];
}

struct running {
  server_process server;
  http_client browser{server.port()};

  http_answer register_as(const std::string& name, const std::string& password = good_password) {
    return browser.post("/api/register", credentials(name, password));
  }
  http_answer log_in_as(const std::string& name, const std::string& password = good_password) {
    return browser.post("/api/login", credentials(name, password));
  }
};

void check_refused_field(const http_answer& answer, const std::string& field) {
  BOOST_TEST(answer.status == 422);
  BOOST_TEST(answer.error_code() == "bad_field");
  BOOST_TEST(answer.json()["error"].value("field", "") == field);
  BOOST_TEST(!answer.json()["error"].value("message", "").empty());
}

}  // namespace

}  // namespace accounts

BOOST_FIXTURE_TEST_SUITE(accounts, running)

BOOST_AUTO_TEST_CASE(registering_logs_in) {
  const auto answer = register_as("Ada");
  BOOST_TEST(answer.status == 201);
  BOOST_TEST(answer.json()["user"] == "Ada");
  BOOST_TEST(user_of(browser) == "Ada");
}

BOOST_AUTO_TEST_CASE(the_cookie_is_out_of_reach_of_scripts_other_sites_and_plain_http) {
  const auto set = register_as("Ada").header("Set-Cookie");
  BOOST_TEST(set.rfind("__Host-parley=", 0) == 0u);
  for (const auto* attribute : {"Secure", "HttpOnly", "SameSite=Strict", "Path=/"})
    BOOST_TEST(contains(set, attribute));
  BOOST_TEST(lacks(set, "Domain"));
  const auto token = set.substr(14, set.find(';') - 14);
  BOOST_TEST_INFO(token);
  BOOST_TEST(token.size() == 43u);  // 256 bits in base64url
  BOOST_TEST(token.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") ==
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(logging_in_needs_the_password_and_not_the_case_of_the_name) {
  register_as("Ada");
  http_client other(server.port());
  const auto answer = other.post("/api/login", credentials("aDA"));
  BOOST_TEST(answer.status == 200);
  BOOST_TEST(answer.json()["user"] == "Ada");
  BOOST_TEST(user_of(other) == "Ada");
  BOOST_TEST(other.cookie != browser.cookie);
}

BOOST_AUTO_TEST_CASE(a_wrong_password_and_an_unknown_name_look_the_same) {
  register_as("Ada");
  http_client other(server.port());
  const auto wrong = other.post("/api/login", credentials("Ada", "wrong password"));
  const auto unknown = other.post("/api/login", credentials("Eve", "wrong password"));
  BOOST_TEST(wrong.status == 401);
  BOOST_TEST(wrong.error_code() == "bad_credentials");
  BOOST_TEST(unknown.status == wrong.status);
  BOOST_TEST(unknown.body == wrong.body);
  BOOST_TEST(other.cookie == "");
}

BOOST_AUTO_TEST_CASE(an_unknown_name_costs_the_server_what_a_wrong_password_costs) {
  // So dear a hash that nothing else matters.
  const server_process dear("auth: {hash: pbkdf2, pbkdf2_rounds: 200000, attempts: off}");
  dear.register_user("Ada");
  http_client stranger(dear.port());
  std::vector<milliseconds> wrong, unknown;
  for (int i = 0; i < 7; ++i) {
    for (auto* times : {&wrong, &unknown}) {
      const auto start = clock::now();
      stranger.post("/api/login", credentials(times == &wrong ? "Ada" : "Eve", "wrong password"));
      times->push_back(since(start));
    }
  }
  for (auto* times : {&wrong, &unknown}) std::nth_element(times->begin(), times->begin() + 3, times->end());
  BOOST_TEST(unknown[3].count() * 3 >= wrong[3].count());
  BOOST_TEST(wrong[3].count() * 3 >= unknown[3].count());
}

BOOST_AUTO_TEST_CASE(logging_out_takes_the_cookie_back_and_ends_the_login_session) {
  register_as("Ada");
  const auto cookie = browser.cookie;
  const auto answer = browser.post("/api/logout", nullptr);
  BOOST_TEST(answer.status == 204);
  BOOST_TEST(contains(answer.header("Set-Cookie"), "__Host-parley=;"));
  BOOST_TEST(browser.cookie == "");
  browser.cookie = cookie;  // a copy of it is worth nothing either
  BOOST_TEST(user_of(browser).is_null());
}

BOOST_AUTO_TEST_CASE(logging_out_closes_the_sockets_of_that_login_session_only) {
  register_as("Ada");
  auto mine = server.enter(browser.cookie), also_mine = server.open(browser.cookie);
  http_client other(server.port());
  other.post("/api/login", credentials("Ada"));
  auto elsewhere = server.enter(other.cookie);
  browser.post("/api/logout", nullptr);
  BOOST_TEST(mine.expect_close().code == 4503);
  BOOST_TEST(also_mine.expect_close().code == 4503);
  say_and_wait(elsewhere, "still here");
}

BOOST_AUTO_TEST_CASE(logging_out_without_a_login_is_no_error) {
  BOOST_TEST(browser.post("/api/logout", nullptr).status == 204);
}

BOOST_AUTO_TEST_CASE(the_session_tells_what_a_page_needs_to_know) {
  const auto nobody = browser.get("/api/session").json();
  BOOST_TEST(nobody["user"].is_null());
  BOOST_TEST(nobody["registration"] == "open");
  for (const auto* limit :
       {"message_length", "message_interval_ms", "frame_size", "warn_after_ms", "kick_after_ms"})
    BOOST_TEST(nobody["limits"][limit].is_number());
  BOOST_TEST(nobody["limits"]["activity"] == "input");
  BOOST_TEST(nobody["limits"]["frame_size"] == 16384);
}

BOOST_AUTO_TEST_CASE(a_name_is_unique_without_regard_to_case) {
  BOOST_TEST(register_as("Ada").status == 201);
  const auto again = register_as("ADA");
  BOOST_TEST(again.status == 409);
  BOOST_TEST(again.error_code() == "name_taken");
  BOOST_TEST(again.json()["error"]["field"] == "username");
}

BOOST_AUTO_TEST_CASE(names_have_3_to_32_of_the_allowed_characters) {
  for (const auto& name : std::vector<std::string>{
           "", "ab", std::string(33, 'a'), "with space", "new\nline", "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4",
           "semi;colon", "<script>", " ada", "ada ", std::string("nul\0byte", 8), "../../x"})
    BOOST_TEST_CONTEXT(name) {
      check_refused_field(register_as(name), "username");
    }
  for (const auto& name : std::vector<std::string>{"abc", std::string(32, 'z'), "a.b-c_9"})
    BOOST_TEST_CONTEXT(name) {
      BOOST_TEST(register_as(name).status == 201);
    }
}

BOOST_AUTO_TEST_CASE(passwords_have_8_to_128_characters_of_any_kind) {
  const auto snowmen = [](int count) {
    std::string text;
    for (int i = 0; i < count; ++i) text += "\xe2\x98\x83";
    return text;
  };
  for (const auto& password :
       {std::string("7 chars"), snowmen(7), std::string(129, 'x'), snowmen(129), std::string()})
    BOOST_TEST_CONTEXT(password) {
      check_refused_field(register_as("ada", password), "password");
    }
  BOOST_TEST(register_as("eight", snowmen(8)).status == 201);
  BOOST_TEST(register_as("longest", snowmen(128)).status == 201);
  BOOST_TEST(log_in_as("longest", snowmen(128)).status == 200);
  BOOST_TEST(log_in_as("longest", snowmen(127)).status == 401);
}

BOOST_AUTO_TEST_CASE(passwords_that_everybody_tries_first_are_refused) {
  for (const auto* password : {"password", "12345678", "Password1", "qwertyuiop", "iloveyou"})
    BOOST_TEST_CONTEXT(password) {
      check_refused_field(register_as("ada", password), "password");
    }
  BOOST_TEST_CONTEXT("the name itself") {
    check_refused_field(register_as("Ada.Lovelace", "ada.LOVELACE"), "password");
  }
}

BOOST_AUTO_TEST_CASE(registration_can_be_closed) {
  server_process closed("auth: {registration: closed}");
  http_client visitor(closed.port());
  BOOST_TEST(visitor.get("/api/session").json()["registration"] == "closed");
  const auto answer = visitor.post("/api/register", credentials("Ada"));
  BOOST_TEST(answer.status == 403);
  BOOST_TEST(answer.error_code() == "forbidden");
  BOOST_TEST(visitor.cookie == "");
}

BOOST_AUTO_TEST_CASE(of_two_registrations_of_one_name_at_the_same_moment_one_wins) {
  server_process busy("auth: {hashing_threads: 4}");
  http_client one(busy.port()), two(busy.port());
  for (int round = 0; round < 20; ++round) {
    const auto name = "user" + std::to_string(round);
    one.send("POST", "/api/register", {{"Content-Type", "application/json"}}, credentials(name).dump());
    two.send("POST", "/api/register", {{"Content-Type", "application/json"}},
             credentials("U" + name.substr(1)).dump());
    const auto first = one.receive(), second = two.receive();
    BOOST_TEST_CONTEXT(name << ": " << first.body << " and " << second.body) {
      BOOST_TEST(std::min(first.status, second.status) == 201);
      BOOST_TEST(std::max(first.status, second.status) == 409);
    }
    one.cookie = two.cookie = "";
  }
}

BOOST_AUTO_TEST_CASE(accounts_and_log_ins_survive_a_restart) {
  register_as("Ada");
  BOOST_TEST(server.stop() == 0);
  server.start();
  http_client with_cookie(server.port()), with_password(server.port());
  with_cookie.cookie = browser.cookie;
  BOOST_TEST(user_of(with_cookie) == "Ada");
  BOOST_TEST(with_password.post("/api/login", credentials("ada")).status == 200);
}

BOOST_AUTO_TEST_CASE(a_log_out_survives_a_restart) {
  register_as("Ada");
  const auto cookie = browser.cookie;
  browser.post("/api/logout", nullptr);
  BOOST_TEST(server.stop() == 0);
  server.start();
  http_client again(server.port());
  again.cookie = cookie;
  BOOST_TEST(user_of(again).is_null());
}

BOOST_AUTO_TEST_CASE(the_cookie_is_named_as_the_operator_wants_it) {
  server_process one, other("server: {cookie: other}");
  http_client here(one.port());
  here.post("/api/register", credentials("Ada"));
  const auto first = here.cookie;
  http_client elsewhere(other.port());
  BOOST_TEST(
      contains(elsewhere.post("/api/register", credentials("Ada")).header("Set-Cookie"), "__Host-other="));
  // The browser sends both to both, since cookies know no ports.
  here.cookie = elsewhere.cookie = first + "; " + elsewhere.cookie;
  BOOST_TEST(here.get("/api/session").json()["user"] == "Ada");
  BOOST_TEST(elsewhere.get("/api/session").json()["user"] == "Ada");
  other.enter(elsewhere.cookie);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace parley::test
