// What is no good config: each wrong value, key and contradiction is told with its place and its remedy.

#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "app/config/contradictions.hpp"
#include "config_texts.hpp"

BOOST_AUTO_TEST_SUITE(config_errors)

using namespace parley::test;

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
      {"log: {level: warning}",
       R"(config.yaml:1:14: log.level is "warning"; expected trace, debug, info, warn or error (did you mean warn?))"},
      {"server: {address: '*'}",
       R"(config.yaml:1:19: server.address is "*"; expected an IP address such as "::" or 127.0.0.1 (write "::" for )"
       R"(all addresses))"},
      {"log: {level: INFO}",
       R"(config.yaml:1:14: log.level is "INFO"; expected trace, debug, info, warn or error (did you mean info?))"},
      {"rooms: {default: my room}",
       R"(config.yaml:1:18: rooms.default is "my room"; expected 3 to 32 of A-Z a-z 0-9 _ . -)"},
      {"data: {folder: ~/chat}",
       "config.yaml:1:16: data.folder is \"~/chat\"; expected the path of a folder (write the path out: only "
       "a "
       "shell knows what ~ means)"},
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
      {"limits: {frame_size: 512KiB}",
       "config.yaml:1:10: limits.byte_rate is 256KiB in 10s and limits.frame_size is 512KiB; expected a "
       "byte_rate of at least 513KiB in 10s, so that the longest frame fits, or a smaller frame_size"},
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
      {"log: {" + std::string(1000, 'x') + ": 1}", "config.yaml:1:7: unknown key log." +
                                                       std::string(60, 'x') +
                                                       "...; the keys of log are level, format, file"},
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

BOOST_AUTO_TEST_SUITE_END()
