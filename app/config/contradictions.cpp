#include "app/config/contradictions.hpp"

#include <chrono>

#include "app/config/printable.hpp"
#include "app/config/values.hpp"

namespace parley {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t one_kib = 1024;

std::optional<std::string> one_sided_certificate(const config& c) {
  if ((c.tls.certificate == "auto") == (c.tls.key == "auto")) return std::nullopt;
  return "tls.certificate is " + in_quotes(c.tls.certificate) + " and tls.key is " + in_quotes(c.tls.key) +
         "; expected both auto or both files";
}

std::optional<std::string> message_beyond_frame(const config& c) {
  const std::size_t needed =
      (longest_message_frame(c.limits.message_length) + one_kib - 1) / one_kib * one_kib;
  if (c.limits.frame_size >= needed) return std::nullopt;
  return "limits.message_length is " + std::to_string(c.limits.message_length) +
         " and limits.frame_size is " + size_to_text(c.limits.frame_size) +
         "; expected a frame_size of at least " + size_to_text(needed) +
         ", which so many characters can take as JSON, or a smaller message_length";
}

std::optional<std::string> frame_beyond_byte_rate(const config& c) {
  const auto& bytes = c.limits.byte_rate;
  constexpr std::size_t most_header = 14;  // RFC 6455, 5.2
  if (bytes.off() || bytes.count >= c.limits.frame_size + most_header) return std::nullopt;
  return "limits.byte_rate is " + byte_rate_to_text(bytes) + " and limits.frame_size is " +
         size_to_text(c.limits.frame_size) + "; expected a byte_rate of at least " +
         size_to_text(c.limits.frame_size + one_kib) + " in " + to_text(bytes.per) +
         ", so that the longest frame fits, or a smaller frame_size";
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
         size_to_text((needed + one_kib - 1) / one_kib * one_kib) +
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
  return 12 * message_length + one_kib;
}

const std::vector<config_contradiction>& config_contradictions() {
  static const std::vector<config_contradiction> contradictions = {
      {{"tls.certificate", "tls.key"}, one_sided_certificate},
      {{"limits.message_length", "limits.frame_size"}, message_beyond_frame},
      {{"limits.byte_rate", "limits.frame_size"}, frame_beyond_byte_rate},
      {{"idle.warn_after", "idle.kick_after"}, kick_before_warning},
      {{"history.keep_count", "history.on_join"}, more_on_join_than_kept},
      {{"history.on_join", "fanout.outbox_limit", "limits.message_length", "presence.detail_limit"},
       welcome_beyond_outbox},
      {{"auth.session_idle", "auth.session_lifetime"}, idle_beyond_lifetime},
  };
  return contradictions;
}

}  // namespace parley
