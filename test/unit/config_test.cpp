// What a config.yaml makes of the defaults, and how the file is read.

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "app/config/loader.hpp"
#include "config_texts.hpp"
#include "temporary_folder.hpp"

BOOST_AUTO_TEST_SUITE(config)

using namespace std::chrono_literals;
using namespace parley::test;

namespace {

std::string only_error_of_file(const std::filesystem::path& path) {
  const auto result = parley::load_config(path);
  BOOST_REQUIRE(!result.has_value());
  BOOST_REQUIRE(result.error().size() == 1U);
  return result.error().front().message;
}

}  // namespace

// --- what is accepted ---

BOOST_AUTO_TEST_CASE(what_is_left_out_keeps_its_default) {
  for (const std::string text :
       {"", "\n", "# only a comment\n", "---\n", "~", "limits:\n", "limits: ~\nidle: {}\n", "{}"}) {
    BOOST_TEST_CONTEXT(text) {
      BOOST_CHECK(parsed(text) == parley::config{});
    }
  }
}

BOOST_AUTO_TEST_CASE(values_are_taken_with_their_units) {
  const auto c = parsed(
      "server: {address: 0.0.0.0, port: 443, shards: 8, hosts: [Chat.Example.org, '0:0::1', "
      "chat.example.org]}\n"
      "limits:\n  message_length: 1000\n  message_interval: 1.5s\n  flood: off\n  frame_rate: 5 in 2m\n"
      "  connections: 20000\n  frame_size: 64KiB\n"
      "idle: {warn_after: 5m, kick_after: 1h, activity: message}\n"
      "rooms: {default: Town.Hall-1}\n"
      "log: {level: warn, format: json}\n");
  BOOST_TEST(c.server.address == "0.0.0.0");
  BOOST_TEST(c.server.port == 443);
  BOOST_TEST(c.server.shards.value_or(0) == 8U);
  BOOST_TEST(c.server.hosts == (std::vector<std::string>{"chat.example.org", "::1"}));
  BOOST_TEST(c.limits.message_length == 1000U);
  BOOST_CHECK(c.limits.message_interval == 1500ms);
  BOOST_TEST(c.limits.flood.off());
  BOOST_CHECK((c.limits.frame_rate == parley::rate{5, 2min}));
  BOOST_TEST(c.limits.connections.value_or(0) == 20'000U);
  BOOST_TEST(c.limits.frame_size == 65'536U);
  BOOST_CHECK(c.idle.warn_after == 5min);
  BOOST_CHECK(c.idle.kick_after == 1h);
  BOOST_CHECK(c.idle.activity == parley::idle_activity::message);
  BOOST_TEST(c.rooms.default_room == "town.hall-1");
  BOOST_CHECK(c.log.level == parley::log_level::warn);
  BOOST_CHECK(c.log.format == parley::log_format::json);
}

BOOST_AUTO_TEST_CASE(line_ends_and_byte_order_mark_of_windows_are_fine) {
  const auto c = parsed("\xef\xbb\xbfserver:\r\n  port: 81\r\nlog:\r\n  level: debug # more\r\n");
  BOOST_TEST(c.server.port == 81);
  BOOST_CHECK(c.log.level == parley::log_level::debug);
}

BOOST_AUTO_TEST_CASE(auto_is_told_from_a_number) {
  const auto c = parsed("server: {shards: auto}\nlimits: {connections: auto}");
  BOOST_TEST(!c.server.shards.has_value());
  BOOST_TEST(!c.limits.connections.has_value());
  BOOST_TEST(c.tls.automatic());
}

BOOST_AUTO_TEST_CASE(both_ends_of_a_range_belong_to_it) {
  BOOST_TEST(parsed("limits: {message_length: 1}").limits.message_length == 1U);
  BOOST_TEST(
      parsed(
          "limits: {message_length: 10000, frame_size: 1MiB, byte_rate: 2MiB in 1s}\nhistory: {on_join: 0}")
          .limits.message_length == 10'000U);
  BOOST_TEST(parsed("server: {port: 65535}").server.port == 65'535);
  BOOST_CHECK(parsed("timeouts: {close: 1m}").timeouts.close == 60s);
  BOOST_CHECK((parsed("limits: {flood: 1000000 in 1d}").limits.flood == parley::rate{1'000'000, 24h}));
}

BOOST_AUTO_TEST_CASE(an_alias_stands_for_what_it_names) {
  const auto c = parsed("timeouts: {login: &short 5s, close: *short}");
  BOOST_CHECK(c.timeouts.login == 5s);
  BOOST_CHECK(c.timeouts.close == 5s);
}

BOOST_AUTO_TEST_CASE(who_is_never_kicked_is_never_warned) {
  const auto c = parsed("idle: {kick_after: 0}");
  BOOST_CHECK(c.idle.kick_after == 0ms);
  BOOST_CHECK(c.idle.warn_after == 0ms);
}

BOOST_AUTO_TEST_CASE(relative_paths_start_at_the_folder_of_the_file) {
  const auto c = *parley::parse_config("data: {folder: chat}", "/etc/parley/config.yaml");
  BOOST_TEST(c.data.folder == "chat");
  BOOST_TEST(c.resolve(c.data.folder) == std::filesystem::path("/etc/parley/chat"));
  BOOST_TEST(c.resolve("/srv/chat") == std::filesystem::path("/srv/chat"));
  BOOST_TEST(parley::config{}.resolve("chat") == std::filesystem::path("chat"));
}

// --- files ---

BOOST_AUTO_TEST_CASE(a_file_is_read_and_its_folder_kept) {
  const parley::test::temporary_folder folder;
  std::ofstream(folder / "my.yaml") << "server: {port: 81}\n";
  const auto loaded = parley::load_config(folder / "my.yaml");
  BOOST_REQUIRE(loaded.has_value());
  BOOST_TEST(loaded->server.port == 81);
  BOOST_TEST(loaded->resolve("data") == folder / "data");
}

BOOST_AUTO_TEST_CASE(errors_carry_the_path_as_it_was_given) {
  const parley::test::temporary_folder folder;
  std::ofstream(folder / "my.yaml") << "server: {port: x}\n";
  const auto loaded = parley::load_config(folder / "my.yaml");
  BOOST_REQUIRE(!loaded.has_value());
  BOOST_TEST(loaded.error().front().file == (folder / "my.yaml").string());
  BOOST_TEST(loaded.error().front().line == 1U);
  BOOST_TEST(loaded.error().front().column == 16U);
}

BOOST_AUTO_TEST_CASE(a_file_that_cannot_be_read_is_told) {
  const parley::test::temporary_folder folder;
  BOOST_TEST(only_error_of_file(folder / "none.yaml") == "no such file");
  BOOST_TEST(only_error_of_file(folder.path()) == "is a folder; expected a file");
  std::ofstream(folder / "file") << "";
  BOOST_TEST(only_error_of_file(folder / "file" / "config.yaml") == "cannot be read: Not a directory");
}

BOOST_AUTO_TEST_CASE(a_file_larger_than_a_mebibyte_is_refused) {
  const parley::test::temporary_folder folder;
  const auto path = folder / "large.yaml";
  const std::string comment = "#" + std::string(1024 * 1024 - 1, 'x');
  std::ofstream(path) << comment;
  BOOST_TEST(parley::load_config(path).has_value());
  std::ofstream(path) << comment << "x";
  BOOST_TEST(only_error_of_file(path) == "is larger than 1MiB");
  BOOST_TEST(only_error_of_file("/dev/zero") == "is larger than 1MiB");
}

BOOST_AUTO_TEST_SUITE_END()
