#include "app/config/config.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>
#include <yaml-cpp/yaml.h>

#include "app/config/keys.hpp"
#include "temporary_folder.hpp"

BOOST_AUTO_TEST_SUITE(config)

using namespace std::chrono_literals;

namespace {

const std::string shipped_file = PARLEY_SOURCE_DIR "/config.yaml";

// What is wrong with a text, one error a line; empty where nothing is.
std::string errors_of(const std::string& text) {
  const auto result = parley::parse_config(text, "config.yaml");
  if (result) return "";
  std::string lines;
  for (const auto& error : result.error()) lines += (lines.empty() ? "" : "\n") + to_string(error);
  return lines;
}

parley::config parsed(const std::string& text) {
  const auto result = parley::parse_config(text, "config.yaml");
  BOOST_REQUIRE_MESSAGE(result.has_value(), errors_of(text));
  return *result;
}

struct bad_text {
  std::string text;
  std::string errors;
};

void expect_errors(const std::vector<bad_text>& cases) {
  for (const auto& [text, errors] : cases) {
    BOOST_TEST_CONTEXT("config.yaml:\n" << text) {
      BOOST_TEST(errors_of(text) == errors);
    }
  }
}

std::string contents(const std::string& file) {
  std::ifstream in(file);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

// For each key of a file written like the shipped one: the comment beside it and on the lines below it.
std::map<std::string, std::string> comments_by_key(const std::string& text) {
  std::map<std::string, std::string> comments;
  std::istringstream lines(text);
  std::string section;
  std::string key;
  for (std::string line; std::getline(lines, line);) {
    const std::size_t hash = line.find(" # ");
    const std::size_t colon = line.substr(0, hash).find(':');
    const std::size_t start = line.find_first_not_of(' ');
    if (line.empty() || line.starts_with('#')) {
      key.clear();
    } else if (start == 0 && colon != std::string::npos) {
      section = line.substr(0, colon);
      key.clear();
    } else if (start == 2 && colon != std::string::npos) {
      key = section + "." + line.substr(start, colon - start);
    }
    if (!key.empty() && hash != std::string::npos) comments[key] += line.substr(hash + 2);
  }
  return comments;
}

std::string only_error_of_file(const std::filesystem::path& path) {
  const auto result = parley::load_config(path);
  BOOST_REQUIRE(!result.has_value());
  BOOST_REQUIRE(result.error().size() == 1U);
  return result.error().front().message;
}

}  // namespace

// --- The file that is shipped
// -----------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(the_shipped_file_says_exactly_the_built_in_defaults) {
  const auto loaded = parley::load_config(shipped_file);
  BOOST_REQUIRE_MESSAGE(loaded.has_value(), errors_of(contents(shipped_file)));
  parley::config defaults;
  defaults.base_folder = PARLEY_SOURCE_DIR;
  BOOST_CHECK(*loaded == defaults);
}

