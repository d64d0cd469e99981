// `parley user`: bringing over the accounts of the original application.

#include <boost/test/unit_test.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include "contains.hpp"
#include "server_process.hpp"

namespace parley::test {
namespace user_command {
namespace {

// SHA-256 of "test", which is too short a password to register with.
constexpr const char* hash_of_test = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

struct stopped_server {
  server_process server{"", server_process::when::later};

  finished import(const std::string& content) {
    write_file(server.folder() / "old.json", content);
    return run_parley({"user", "import", "--config", server.config_file(), "--data", server.data(),
                       server.folder() / "old.json"});
  }
  finished user(std::vector<std::string> arguments, const std::string& input = {}) const {
    arguments.insert(arguments.begin(), "user");
    for (const auto& more :
         std::vector<std::string>{"--config", server.config_file(), "--data", server.data()})
      arguments.push_back(more);
    return run_parley(arguments, input);
  }
  int log_in_status(const std::string& name, const std::string& password) const {
    return http_client(server.port()).post("/api/login", credentials(name, password)).status;
  }
  std::string users() const { return read_file(server.data() / "users.json"); }
};

}  // namespace

}  // namespace user_command

BOOST_FIXTURE_TEST_SUITE(user_command, stopped_server)

BOOST_AUTO_TEST_CASE(import_lets_people_log_in_with_their_old_password_and_hashes_it_anew) {
  const auto result = import(json{{"Ada", hash_of_test}, {"bob", hash_of_test}}.dump());
  BOOST_TEST_INFO(result.err);
  BOOST_TEST(result.status == 0);
  BOOST_TEST(contains(result.out, "2"));
  BOOST_TEST(contains(users(), hash_of_test));
  BOOST_TEST(mode_of(server.data() / "users.json") == 0600u);

  server.start();
  http_client browser(server.port());
  BOOST_TEST(browser.post("/api/login", credentials("ada", "wrong")).status == 401);
  const auto answer = browser.post("/api/login", credentials("ada", "test"));
  BOOST_TEST(answer.status == 200);
  BOOST_TEST(answer.json()["user"] == "Ada");
  BOOST_TEST(eventually([&] { return users().find("$pbkdf2-sha256$") != std::string::npos; }));
  BOOST_TEST(lacks(json::parse(users())["users"]["ada"].dump(), hash_of_test));
  BOOST_TEST(contains(json::parse(users())["users"]["bob"].dump(), hash_of_test));
  BOOST_TEST(browser.post("/api/login", credentials("ada", "test")).status == 200);
}

BOOST_AUTO_TEST_CASE(import_takes_all_or_nothing_and_names_every_entry_that_is_wrong) {
  const auto result =
      import(json{{"Ada", hash_of_test}, {"no spaces", hash_of_test}, {"bob", "not a hash"}}.dump());
  BOOST_TEST(result.status != 0);
  BOOST_TEST(contains(result.err, "no spaces"));
  BOOST_TEST(contains(result.err, "bob"));
  BOOST_TEST(lacks(users(), "Ada"));
}

BOOST_AUTO_TEST_CASE(import_does_not_overwrite_an_account) {
  server.start();
  server.register_user("Ada");
  BOOST_TEST(server.stop() == 0);
  const auto before = users();
  const auto result = import(json{{"ADA", hash_of_test}}.dump());
  BOOST_TEST(result.status != 0);
  BOOST_TEST(contains(result.err, "ADA"));
  BOOST_TEST(users() == before);
}

BOOST_AUTO_TEST_CASE(import_of_what_is_not_json_says_where) {
  const auto result = import("{\"Ada\": \n oops}");
  BOOST_TEST(result.status != 0);
  BOOST_TEST(contains(result.err, "old.json:2:2"));
}

BOOST_AUTO_TEST_CASE(import_into_a_folder_in_use_is_refused) {
  server.start();
  server.register_user("Ada");
  const auto before = users();
  const auto result = import(json{{"bob", hash_of_test}}.dump());
  BOOST_TEST(result.status != 0);
  BOOST_TEST(contains(result.err, server.data()));
  BOOST_TEST(users() == before);
}

BOOST_AUTO_TEST_CASE(import_of_a_file_that_is_not_there_says_so) {
  const auto result = run_parley(
      {"user", "import", "--config", server.config_file(), "--data", server.data(), "/nonexistent.json"});
  BOOST_TEST(result.status != 0);
  BOOST_TEST(contains(result.err, "/nonexistent.json"));
}

BOOST_AUTO_TEST_CASE(add_makes_an_account_with_the_password_from_stdin) {
  BOOST_TEST(user({"add", "Ada"}, good_password + "\n").status == 0);
  BOOST_TEST(user({"add", "ADA"}, good_password + "\n").status != 0);
  BOOST_TEST(user({"add", "bob"}, "short\n").status != 0);
  BOOST_TEST(user({"add", "not a name"}, good_password + "\n").status != 0);
  const auto listed = user({"list"});
  BOOST_TEST(contains(listed.out, "Ada"));
  BOOST_TEST(lacks(listed.out, "bob"));
  server.start();
  BOOST_TEST(log_in_status("ada", good_password) == 200);
}

BOOST_AUTO_TEST_CASE(passwd_changes_the_password_and_ends_the_log_ins) {
  server.start();
  const auto cookie = server.register_user("Ada");
  BOOST_TEST(server.stop() == 0);
  BOOST_TEST(user({"passwd", "ada"}, "another good one\n").status == 0);
  server.start();
  BOOST_TEST(log_in_status("Ada", good_password) == 401);
  BOOST_TEST(log_in_status("Ada", "another good one") == 200);
  http_client browser(server.port());
  browser.cookie = cookie;
  BOOST_TEST(browser.get("/api/session").json()["user"].is_null());
}

BOOST_AUTO_TEST_CASE(disable_keeps_a_user_out_until_enable) {
  server.start();
  const auto cookie = server.register_user("Ada");
  BOOST_TEST(server.stop() == 0);
  BOOST_TEST(user({"disable", "ada"}).status == 0);
  server.start();
  http_client browser(server.port());
  browser.cookie = cookie;
  BOOST_TEST(browser.get("/api/session").json()["user"].is_null());
  BOOST_TEST(log_in_status("Ada", good_password) == 403);
  BOOST_TEST(log_in_status("Ada", "wrong password") == 401);
  BOOST_TEST(server.stop() == 0);
  BOOST_TEST(user({"enable", "ada"}).status == 0);
  server.start();
  BOOST_TEST(log_in_status("Ada", good_password) == 200);
}

BOOST_AUTO_TEST_CASE(a_password_from_a_pipe_is_the_one_that_a_page_sends) {
  BOOST_TEST(user({"add", "Ada"}, "cafe\u0301 au lait\r\n").status == 0);
  server.start();
  BOOST_TEST(log_in_status("ada", "caf\u00e9 au lait") == 200);
}

BOOST_AUTO_TEST_CASE(list_in_a_folder_that_is_not_a_servers_says_so) {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"list"}, {"passwd", "ada"}, {"disable", "ada"}, {"enable", "ada"}}) {
    const auto result = user(arguments);
    BOOST_TEST(result.status == 1);
    BOOST_TEST(contains(result.err, "there are no users in " + (server.data() / "users.json").string()));
    BOOST_TEST(!std::filesystem::exists(server.data()));
  }
  const auto added = user({"add", "Ada"}, good_password + "\n");
  BOOST_TEST(contains(added.out, server.data()));
  BOOST_TEST(user({"list"}).status == 0);
}

