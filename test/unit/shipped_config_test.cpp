// The config.yaml that is shipped says all that there is to set, and nothing else.

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>
#include <yaml-cpp/yaml.h>

#include "app/config/keys.hpp"
#include "config_texts.hpp"

BOOST_AUTO_TEST_SUITE(shipped_config)

using namespace parley::test;

namespace {

const std::string shipped_file = PARLEY_SOURCE_DIR "/config.yaml";

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

}  // namespace

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
      {"server.cookie", "chat"},
      {"tls.certificate", "cert.pem"},
      {"tls.key", "key.pem"},
      {"data.folder", "/var/lib/parley"},
      {"data.min_free", "0"},
      {"data.audit_size", "4KiB"},
      {"data.audit_age", "0"},
      {"data.audit_files", "0"},
      {"limits.message_length", "51"},
      {"limits.message_interval", "2s"},
      {"limits.flood", "off"},
      {"limits.frame_rate", "1 in 1s"},
      {"limits.byte_rate", "1MiB in 1s"},
      {"limits.questions", "off"},
      {"limits.searches", "off"},
      {"limits.acts", "off"},
      {"limits.user_share", "1"},
      {"limits.address_share", "1"},
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
      {"fanout.send_buffer", "16KiB"},
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
      {"history.max_size", "1GiB"},
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
      {"log.file", "parley.log"},
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

BOOST_AUTO_TEST_SUITE_END()