BOOST_AUTO_TEST_CASE(the_shipped_file_has_every_key_in_the_order_of_the_table) {
  std::vector<std::string> keys;
  for (const auto& section : YAML::LoadFile(shipped_file)) {
    for (const auto& key : section.second) keys.push_back(section.first.Scalar() + "." + key.first.Scalar());
  }
  BOOST_TEST(keys == parley::known_config_keys(), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_comment_of_every_key_gives_its_range) {
  auto comments = comments_by_key(contents(shipped_file));
  for (const auto& key : parley::config_keys()) {
    BOOST_TEST_CONTEXT(key.path() << ": " << comments[key.path()]) {
      BOOST_TEST(comments[key.path()].find(key.range) != std::string::npos, "does not say " << key.range);
    }
  }
}

BOOST_AUTO_TEST_CASE(every_key_reaches_a_member_of_its_own) {
  const std::map<std::string, std::string> other_values = {
      {"server.address", "127.0.0.1"},
      {"server.port", "0"},
      {"server.shards", "4"},
      {"server.hosts", "[chat.example.org]"},
      {"server.trusted_proxies", "[10.0.0.0/8]"},
      {"tls.certificate", "cert.pem"},
      {"tls.key", "key.pem"},
      {"data.folder", "/var/lib/parley"},
      {"limits.message_length", "51"},
      {"limits.message_interval", "2s"},
      {"limits.flood", "off"},
      {"limits.frame_rate", "1 in 1s"},
      {"limits.connections", "17"},
      {"limits.connections_per_address", "0"},
      {"limits.sockets_per_user", "0"},
      {"limits.frame_size", "8KiB"},
      {"timeouts.tls_handshake", "1s"},
      {"timeouts.request_head", "1s"},
      {"timeouts.keep_alive", "1s"},
      {"timeouts.response", "1s"},
      {"timeouts.login", "1s"},
      {"timeouts.ping", "0"},
      {"timeouts.close", "1s"},
      {"idle.warn_after", "0"},
      {"idle.kick_after", "40s"},
      {"idle.activity", "message"},
      {"fanout.flush_interval", "0"},
      {"fanout.outbox_limit", "64KiB"},
      {"presence.interval", "0"},
      {"presence.detail_limit", "0"},
      {"rooms.default", "town-hall"},
      {"rooms.capacity", "0"},
      {"rooms.max", "5"},
      {"rooms.per_user", "5"},
      {"rooms.direct", "5"},
      {"history.mode", "off"},
      {"history.sync", "full"},
      {"history.deliver", "at_once"},
      {"history.keep", "7d"},
      {"history.keep_count", "100"},
      {"history.on_join", "0"},
      {"auth.hash", "pbkdf2"},
      {"auth.pbkdf2_rounds", "1000000"},
      {"auth.hashing_threads", "2"},
      {"auth.hashing_queue", "10"},
      {"auth.session_idle", "1h"},
      {"auth.session_lifetime", "20d"},
      {"auth.registration", "closed"},
      {"auth.attempts", "3 in 1h"},
      {"auth.registrations", "off"},
      {"auth.operators", "[Ada]"},
      {"log.level", "debug"},
      {"log.format", "json"},
  };
  std::vector<parley::config> seen = {parley::config{}};
  for (const auto& key : parley::config_keys()) {
    BOOST_TEST_CONTEXT(key.path()) {
      BOOST_REQUIRE(other_values.count(key.path()) == 1U);
      std::string text = key.section + ": {" + key.name + ": " + other_values.at(key.path()) + "}";
      // Half a certificate would be a contradiction.
      if (key.path() == "tls.certificate") text = "tls: {certificate: cert.pem, key: first.pem}";
      if (key.path() == "tls.key") text = "tls: {certificate: cert.pem, key: key.pem}";
      const parley::config one = parsed(text);
      BOOST_CHECK(std::find(seen.begin(), seen.end(), one) == seen.end());
      seen.push_back(one);
    }
  }
}

// --- What is accepted
// -------------------------------------------------------------------------------------------------

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
  BOOST_TEST(parsed("limits: {message_length: 10000, frame_size: 1MiB}\nhistory: {on_join: 0}")
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

// --- What is refused
// --------------------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_wrong_value_is_told_with_its_place_and_its_range) {
  expect_errors({
      {"limits:\n  message_length: fifty\n",
       R"(config.yaml:2:19: limits.message_length is "fifty"; expected a whole number from 1 to 10000)"},
      {"limits: {message_length: 0}",
       R"(config.yaml:1:26: limits.message_length is "0"; expected a whole number from 1 to 10000)"},
      {"limits: {message_length: 99999999999999999999}",
       R"(config.yaml:1:26: limits.message_length is "99999999999999999999"; expected a whole number from 1 to 10000)"},
      {"server: {port: 65536}",
       R"(config.yaml:1:16: server.port is "65536"; expected a whole number from 0 to 65535)"},
      {"server: {port: 0x50}",
       R"(config.yaml:1:16: server.port is "0x50"; expected a whole number from 0 to 65535)"},
      {"server: {port: [1]}",
       "config.yaml:1:16: server.port is a list; expected a whole number from 0 to 65535"},
      {"server: {port: {a: 1}}",
       "config.yaml:1:16: server.port is a map of keys and values; expected a whole number from 0 to 65535"},
      {"server:\n  port:\n",
       "config.yaml:2:3: server.port has no value; expected a whole number from 0 to 65535, or "
       "leave the key out for the default"},
      {"server: {shards: 257}",
       R"(config.yaml:1:18: server.shards is "257"; expected auto or a whole number from 1 to 256)"},
      {"timeouts: {login: 20}",
       R"(config.yaml:1:19: timeouts.login is "20"; expected a duration from 100ms to 10m (20 has no unit: write 20s))"},
      {"timeouts: {login: 0}",
       R"(config.yaml:1:19: timeouts.login is "0"; expected a duration from 100ms to 10m)"},
      {"timeouts: {ping: 1ms}",
       R"(config.yaml:1:18: timeouts.ping is "1ms"; expected 0 or a duration from 100ms to 1h)"},
      {"limits: {frame_size: 16KB}",
       R"(config.yaml:1:22: limits.frame_size is "16KB"; expected a size from 2KiB to 1MiB (did you mean 16KiB?))"},
      {"limits: {flood: 20}",
       R"(config.yaml:1:17: limits.flood is "20"; expected off or a rate such as 20 in 10s, 1 to 1000000 in )"
       R"(100ms to 1d (20 in what time? Write 20 in 10s))"},
      {"limits: {flood: 5 in 2d}",
       R"(config.yaml:1:17: limits.flood is "5 in 2d"; expected off or a rate such as 20 in 10s, 1 to 1000000 in )"
       R"(100ms to 1d)"},
      {"idle: {activity: inputs}",
       R"(config.yaml:1:18: idle.activity is "inputs"; expected input or message (did you mean input?))"},
      {"log: {level: verbose}",
       R"(config.yaml:1:14: log.level is "verbose"; expected trace, debug, info, warn or error)"},
      {"log: {level: INFO}",
       R"(config.yaml:1:14: log.level is "INFO"; expected trace, debug, info, warn or error (did you mean info?))"},
      {"rooms: {default: my room}",
       R"(config.yaml:1:18: rooms.default is "my room"; expected 3 to 32 of A-Z a-z 0-9 _ . -)"},
      {"data: {folder: ''}", R"(config.yaml:1:16: data.folder is ""; expected the path of a folder)"},
  });
}

BOOST_AUTO_TEST_CASE(a_wrong_address_or_host_is_told_with_a_hint) {
  const std::string address = R"(; expected an IP address such as "::" or 127.0.0.1)";
  const std::string host = "; expected a host name or IP address, at most 100 of them";
  expect_errors({
      {"server: {address: localhost}", R"(config.yaml:1:19: server.address is "localhost")" + address},
      {"server: {address: '[::]'}",
       R"(config.yaml:1:19: server.address is "[::]")" + address + " (without brackets)"},
      {"server: {address: '0.0.0.0:80'}",
       R"(config.yaml:1:19: server.address is "0.0.0.0:80")" + address + " (the port is server.port)"},
      {"server: {hosts: [a.example, 'https://b.example']}",
       R"(config.yaml:1:29: an element of server.hosts is "https://b.example")" + host +
           " (only the name, without https://)"},
      {"server: {hosts: ['b.example:5000', '*.c.example']}",
       R"(config.yaml:1:18: an element of server.hosts is "b.example:5000")" + host +
           " (without the port)\n" + R"(config.yaml:1:36: an element of server.hosts is "*.c.example")" +
           host + " (name every host)"},
      {"server: {hosts: [[a]]}", "config.yaml:1:18: an element of server.hosts is a list" + host},
      {"server: {hosts: chat.example}",
       R"(config.yaml:1:17: server.hosts is "chat.example"; expected a list [...], each of it a host name or IP )"
       R"(address, at most 100 of them; write [chat.example])"},
      {"server: {hosts: []}",
       "config.yaml:1:17: server.hosts is an empty list; expected a list [...], each of it a host name or IP "
       "address, at most 100 of them"},
  });
}

BOOST_AUTO_TEST_CASE(proxies_are_addresses_or_networks_and_there_may_be_none) {
  BOOST_TEST(parsed("server: {trusted_proxies: []}").server.trusted_proxies.empty());
  BOOST_TEST(parsed("server: {trusted_proxies: [10.0.0.0/8, '::1']}").server.trusted_proxies.size() == 2U);
  BOOST_TEST(errors_of("server: {trusted_proxies: [10.0.0.0/40]}") ==
             "config.yaml:1:28: an element of server.trusted_proxies is \"10.0.0.0/40\"; expected an IP "
             "address or a "
             "network such as 10.0.0.0/8, at most 100 of them");
}

BOOST_AUTO_TEST_CASE(more_than_a_hundred_hosts_are_refused) {
  std::string hosts = "h0.example";
  for (int i = 1; i < 100; ++i) hosts += ", h" + std::to_string(i) + ".example";
  BOOST_TEST(parsed("server: {hosts: [" + hosts + "]}").server.hosts.size() == 100U);
  BOOST_TEST(errors_of("server: {hosts: [" + hosts + ", one.more]}").find("(these are more)") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_unknown_key_is_told_with_what_was_meant) {
  expect_errors({
      {"limits:\n  mesage_length: 50\n",
       "config.yaml:2:3: unknown key limits.mesage_length; did you mean message_length?"},
      {"server: {message_length: 50}",
       "config.yaml:1:10: unknown key server.message_length; it belongs under limits"},
      {"rooms: {colour: red}",
       "config.yaml:1:9: unknown key rooms.colour; the keys of rooms are default, capacity, max, per_user, "
       "direct"},
      {"limit: {message_length: 50}", "config.yaml:1:1: unknown section limit; did you mean limits?"},
      {"message_length: 50",
       "config.yaml:1:1: unknown section message_length; message_length belongs under limits"},
      {"limits.message_length: 50",
       "config.yaml:1:1: unknown section limits.message_length; message_length belongs under limits"},
      {"paint: {}",
       "config.yaml:1:1: unknown section paint; the sections are server, tls, data, limits, timeouts, "
       "idle, fanout, presence, rooms, history, auth, log"},
      {"rooms: {[a]: b}",
       "config.yaml:1:9: unknown key rooms.\"\"; the keys of rooms are default, capacity, max, per_user, "
       "direct"},
  });
}

BOOST_AUTO_TEST_CASE(a_key_or_section_may_stand_only_once) {
  expect_errors({
      {"server:\n  port: 1\n  shards: 2\n  port: 3\n",
       "config.yaml:4:3: server.port is given twice; the first is in line 2"},
      {"server:\n  port: 1\nlog: {}\nserver:\n  shards: 2\n",
       "config.yaml:4:1: server is given twice; the first is in line 1"},
  });
}

BOOST_AUTO_TEST_CASE(a_section_is_a_map_of_keys) {
  expect_errors({
      {"rooms: 5",
       R"(config.yaml:1:8: rooms is "5"; expected a map of its keys: default, capacity, max, per_user, direct)"},
      {"rooms: [lobby]",
       "config.yaml:1:8: rooms is a list; expected a map of its keys: default, capacity, max, per_user, "
       "direct"},
      {"hello", R"(config.yaml:1:1: the file is "hello"; expected sections such as server: and limits:)"},
      {"- server", "config.yaml:1:1: the file is a list; expected sections such as server: and limits:"},
  });
}

BOOST_AUTO_TEST_CASE(contradictions_are_told_at_the_later_key) {
  expect_errors({
      {"idle:\n  warn_after: 40s\n",
       "config.yaml:2:3: idle.warn_after is 40s and idle.kick_after is 30s; expected the warning before the "
       "kick, "
       "or 0 for no warning"},
      {"idle:\n  warn_after: 30s\n  kick_after: 30s\n",
       "config.yaml:3:3: idle.warn_after is 30s and idle.kick_after is 30s; expected the warning before the "
       "kick, "
       "or 0 for no warning"},
      {"idle:\n  kick_after: 10s\n  warn_after: 15s\n",
       "config.yaml:3:3: idle.warn_after is 15s and idle.kick_after is 10s; expected the warning before the "
       "kick, "
       "or 0 for no warning"},
      {"tls: {certificate: my.pem}",
       R"(config.yaml:1:7: tls.certificate is "my.pem" and tls.key is "auto"; expected both auto or both files)"},
      {"tls: {key: my.pem, certificate: auto}",
       R"(config.yaml:1:20: tls.certificate is "auto" and tls.key is "my.pem"; expected both auto or both files)"},
      {"history: {keep_count: 10}",
       "config.yaml:1:11: history.on_join is 50 and history.keep_count is 10; expected on_join to be at most "
       "keep_count"},
      {"fanout: {outbox_limit: 64KiB}\nhistory: {on_join: 200}",
       "config.yaml:2:11: history.on_join is 200, limits.message_length is 50, presence.detail_limit is 500 "
       "and "
       "fanout.outbox_limit is 64KiB; expected an outbox_limit of at least 84KiB, which the messages and "
       "names for somebody who "
       "comes in can take"},
      {"limits: {message_length: 10000, frame_size: 128KiB}",
       "config.yaml:1:10: history.on_join is 50, limits.message_length is 10000, presence.detail_limit is "
       "500 and "
       "fanout.outbox_limit is 1MiB; expected an outbox_limit of at least 1979KiB, which the messages and "
       "names "
       "for somebody who comes in can take"},
      {"auth: {session_lifetime: 1h}",
       "config.yaml:1:8: auth.session_idle is 12h and auth.session_lifetime is 1h; expected session_idle to "
       "be at "
       "most session_lifetime"},
      {"limits: {message_length: 2000}",
       "config.yaml:1:10: limits.message_length is 2000 and limits.frame_size is 16KiB; expected a "
       "frame_size of at "
       "least 25KiB, which so many characters can take as JSON, or a smaller message_length"},
  });
}

BOOST_AUTO_TEST_CASE(the_frame_size_asked_for_is_enough) {
  BOOST_TEST(errors_of("limits: {message_length: 2000, frame_size: 25KiB}") == "");
  BOOST_TEST(errors_of("limits: {message_length: 2000, frame_size: 24KiB}") != "");
}

BOOST_AUTO_TEST_CASE(a_wrong_value_is_not_also_a_contradiction) {
  expect_errors(
      {{"idle: {warn_after: soon, kick_after: 10s}",
        R"(config.yaml:1:20: idle.warn_after is "soon"; expected 0 or a duration from 1s to 30d)"}});
}

BOOST_AUTO_TEST_CASE(all_errors_are_told_at_once_in_the_order_of_the_file) {
  expect_errors(
      {{"idle:\n  kick_after: 5s\nserver:\n  prot: 80\n  shards: many\nlog: {format: xml}\n",
        "config.yaml:2:3: idle.warn_after is 20s and idle.kick_after is 5s; expected the warning before "
        "the kick, or 0 for no warning\n"
        "config.yaml:4:3: unknown key server.prot; did you mean port?\n"
        "config.yaml:5:11: server.shards is \"many\"; expected auto or a whole number from 1 to 256\n"
        "config.yaml:6:15: log.format is \"xml\"; expected text or json"}});
}

BOOST_AUTO_TEST_CASE(at_most_a_hundred_errors_are_told) {
  std::string text = "server:\n";
  for (int i = 0; i < 5000; ++i) text += "  wrong" + std::to_string(i) + ": 1\n";
  const auto result = parley::parse_config(text, "config.yaml");
  BOOST_REQUIRE(!result.has_value());
  BOOST_TEST(result.error().size() == 100U);
  BOOST_TEST(result.error().back().message.ends_with("(too many errors: the rest was not looked at)"));
}

BOOST_AUTO_TEST_CASE(what_is_echoed_is_short_and_harmless) {
  expect_errors({
      {"log: {level: \"\\e[2Ja\\nb\"}",
       R"(config.yaml:1:14: log.level is "\x1b[2Ja\nb"; expected trace, debug, info, warn or error)"},
      {"log: {" + std::string(1000, 'x') + ": 1}",
       "config.yaml:1:7: unknown key log." + std::string(60, 'x') + "...; the keys of log are level, format"},
      {"log: {level: " + std::string(1000, 'y') + "}",
       "config.yaml:1:14: log.level is \"" + std::string(60, 'y') +
           "...\"; expected trace, debug, info, warn or error"},
  });
}

BOOST_AUTO_TEST_CASE(the_path_of_the_file_is_shown_in_full_but_harmless) {
  const std::string deep = "/" + std::string(200, 'd') + "/config.yaml";
  BOOST_TEST(to_string(parley::config_error{deep, 2, 3, "x"}) == deep + ":2:3: x");
  BOOST_TEST(to_string(parley::config_error{"a\nb", 0, 0, "no such file"}) == "a\\nb: no such file");
}

// --- What is not even YAML
// --------------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(broken_yaml_is_told_with_its_place_and_a_remedy) {
  const auto broken = [](const std::string& at, const std::string& why) {
    return "config.yaml:" + at + ": not valid YAML: " + why;
  };
  const std::string tab = "a tab in the indentation; expected spaces only";
  const std::string colon =
      R"(a value cannot stand here; check the indentation, and quote text that holds a colon, as in address: "::")";
  const std::string column =
      "this does not belong to the keys above it; keys of a section start in one column";
  expect_errors({
      {"server:\n\tport: 5\n", broken("2:1", tab)},
      {"server:\n  port: 5\n  \tshards: 5\n", broken("3:3", tab)},
      {"server:\n  port: 5\n\tshards: 5\n", broken("3:1", tab)},
      {"server:\n  address: ::\n", broken("2:13", colon)},
      {"server:\n  port: 5\n shards: 5\n", broken("3:2", column)},
      {"server: {address: ::, port: 5}",
       broken("1:20", "expected a comma or a }; text that holds : { } [ ] or , needs quotes")},
      {"server: {hosts: [a, b}",
       broken("1:22", "this bracket matches none that is open; text that holds brackets needs quotes")},
      {"server: {}}",
       broken("1:11", "this bracket matches none that is open; text that holds brackets needs quotes")},
      {"data: {folder: @x}", broken("1:16", "a value cannot start with this character; put it in quotes")},
      {"data: {folder: *x}",
       broken("1:16", "no anchor of this name stands above; text that starts with * needs quotes")},
      {"data: {folder: \"C:\\data\"}",
       broken("1:21", R"(no such escape; in double quotes write \\ for a backslash, or use single quotes)")},
      {std::string(10'000, '['), broken("1:1", "brackets or indentation nested too deeply")},
  });
}

BOOST_AUTO_TEST_CASE(what_is_never_closed_is_told_where_it_opens) {
  const auto open_at = [](const std::string& at, const std::string& what) {
    return "config.yaml:" + at + ": not valid YAML: this " + what + " is never closed";
  };
  expect_errors({
      {"server: {port: 5", open_at("1:9", "{")},
      {"server: {port: 5\nlog: {}\n", open_at("1:9", "{")},
      {"server:\n  hosts: [a, b # ]\n", open_at("2:10", "[")},
      {"data:\n  folder: \"x\nlog: {level: debug}\n", open_at("2:11", "\"")},
      {"data:\n  folder: 'it''s\n", open_at("2:11", "'")},
      {"data: {folder: \"x}\n", open_at("1:16", "\"")},
      {"data: {folder: \"x\\\"", open_at("1:16", "\"")},
      {"data:\n  folder: &here \"x\n", open_at("2:17", "\"")},
  });
}

BOOST_AUTO_TEST_CASE(quotes_and_brackets_inside_of_words_and_comments_are_no_syntax) {
  BOOST_TEST(parsed("data:\n  folder: it's \"here [now\n").data.folder == "it's \"here [now");
  BOOST_TEST(parsed("data:\n  folder: 'it''s'\n").data.folder == "it's");
  BOOST_TEST(parsed("data:\n  folder: \"a\\\"b\" # \"quoted\n").data.folder == "a\"b");
  BOOST_TEST(parsed("# it's \"one {\ndata: {folder: c:\\x}\n").data.folder == "c:\\x");
}

BOOST_AUTO_TEST_CASE(a_second_document_is_refused) {
  expect_errors({{"log: {level: info}\n---\nlog: {level: debug}\n",
                  "config.yaml:3:1: a second YAML document begins here (after ---); expected only one"}});
}

BOOST_AUTO_TEST_CASE(a_file_that_is_not_utf8_is_refused) {
  expect_errors({
      {"data:\n  folder: caf\xe9\n",
       R"(config.yaml:2:14: the byte \xe9 is not UTF-8; save the file as UTF-8)"},
      {std::string("log:\0", 5), "config.yaml:1:5: a zero byte; expected UTF-8 text"},
  });
  BOOST_TEST(parsed("data:\n  folder: café\n").data.folder == "café");
}

// --- Files
// ------------------------------------------------------------------------------------------------------------

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
