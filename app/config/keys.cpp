#include "app/config/keys.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "app/config/host_name.hpp"
#include "app/config/section_rows.hpp"
#include "app/config/trusted_proxies.hpp"
#include "auth/user_name.hpp"

namespace parley {
namespace {

using std::chrono::milliseconds;
using namespace std::chrono_literals;

constexpr std::uint64_t kib = 1024;
constexpr std::uint64_t mib = 1024 * kib;
constexpr std::uint64_t gib = 1024 * mib;
constexpr std::size_t most_hosts = 100;

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

std::string address_hint(std::string_view text) {
  if (text.starts_with('[')) return "without brackets";
  const std::size_t colon = text.rfind(':');
  if (colon != std::string_view::npos && ip_literal(text.substr(0, colon))) return "the port is server.port";
  if (text == "*") return R"(write "::" for all addresses)";
  return {};
}

value_result set_address(config& out, std::string_view text) {
  if (!ip_literal(text)) return refuse_value(address_hint(text));
  out.server.address = text;
  return {};
}

std::string host_hint(std::string_view text) {
  if (text.find("://") != std::string_view::npos) return "only the name, without https://";
  if (text.starts_with('[')) return "without brackets";
  if (text.find('*') != std::string_view::npos) return "name every host";
  const std::size_t colon = text.rfind(':');
  if (colon != std::string_view::npos && is_host_name(text.substr(0, colon))) return "without the port";
  const bool ascii =
      std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (!ascii) return "write the xn-- form of the name";
  return {};
}

value_result add_host(config& out, std::string_view text) {
  std::string host(text);
  if (const auto literal = ip_literal(text)) {
    host = *literal;
  } else if (!is_host_name(text)) {
    return refuse_value(host_hint(text));
  }
  for (char& c : host) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  auto& hosts = out.server.hosts;
  if (std::find(hosts.begin(), hosts.end(), host) != hosts.end()) return {};
  if (hosts.size() == most_hosts) return refuse_value("these are more");
  hosts.push_back(std::move(host));
  return {};
}

value_result add_proxy(config& out, std::string_view text) {
  if (!ip_network::parse(text)) return refuse_value();
  auto& proxies = out.server.trusted_proxies;
  if (proxies.size() == most_hosts) return refuse_value("these are more");
  proxies.emplace_back(text);
  return {};
}

value_result add_operator(config& out, std::string_view text) {
  const auto name = auth::user_name::parse(text);
  if (!name) return refuse_value(name.error());
  auto& operators = out.auth.operators;
  if (std::find(operators.begin(), operators.end(), name->key()) != operators.end()) return {};
  if (operators.size() == most_hosts) return refuse_value("these are more");
  operators.push_back(name->key());
  return {};
}

value_result set_default_room(config& out, std::string_view text) {
  const auto allowed = [](char c) { return is_letter_or_digit(c) || c == '_' || c == '.' || c == '-'; };
  if (text.size() < 3 || text.size() > 32 || !std::all_of(text.begin(), text.end(), allowed))
    return refuse_value();
  out.rooms.default_room = text;
  for (char& c : out.rooms.default_room) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return {};
}

value_result set_cookie(config& out, std::string_view text) {
  const auto allowed = [](char c) { return is_letter_or_digit(c) || c == '_' || c == '.' || c == '-'; };
  if (text.empty() || text.size() > 32 || !std::all_of(text.begin(), text.end(), allowed))
    return refuse_value(text.starts_with("__Host-") ? "without __Host-" : "");
  out.server.cookie = text;
  return {};
}

void add_connection_keys(std::vector<config_key>& keys) {
  section_rows(keys, "server", &config::server)
      .text("address", "an IP address", R"(an IP address such as "::" or 127.0.0.1)", set_address)
      .number("port", &server_config::port, 0, 65'535)
      .number_or_auto("shards", &server_config::shards, 1, 256)
      .list("hosts", &server_config::hosts, "1 to 100 names",
            "a host name or IP address, at most 100 of them", add_host)
      .list("trusted_proxies", &server_config::trusted_proxies, "0 to 100 IP addresses or networks",
            "an IP address or a network such as 10.0.0.0/8, at most 100 of them", add_proxy)
      .may_be_empty()
      .text("cookie", "1 to 32 of A-Z a-z 0-9 _ . -", "1 to 32 of A-Z a-z 0-9 _ . -", set_cookie);
  section_rows(keys, "tls", &config::tls)
      .path("certificate", &tls_config::certificate, "auto or the path of a PEM file")
      .path("key", &tls_config::key, "auto or the path of a PEM file");
  section_rows(keys, "data", &config::data)
      .path("folder", &data_config::folder, "the path of a folder")
      .size_or_zero("min_free", &data_config::min_free, 1 * mib, 1024 * gib)
      .size("audit_size", &data_config::audit_size, 4 * kib, 1 * gib)
      .duration_or_zero("audit_age", &data_config::audit_age, 1h, 3650 * 24h)
      .number("audit_files", &data_config::audit_files, 0, 1'000);
  section_rows(keys, "limits", &config::limits)
      .number("message_length", &limits_config::message_length, 1, 10'000)
      .duration_or_zero("message_interval", &limits_config::message_interval, 1ms, 1h)
      .events("flood", &limits_config::flood)
      .events("frame_rate", &limits_config::frame_rate)
      .bytes("byte_rate", &limits_config::byte_rate)
      .events("questions", &limits_config::questions)
      .events("searches", &limits_config::searches)
      .events("acts", &limits_config::acts)
      .number("user_share", &limits_config::user_share, 1, 100)
      .number("address_share", &limits_config::address_share, 1, 100)
      .number_or_auto("connections", &limits_config::connections, 1, 10'000'000)
      .number("connections_per_address", &limits_config::connections_per_address, 0, 10'000'000)
      .number("sockets_per_user", &limits_config::sockets_per_user, 0, 10'000)
      .size("frame_size", &limits_config::frame_size, 2 * kib, 1 * mib);
  section_rows(keys, "timeouts", &config::timeouts)
      .duration("tls_handshake", &timeouts_config::tls_handshake, 100ms, 10min)
      .duration("request_head", &timeouts_config::request_head, 100ms, 10min)
      .duration("keep_alive", &timeouts_config::keep_alive, 100ms, 1h)
      .duration("response", &timeouts_config::response, 100ms, 1h)
      .duration("login", &timeouts_config::login, 100ms, 10min)
      .duration_or_zero("ping", &timeouts_config::ping, 100ms, 1h)
      .duration("close", &timeouts_config::close, 100ms, 1min);
}

void add_chat_keys(std::vector<config_key>& keys) {
  section_rows(keys, "idle", &config::idle)
      .duration_or_zero("warn_after", &idle_config::warn_after, 1s, 30 * 24h)
      .duration_or_zero("kick_after", &idle_config::kick_after, 1s, 30 * 24h)
      .word<idle_activity>("activity", &idle_config::activity,
                           {{"input", idle_activity::input}, {"message", idle_activity::message}});
  section_rows(keys, "fanout", &config::fanout)
      .duration_or_zero("flush_interval", &fanout_config::flush_interval, 1ms, 1s)
      .size("outbox_limit", &fanout_config::outbox_limit, 64 * kib, 1 * gib)
      .size("send_buffer", &fanout_config::send_buffer, 16 * kib, 64 * mib);
  section_rows(keys, "presence", &config::presence)
      .duration_or_zero("interval", &presence_config::interval, 10ms, 1min)
      .number("detail_limit", &presence_config::detail_limit, 0, 100'000);
  section_rows(keys, "rooms", &config::rooms)
      .text("default", "3 to 32 of A-Z a-z 0-9 _ . -", "3 to 32 of A-Z a-z 0-9 _ . -", set_default_room)
      .number("capacity", &rooms_config::capacity, 0, 10'000'000)
      .number("max", &rooms_config::max, 0, 100'000)
      .number("per_user", &rooms_config::per_user, 0, 100'000)
      .number("direct", &rooms_config::direct, 0, 1'000'000);
  section_rows(keys, "history", &config::history)
      .word<history_mode>(
          "mode", &history_config::mode,
          {{"sqlite", history_mode::sqlite}, {"memory", history_mode::memory}, {"off", history_mode::off}})
      .word<history_sync>("sync", &history_config::sync,
                          {{"normal", history_sync::normal}, {"full", history_sync::full}})
      .word<history_deliver>(
          "deliver", &history_config::deliver,
          {{"after_commit", history_deliver::after_commit}, {"at_once", history_deliver::at_once}})
      .duration_or_zero("keep", &history_config::keep, 1min, 3650 * 24h)
      .number("keep_count", &history_config::keep_count, 1, 1'000'000)
      .size_or_zero("max_size", &history_config::max_size, 4 * mib, 1024 * gib)
      .number("on_join", &history_config::on_join, 0, 1'000);
}

void add_auth_and_log_keys(std::vector<config_key>& keys) {
  section_rows(keys, "auth", &config::auth)
      .word<auth::hash_algorithm>(
          "hash", &auth_config::hash,
          {{"scrypt", auth::hash_algorithm::scrypt}, {"pbkdf2", auth::hash_algorithm::pbkdf2}})
      .number("pbkdf2_rounds", &auth_config::pbkdf2_rounds, 1'000, 10'000'000)
      .number("hashing_threads", &auth_config::hashing_threads, 1, 64)
      .number("hashing_queue", &auth_config::hashing_queue, 1, 100'000)
      .duration("session_idle", &auth_config::session_idle, 1s, 365 * 24h)
      .duration("session_lifetime", &auth_config::session_lifetime, 1s, 365 * 24h)
      .word<registration_mode>("registration", &auth_config::registration,
                               {{"open", registration_mode::open}, {"closed", registration_mode::closed}})
      .events("attempts", &auth_config::attempts)
      .events("registrations", &auth_config::registrations)
      .list("operators", &auth_config::operators, "0 to 100 user names", "a user name, at most 100 of them",
            add_operator)
      .may_be_empty();
  section_rows(keys, "log", &config::log)
      .word<log_level>("level", &log_config::level,
                       {{"trace", log_level::trace},
                        {"debug", log_level::debug},
                        {"info", log_level::info},
                        {"warn", log_level::warn},
                        {"error", log_level::error}})
      .word<log_format>("format", &log_config::format,
                        {{"text", log_format::text}, {"json", log_format::json}})
      .path("file", &log_config::file, "stderr or the path of a file");
}

}  // namespace

const std::vector<config_key>& config_keys() {
  static const std::vector<config_key> keys = [] {
    std::vector<config_key> all;
    add_connection_keys(all);
    add_chat_keys(all);
    add_auth_and_log_keys(all);
    return all;
  }();
  return keys;
}

}  // namespace parley
