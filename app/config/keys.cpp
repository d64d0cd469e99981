#include "app/config/keys.hpp"

#include <algorithm>
#include <utility>

#include "app/config/host_name.hpp"
#include "app/config/nearest_word.hpp"
#include "app/config/printable.hpp"
#include "app/config/trusted_proxies.hpp"
#include "app/config/values.hpp"
#include "auth/user_name.hpp"

namespace parley {
namespace {

using std::chrono::milliseconds;
using namespace std::chrono_literals;

using set_result = tl::expected<void, std::string>;

constexpr std::uint64_t kib = 1024;
constexpr std::uint64_t mib = 1024 * kib;
constexpr std::uint64_t gib = 1024 * mib;
constexpr std::size_t most_hosts = 100;
constexpr std::size_t most_events = 1'000'000;
constexpr milliseconds shortest_rate_time = 100ms;
constexpr milliseconds longest_rate_time = 24h;

set_result refuse(std::string hint = {}) {
  return tl::unexpected(std::move(hint));
}

// "a, b or c"
std::string listed(const std::vector<std::string>& words) {
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) out += i + 1 == words.size() ? " or " : ", ";
    out += words[i];
  }
  return out;
}

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

set_result set_address(config& out, std::string_view text) {
  if (!ip_literal(text)) return refuse(address_hint(text));
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

set_result add_host(config& out, std::string_view text) {
  std::string host(text);
  if (const auto literal = ip_literal(text)) {
    host = *literal;
  } else if (!is_host_name(text)) {
    return refuse(host_hint(text));
  }
  for (char& c : host) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  auto& hosts = out.server.hosts;
  if (std::find(hosts.begin(), hosts.end(), host) != hosts.end()) return {};
  if (hosts.size() == most_hosts) return refuse("these are more");
  hosts.push_back(std::move(host));
  return {};
}

set_result add_proxy(config& out, std::string_view text) {
  if (!ip_network::parse(text)) return refuse();
  auto& proxies = out.server.trusted_proxies;
  if (proxies.size() == most_hosts) return refuse("these are more");
  proxies.emplace_back(text);
  return {};
}

set_result add_operator(config& out, std::string_view text) {
  const auto name = auth::user_name::parse(text);
  if (!name) return refuse(name.error());
  auto& operators = out.auth.operators;
  if (std::find(operators.begin(), operators.end(), name->key()) != operators.end()) return {};
  if (operators.size() == most_hosts) return refuse("these are more");
  operators.push_back(name->key());
  return {};
}

set_result set_default_room(config& out, std::string_view text) {
  const auto allowed = [](char c) { return is_letter_or_digit(c) || c == '_' || c == '.' || c == '-'; };
  if (text.size() < 3 || text.size() > 32 || !std::all_of(text.begin(), text.end(), allowed)) return refuse();
  out.rooms.default_room = text;
  for (char& c : out.rooms.default_room) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return {};
}

// Adds the rows of one section to the table.
template <typename Section>
class section_rows {
 public:
  section_rows(std::vector<config_key>& keys, std::string name, Section config::*section)
      : keys_(keys), name_(std::move(name)), section_(section) {}

  template <typename T>
  section_rows& number(const std::string& key, T Section::*member, std::uint64_t from, std::uint64_t to) {
    const std::string range = std::to_string(from) + " to " + std::to_string(to);
    const auto assign = [section = section_, member, from, to](config& out,
                                                               std::string_view text) -> set_result {
      const auto value = read_number(text);
      if (!value || *value < from || *value > to) return refuse();
      (out.*section).*member = static_cast<T>(*value);
      return {};
    };
    return add(key, range, "a whole number from " + range, assign);
  }

  section_rows& number_or_auto(const std::string& key, std::optional<std::size_t> Section::*member,
                               std::uint64_t from, std::uint64_t to) {
    const std::string range = std::to_string(from) + " to " + std::to_string(to);
    const auto assign = [section = section_, member, from, to](config& out,
                                                               std::string_view text) -> set_result {
      const auto value = read_number(text);
      if (text != "auto" && (!value || *value < from || *value > to)) return refuse();
      auto& target = (out.*section).*member;
      target = text == "auto" ? std::nullopt : std::optional<std::size_t>(static_cast<std::size_t>(*value));
      return {};
    };
    return add(key, "auto, or " + range, "auto or a whole number from " + range, assign);
  }

  section_rows& duration(const std::string& key, milliseconds Section::*member, milliseconds from,
                         milliseconds to) {
    const std::string range = to_text(from) + " to " + to_text(to);
    return add(key, range, "a duration from " + range, assign_duration(member, from, to, false));
  }

  section_rows& duration_or_zero(const std::string& key, milliseconds Section::*member, milliseconds from,
                                 milliseconds to) {
    const std::string range = to_text(from) + " to " + to_text(to);
    return add(key, "0, or " + range, "0 or a duration from " + range,
               assign_duration(member, from, to, true));
  }

  section_rows& size(const std::string& key, std::size_t Section::*member, std::uint64_t from,
                     std::uint64_t to) {
    const std::string range = size_to_text(from) + " to " + size_to_text(to);
    const auto assign = [section = section_, member, from, to](config& out,
                                                               std::string_view text) -> set_result {
      const auto value = read_size(text);
      if (!value) return refuse(value.error());
      if (*value < from || *value > to) return refuse();
      (out.*section).*member = static_cast<std::size_t>(*value);
      return {};
    };
    return add(key, range, "a size from " + range, assign);
  }

  section_rows& events(const std::string& key, rate Section::*member) {
    const std::string range = "1 to " + std::to_string(most_events) + " in " + to_text(shortest_rate_time) +
                              " to " + to_text(longest_rate_time);
    const auto assign = [section = section_, member](config& out, std::string_view text) -> set_result {
      const auto value = read_rate(text);
      if (!value) return refuse(value.error());
      const bool in_range =
          value->count <= most_events && value->per >= shortest_rate_time && value->per <= longest_rate_time;
      if (!value->off() && !in_range) return refuse();
      (out.*section).*member = *value;
      return {};
    };
    return add(key, "off, or " + range, "off or a rate such as 20 in 10s, " + range, assign);
  }

  template <typename Enum>
  section_rows& word(const std::string& key, Enum Section::*member,
                     std::vector<std::pair<std::string, Enum>> words) {
    std::vector<std::string> names;
    names.reserve(words.size());
    for (const auto& [name, value] : words) names.push_back(name);
    const auto assign = [section = section_, member, words, names](config& out,
                                                                   std::string_view text) -> set_result {
      for (const auto& [name, value] : words) {
        if (name != text) continue;
        (out.*section).*member = value;
        return {};
      }
      const auto meant = nearest_word(text, names);
      return refuse(meant ? "did you mean " + *meant + "?" : std::string());
    };
    return add(key, listed(names), listed(names), assign);
  }

  section_rows& path(const std::string& key, std::string Section::*member, const std::string& expected) {
    const auto assign = [section = section_, member](config& out, std::string_view text) -> set_result {
      const bool control = std::any_of(text.begin(), text.end(), [](char c) { return c >= 0 && c < ' '; });
      if (text.empty() || text.size() > longest_path || control) return refuse();
      (out.*section).*member = text;
      return {};
    };
    return add(key, expected, expected, assign);
  }

  section_rows& text(const std::string& key, const std::string& range, const std::string& expected,
                     decltype(config_key::set) assign) {
    return add(key, range, expected, std::move(assign));
  }

  section_rows& list(const std::string& key, std::vector<std::string> Section::*member,
                     const std::string& range, const std::string& expected,
                     decltype(config_key::set) append) {
    add(key, range, expected, std::move(append));
    keys_.back().clear = [section = section_, member](config& out) { ((out.*section).*member).clear(); };
    return *this;
  }

  // The list that was added last.
  section_rows& may_be_empty() {
    keys_.back().may_be_empty = true;
    return *this;
  }

 private:
  decltype(config_key::set) assign_duration(milliseconds Section::*member, milliseconds from, milliseconds to,
                                            bool or_zero) const {
    return [section = section_, member, from, to, or_zero](config& out, std::string_view text) -> set_result {
      const auto value = read_duration(text);
      if (!value) return refuse(value.error());
      const bool in_range = *value >= from && *value <= to;
      if (!in_range && !(or_zero && *value == 0ms)) return refuse();
      (out.*section).*member = *value;
      return {};
    };
  }

  section_rows& add(const std::string& key, std::string range, std::string expected,
                    decltype(config_key::set) set) {
    keys_.push_back({name_, key, std::move(range), std::move(expected), std::move(set), nullptr, false});
    return *this;
  }

  std::vector<config_key>& keys_;
  std::string name_;
  Section config::*section_;
};

void add_connection_keys(std::vector<config_key>& keys) {
  section_rows(keys, "server", &config::server)
      .text("address", "an IP address", R"(an IP address such as "::" or 127.0.0.1)", set_address)
      .number("port", &server_config::port, 0, 65'535)
      .number_or_auto("shards", &server_config::shards, 1, 256)
      .list("hosts", &server_config::hosts, "1 to 100 names",
            "a host name or IP address, at most 100 of them", add_host)
      .list("trusted_proxies", &server_config::trusted_proxies, "0 to 100 IP addresses or networks",
            "an IP address or a network such as 10.0.0.0/8, at most 100 of them", add_proxy)
      .may_be_empty();
  section_rows(keys, "tls", &config::tls)
      .path("certificate", &tls_config::certificate, "auto or the path of a PEM file")
      .path("key", &tls_config::key, "auto or the path of a PEM file");
  section_rows(keys, "data", &config::data).path("folder", &data_config::folder, "the path of a folder");
  section_rows(keys, "limits", &config::limits)
      .number("message_length", &limits_config::message_length, 1, 10'000)
      .duration_or_zero("message_interval", &limits_config::message_interval, 1ms, 1h)
      .events("flood", &limits_config::flood)
      .events("frame_rate", &limits_config::frame_rate)
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
      .size("outbox_limit", &fanout_config::outbox_limit, 64 * kib, 1 * gib);
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
                        {{"text", log_format::text}, {"json", log_format::json}});
}

std::optional<std::string> one_sided_certificate(const config& c) {
  if ((c.tls.certificate == "auto") == (c.tls.key == "auto")) return std::nullopt;
  return "tls.certificate is " + in_quotes(c.tls.certificate) + " and tls.key is " + in_quotes(c.tls.key) +
         "; expected both auto or both files";
}

std::optional<std::string> message_beyond_frame(const config& c) {
  const std::size_t needed = (longest_message_frame(c.limits.message_length) + kib - 1) / kib * kib;
  if (c.limits.frame_size >= needed) return std::nullopt;
  return "limits.message_length is " + std::to_string(c.limits.message_length) +
         " and limits.frame_size is " + size_to_text(c.limits.frame_size) +
         "; expected a frame_size of at least " + size_to_text(needed) +
         ", which so many characters can take as JSON, or a smaller message_length";
}

std::optional<std::string> kick_before_warning(const config& c) {
  if (c.idle.warn_after == 0ms || c.idle.kick_after == 0ms || c.idle.warn_after < c.idle.kick_after) {
    return std::nullopt;
  }
  return "idle.warn_after is " + to_text(c.idle.warn_after) + " and idle.kick_after is " +
         to_text(c.idle.kick_after) + "; expected the warning before the kick, or 0 for no warning";
}

std::optional<std::string> more_on_join_than_kept(const config& c) {
  if (c.history.on_join <= c.history.keep_count) return std::nullopt;
  return "history.on_join is " + std::to_string(c.history.on_join) + " and history.keep_count is " +
         std::to_string(c.history.keep_count) + "; expected on_join to be at most keep_count";
}

std::optional<std::string> welcome_beyond_outbox(const config& c) {
  constexpr std::size_t around_message = 128;  // "seq", "from" and "at" with their values
  constexpr std::size_t bytes_of_name = 40;
  const std::size_t needed = c.history.on_join * (4 * c.limits.message_length + around_message) +
                             c.presence.detail_limit * bytes_of_name;
  if (c.history.mode == history_mode::off || needed <= c.fanout.outbox_limit) return std::nullopt;
  return "history.on_join is " + std::to_string(c.history.on_join) + ", limits.message_length is " +
         std::to_string(c.limits.message_length) + ", presence.detail_limit is " +
         std::to_string(c.presence.detail_limit) + " and fanout.outbox_limit is " +
         size_to_text(c.fanout.outbox_limit) + "; expected an outbox_limit of at least " +
         size_to_text((needed + kib - 1) / kib * kib) +
         ", which the messages and names for somebody who comes in can take";
}

std::optional<std::string> idle_beyond_lifetime(const config& c) {
  if (c.auth.session_idle <= c.auth.session_lifetime) return std::nullopt;
  return "auth.session_idle is " + to_text(c.auth.session_idle) + " and auth.session_lifetime is " +
         to_text(c.auth.session_lifetime) + "; expected session_idle to be at most session_lifetime";
}

}  // namespace

std::size_t longest_message_frame(std::size_t message_length) {
  // A character outside the basic plane is twelve bytes as \ud83d\ude00; the rest of the frame, with an id of
  // 64 such characters and an escaped room name, stays below 1 KiB.
  return 12 * message_length + kib;
}

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

const std::vector<config_contradiction>& config_contradictions() {
  static const std::vector<config_contradiction> contradictions = {
      {{"tls.certificate", "tls.key"}, one_sided_certificate},
      {{"limits.message_length", "limits.frame_size"}, message_beyond_frame},
      {{"idle.warn_after", "idle.kick_after"}, kick_before_warning},
      {{"history.keep_count", "history.on_join"}, more_on_join_than_kept},
      {{"history.on_join", "fanout.outbox_limit", "limits.message_length", "presence.detail_limit"},
       welcome_beyond_outbox},
      {{"auth.session_idle", "auth.session_lifetime"}, idle_beyond_lifetime},
  };
  return contradictions;
}

}  // namespace parley