BOOST_AUTO_TEST_CASE(what_root_makes_belongs_to_whom_the_folder_belongs_to) {
  if (::geteuid() != 0) {
    BOOST_TEST_MESSAGE("only root can give files away");
    return;
  }
  constexpr uid_t server_user = 12'345;
  const auto owner_of = [](const std::filesystem::path& path) {
    struct stat status{};
    return ::stat(path.c_str(), &status) == 0 ? status.st_uid : 0;
  };
  BOOST_TEST(::chown(server.folder().c_str(), server_user, server_user) == 0);
  BOOST_TEST(user({"add", "Ada"}, good_password + "\n").status == 0);
  BOOST_TEST(owner_of(server.data()) == server_user);
  BOOST_TEST(owner_of(server.data() / "users.json") == server_user);
  std::filesystem::remove(server.data() / "users.json");
  BOOST_TEST(::chown(server.data().c_str(), server_user + 1, server_user + 1) == 0);
  BOOST_TEST(user({"add", "bob"}, good_password + "\n").status == 0);
  BOOST_TEST(owner_of(server.data() / "users.json") == server_user + 1);
  server.start();
  for (const auto* file :
       {"tls", "tls/key.pem", "tls/certificate.pem", "sessions.json", "history.db", "audit.log"})
    if (std::filesystem::exists(server.data() / file)) {
      BOOST_TEST_INFO(file);
      BOOST_TEST(owner_of(server.data() / file) == server_user + 1);
    }
}

BOOST_AUTO_TEST_CASE(changing_a_user_who_is_not_there_says_so) {
  BOOST_TEST(user({"add", "Ada"}, good_password + "\n").status == 0);
  for (const auto* command : {"passwd", "disable", "enable"}) {
    const auto result = user({command, "nobody"}, good_password + "\n");
    BOOST_TEST(result.status != 0);
    BOOST_TEST(contains(result.err, "nobody"));
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace parley::test
