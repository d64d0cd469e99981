// The command line: what a start says when it succeeds, and what it says when it cannot.

#include <boost/test/unit_test.hpp>
#include <sys/stat.h>

#include "contains.hpp"
#include "server_process.hpp"

namespace parley::test {
BOOST_AUTO_TEST_SUITE(start)
namespace {

std::size_t count_lines(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

void check_refused(const finished& result) {
  BOOST_TEST_INFO(result.err);
  BOOST_TEST(result.status != 0);
  BOOST_TEST(result.status < 128);
  BOOST_TEST(result.out == "");
}

}  // namespace

BOOST_AUTO_TEST_CASE(check_finds_nothing_wrong_with_the_config_that_parley_brings) {
  const auto result = run_parley({"check", PARLEY_SOURCE_DIR "/config.yaml"});
  BOOST_TEST_INFO(result.out << result.err);
  BOOST_TEST(result.status == 0);
}

BOOST_AUTO_TEST_CASE(check_reports_everything_at_once_with_its_place) {
  temporary_folder folder;
  const auto file = folder.path() / "bad.yaml";
  write_file(file,
             "limits:\n"
             "  mesage_length: 50\n"
             "  message_interval: fast\n"
             "timeouts:\n"
             "  login: 30\n"
             "idle: {warn_after: 30s, kick_after: 20s}\n"
             "nonsense: 1\n");
  const auto result = run_parley({"check", file});
  const auto said = result.out + result.err;
  BOOST_TEST(result.status != 0);
  for (const auto* part : {"bad.yaml:2:3", "message_length", "bad.yaml:3:21", "bad.yaml:5:10", "30s",
                           "bad.yaml:6:", "kick_after", "bad.yaml:7:1"})
    BOOST_TEST(contains(said, part));
}

BOOST_AUTO_TEST_CASE(check_of_a_good_file_is_quiet_about_errors_and_starts_nothing) {
  server_process server("", server_process::when::later);
  const auto result = run_parley({"check", server.config_file()});
  BOOST_TEST(result.status == 0);
  BOOST_TEST(!std::filesystem::exists(server.data()));
}

BOOST_AUTO_TEST_CASE(check_tells_what_would_keep_the_server_from_starting) {
  struct row {
    std::string config, said;
  };
  for (const auto& [config, said] : {row{"data: {folder: config.yaml}", "config.yaml is not a folder"},
                                     row{"data: {folder: config.yaml/data}", "config.yaml is not a folder"},
                                     row{"log: {file: www}", "is a folder; expected a file"},
                                     row{"log: {file: logs/parley.log}", "there is no folder"},
                                     row{"tls: {certificate: none.pem, key: none.key}", "none.pem"}}) {
    server_process server(config, server_process::when::later);
    const auto result = run_parley({"check", server.config_file()});
    BOOST_TEST(result.status == 78);
    BOOST_TEST(contains(result.err, said));
    const auto alone = run_parley({"check", "--config-only", server.config_file()});
    BOOST_TEST(alone.err == "");
    BOOST_TEST(alone.status == 0);
    const auto refused =
        run_parley({"serve", "--config", server.config_file(), "--port", "0", "--www", server.www});
    check_refused(refused);
    BOOST_TEST(refused.status == 78);
    BOOST_TEST(contains(refused.err, said));
  }
}

BOOST_AUTO_TEST_CASE(check_looks_at_users_history_address_and_page) {
  server_process server("server: {address: 192.0.2.7}", server_process::when::later);
  write_file(server.data() / "users.json", "{");
  write_file(server.data() / "history.db", "This is no database.");
  const auto result = run_parley(
      {"check", server.config_file(), "--data", server.data(), "--www", server.folder() / "nothing"});
  BOOST_TEST(result.status == 78);
  BOOST_TEST(contains(result.err, "users.json:1:"));
  BOOST_TEST(contains(result.err, "server.address is 192.0.2.7"));
  BOOST_TEST(contains(result.err, server.folder() / "nothing"));
  BOOST_TEST(contains(result.err, "history.db is not a database"));
  BOOST_TEST(contains(result.err, "4 mistakes"));
}

BOOST_AUTO_TEST_CASE(a_home_that_only_a_shell_knows_is_refused) {
  const server_process server("data: {folder: ~/chat}\nlog: {file: ~/parley.log}",
                              server_process::when::later);
  const auto result = run_parley({"check", "--config-only", server.config_file()});
  BOOST_TEST(result.status == 78);
  BOOST_TEST(contains(result.err, "2 mistakes"));
  BOOST_TEST(contains(result.err, "only a shell knows what ~ means"));
  BOOST_TEST(run_parley({"user", "list", "--data=~/chat"}).status == 2);
}

BOOST_AUTO_TEST_CASE(check_of_a_missing_file_says_so) {
  const auto result = run_parley({"check", "/nonexistent/config.yaml"});
  BOOST_TEST(result.status != 0);
  BOOST_TEST(contains(result.out + result.err, "/nonexistent/config.yaml"));
}

BOOST_AUTO_TEST_CASE(errors_in_the_config_stop_the_start_with_all_of_them) {
  server_process server(
      "limits: {mesage_length: 50, message_interval: fast}\nidle: {warn_after: 30s, kick_after: 20s}",
      server_process::when::later);
  const auto result = server.start_in_vain();
  check_refused(result);
  BOOST_TEST(result.status == 78);
  for (const auto* part : {"mesage_length", "message_interval", "kick_after", "config.yaml:"})
    BOOST_TEST(contains(result.err, part));
  BOOST_TEST(!std::filesystem::exists(server.data()));
}

BOOST_AUTO_TEST_CASE(a_port_in_use_is_refused_and_named) {
  server_process first;
  const auto port = std::to_string(first.port());
  server_process second("", server_process::when::later);
  const auto start = clock::now();
  const auto result = run_parley({"serve", "--config", second.config_file(), "--port", port, "--data",
                                  second.data(), "--www", second.www});
  check_refused(result);
  BOOST_TEST(contains(result.err, port));
  BOOST_TEST(contains(result.err, "in use"));
  BOOST_TEST(since(start) < patience);
  BOOST_TEST(http_client(first.port()).get("/").status == 200);
}

BOOST_AUTO_TEST_CASE(why_it_did_not_start_is_on_stderr_wherever_the_log_goes) {
  const server_process first;
  server_process second("log: {file: parley.log}", server_process::when::later);
  const auto result =
      run_parley({"serve", "--config", second.config_file(), "--port", std::to_string(first.port()), "--data",
                  second.data(), "--www", second.www});
  check_refused(result);
  BOOST_TEST(contains(result.err, "in use"));
  BOOST_TEST(contains(read_file(second.folder() / "parley.log"), "in use"));
}

BOOST_AUTO_TEST_CASE(a_port_that_is_no_port_is_refused) {
  server_process server("server: {port: 0}", server_process::when::later);
  for (const auto* port : {"65536", "-1", "http", ""}) {
    const auto result = run_parley({"serve", "--config", server.config_file(), "--data", server.data(),
                                    "--www", server.www, "--port", port});
    BOOST_TEST_CONTEXT(port) {
      check_refused(result);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_second_server_on_the_same_data_is_refused) {
  server_process first;
  server_process second("", server_process::when::later);
  const auto result = run_parley({"serve", "--config", second.config_file(), "--port", "0", "--data",
                                  first.data(), "--www", second.www});
  check_refused(result);
  BOOST_TEST(contains(result.err, first.data()));
  BOOST_TEST(http_client(first.port()).get("/").status == 200);
}

BOOST_AUTO_TEST_CASE(a_killed_server_leaves_no_lock_behind) {
  server_process server;
  const auto cookie = server.register_user("Ada");
  server.kill();
  server.start();
  server.enter(cookie);
}

BOOST_AUTO_TEST_CASE(a_data_folder_that_cannot_be_made_is_refused_and_named) {
  server_process server("", server_process::when::later);
  write_file(server.data(), "a file where a folder should be");
  const auto result = server.start_in_vain();
  check_refused(result);
  BOOST_TEST(contains(result.err, server.data()));
}

BOOST_AUTO_TEST_CASE(the_data_folder_is_private_whatever_the_umask) {
  for (const mode_t mask : {0, 0277}) {
    server_process server("", server_process::when::later);
    const auto before = ::umask(mask);
    server.start();
    ::umask(before);
    server.register_user("Ada");
    BOOST_TEST(mode_of(server.data()) == 0700u);
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(server.data())) {
      BOOST_TEST_INFO(entry.path());
      BOOST_TEST(mode_of(entry.path()) == (entry.is_directory() ? 0700u : 0600u));
      ++count;
    }
    BOOST_TEST(count >= 6u);
  }
}

BOOST_AUTO_TEST_CASE(an_unknown_option_or_command_is_refused_with_what_was_meant) {
  struct row {
    std::vector<std::string> arguments;
    const char* meant;
  };
  for (const auto& [arguments, meant] :
       {row{{"serve", "--prot", "1"}, "did you mean --port?"}, row{{"srve"}, "did you mean serve?"},
        row{{"user", "disabel", "bob"}, "did you mean disable?"}, row{{"user", "destroy"}, "--help"}}) {
    const auto result = run_parley(arguments);
    check_refused(result);
    BOOST_TEST(contains(result.err, meant), result.err);
  }
}

BOOST_AUTO_TEST_CASE(help_and_version_go_to_stdout) {
  const auto help = run_parley({"--help"});
  BOOST_TEST(help.status == 0);
  for (const auto* word : {"serve", "check", "user", "--config", "--port", "--data", "--www"})
    BOOST_TEST(contains(help.out, word));
  const auto version = run_parley({"--version"});
  BOOST_TEST(version.status == 0);
  BOOST_TEST(contains(version.out, "0.1"));
  BOOST_TEST(count_lines(version.out) == 1u);
}

BOOST_AUTO_TEST_CASE(ipv6_is_served_too) {
  server_process server("server: {address: \"::1\"}");
  tls_options over_ipv6;
  over_ipv6.family = tcp_client::family::ipv6;
  http_client client(server.port(), over_ipv6);
  const auto own = "https://[::1]:" + std::to_string(server.port());
  const http_headers headers{{"Host", own.substr(8)}, {"Origin", own}};
  BOOST_TEST(client.post("/api/register", credentials("Ada"), headers).status == 201);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace parley::test
