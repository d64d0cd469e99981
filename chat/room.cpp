#include "chat/room.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "chat/moderation_rules.hpp"

namespace parley::chat {
namespace {

tl::unexpected<room_refusal> refuse(error_code code, std::string message,
                                    std::optional<milliseconds> retry_after = {}) {
  return tl::unexpected(room_refusal{{code, std::move(message)}, retry_after});
}

std::string in_words(milliseconds time) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(time).count();
  if (seconds == 1) return "second";
  if (seconds <= 120) return std::to_string(seconds) + " seconds";
  const auto minutes = (seconds + 59) / 60;
  if (minutes <= 120) return std::to_string(minutes) + " minutes";
  return std::to_string((minutes + 59) / 60) + " hours";
}

// A change of the record that nobody in the room is told of.
log_entry record_entry(const actor& who, unix_ms at) {
  log_entry entry;
  entry.user = who.user;
  entry.at = at;
  entry.only_record = true;
  return entry;
}

// 0: no bound.
std::size_t capacity_of(const room_name& name, const room_record& record, const room_settings& settings) {
  if (name.direct()) return 2;
  if (record.capacity == 0 || settings.capacity == 0) return std::max(record.capacity, settings.capacity);
  return std::min(record.capacity, settings.capacity);
}

bool is_one_of_two(const room_name& name, const actor& who) {
  const auto two = name.direct();
  return two && (two->first == who.key || two->second == who.key);
}

}  // namespace

room::room(room_name name, room_settings settings, room_record record, std::unique_ptr<room_log> log)
    : name_(std::move(name)),
      settings_(std::move(settings)),
      record_(std::move(record)),
      log_(std::move(log)) {}

// --- coming and going ---

room_view room::view() const {
  return {record_.topic, record_.owner, record_.is_private, capacity_of(name_, record_, settings_),
          record_.slow_mode};
}

tl::expected<void, refusal> room::may_enter(const entry_request& request) {
  const auto& who = request.who;
  if (record_.banned.contains(who.key) && !who.is_operator)
    return tl::unexpected(refusal{error_code::forbidden, "You are banned from the room " + name() + "."});
  const bool invited = !record_.invite.empty() && request.invite == record_.invite;
  if (!record_.admits(who) && !is_one_of_two(name_, who) && !invited)
    return tl::unexpected(
        refusal{error_code::forbidden, request.invite.empty()
                                           ? "The room " + name() + " is private: come with an invitation."
                                           : "This invitation to the room " + name() + " is not valid."});
  if (!record_.admits(who) && record_.members.size() >= room_record::most_named)
    return tl::unexpected(refusal{error_code::room_full, "The room " + name() + " takes no more members."});
  const auto bound = capacity_of(name_, record_, settings_);
  if (!has(who.user) && bound != 0 && occupants_.count() >= bound)
    return tl::unexpected(refusal{error_code::room_full,
                                  "The room " + name() + " is full: " + std::to_string(bound) + " are in."});
  return {};
}

bool room::may_stay(const actor& who) const {
  if (record_.banned.contains(who.key) && !who.is_operator) return false;
  return record_.admits(who) || is_one_of_two(name_, who);
}

tl::expected<joined, refusal> room::join(const entry_request& request, unix_ms now) {
  if (auto may = may_enter(request); !may) return tl::unexpected(may.error());
  if (!record_.admits(request.who)) {  // from now on without the invitation
    auto changed = record_;
    changed.members.insert(request.who.key);
    if (auto taken = adopt(std::move(changed), record_entry(request.who, now)); !taken)
      return tl::unexpected(taken.error().why);
  }
  occupants_.enter(request.who.user);
  return describe(request, now);
}

joined room::describe(const entry_request& request, unix_ms now) const {
  joined answer;
  answer.room = name();
  answer.epoch = log_->epoch();
  answer.seq = log_->last_seq();
  answer.count = occupants_.count();
  answer.view = view();
  const auto rank = record_.rank_of(request.who);
  answer.role = to_word(rank);
  if (rank >= rank::moderator) answer.invite = record_.invite;
  answer.muted = record_.mute_left(request.who.key, now);
  if (names_members()) answer.members = occupants_.names();
  const auto& resume_at = request.resume_at;
  if (resume_at && resume_at->epoch == log_->epoch()) {
    // Never partly: all of what was missed, though `more` of it may have to be fetched, or the last messages.
    auto page = log_->read_after(resume_at->seq, settings_.on_join);
    if (page.complete) {
      answer.messages = std::move(page.messages);
      answer.more = page.more;
      answer.recovered = true;
      return answer;
    }
  }
  auto page = log_->read_last(settings_.on_join);
  answer.messages = std::move(page.messages);
  answer.more = page.more;
  return answer;
}

std::string room::take_presence() {
  auto changes = occupants_.take_changes(names_members());
  changes.room = name();
  return to_json(changes);
}

// --- the log ---

void room::listen(listener told) {
  log_->listen([this, told = std::move(told)](room_log::commit commit) {
    published news{commit.what, commit.seq, std::move(commit.entry), {}};
    using outcome = room_log::outcome;
    const bool is_new = news.what == outcome::shown || (news.what == outcome::stored && !commit.was_shown);
    if (news.what == outcome::failed) take_back(news.entry);
    if (is_new && !news.entry.only_record) news.frame = event_json(name(), event_of(news.seq, news.entry));
    told(news);
  });
}

tl::expected<void, room_refusal> room::store(log_entry entry) {
  if (log_->append(std::move(entry))) return {};
  return refuse(error_code::unavailable, "More is being said than can be stored. Try again.", retry_storing);
}

tl::expected<void, room_refusal> room::publish(const submission& message, time_point now, unix_ms at) {
  const auto& who = message.who;
  if (!has(who.user) || !may_stay(who))
    return refuse(error_code::not_member, "Join the room " + name() + " first.");
  if (const auto left = record_.mute_left(who.key, at); left && record_.rank_of(who) != rank::op)
    return refuse(error_code::muted, "You are muted in this room for another " + in_words(*left) + ".", left);
  // Those who look after the room are free.
  const bool by_turns = record_.slow_mode != milliseconds::zero() && record_.rank_of(who) == rank::member;
  if (record_.slow_mode == milliseconds::zero()) turns_.switch_off();
  if (by_turns) {
    if (const auto wait = turns_.wait(who.key, message.id, record_.slow_mode, now))
      return refuse(error_code::rate_limited,
                    "This room is in slow mode: one message every " + in_words(record_.slow_mode) + ".",
                    wait);
    turns_.take_turn(who.key, message.id, now);
  }
  log_entry entry;
  entry.user = who.user;
  entry.id = message.id;
  entry.text = message.text.str();
  entry.at = at;
  entry.origin = message.origin;
  auto stored = store(std::move(entry));
  if (!stored) turns_.give_back(who.key);
  return stored;
}

// What was taken and could not be stored after all: a message may be said again at once, a change stays in
// force and is stored later.
void room::take_back(const log_entry& entry) {
  if (!entry.record.empty())
    keep_for_later(entry);
  else if (entry.kind == event_kind::message)
    turns_.give_back(ascii_lower(entry.user));
}

// --- those who look after it ---

tl::expected<bool, room_refusal> room::moderate(const actor& who, const moderation& act, log_origin origin,
                                                unix_ms at) {
  if (auto why = why_not(name_, record_, who, act)) return refuse(error_code::forbidden, std::move(*why));
  log_entry entry;
  entry.user = who.user;
  entry.at = at;
  entry.origin = origin;
  if (act.act == moderation_act::remove) {
    entry.kind = event_kind::removal;
    entry.target = act.seq;
    entry.text = act.reason;
    if (auto stored = store(std::move(entry)); !stored) return tl::unexpected(stored.error());
    return true;
  }
  auto changed = record_;
  if (!apply(act, changed, at))
    return refuse(error_code::forbidden, "There are too many of them: take some back first.");
  entry.only_record = true;
  return adopt(std::move(changed), std::move(entry));
}

// The record changes where the log has taken it.
tl::expected<bool, room_refusal> room::adopt(room_record changed, log_entry entry) {
  if (changed == record_) return false;
  entry.record = to_json(changed);
  auto before = std::exchange(record_, std::move(changed));  // the listener may look at it already
  if (auto stored = store(std::move(entry)); !stored) {
    record_ = std::move(before);
    return tl::unexpected(stored.error());
  }
  return true;
}

tl::expected<bool, room_refusal> room::configure(const actor& who, const room_changes& changes,
                                                 log_origin origin, unix_ms at) {
  const auto rank = record_.rank_of(who);
  if (name_.direct()) return refuse(error_code::forbidden, "A room of two has no settings.");
  const bool only_topic =
      !changes.is_private && !changes.capacity && !changes.slow_mode && !changes.renew_invite;
  if (rank < (only_topic ? rank::moderator : rank::owner))
    return refuse(error_code::forbidden,
                  only_topic ? "Only a moderator of the room " + name() + " may set its topic."
                             : "Only the owner of the room " + name() + " may change it.");
  if (changes.capacity && settings_.capacity != 0 && *changes.capacity > settings_.capacity)
    return refuse(error_code::bad_field,
                  "A room's capacity is at most " + std::to_string(settings_.capacity) + " here.");

  auto changed = record_;
  nlohmann::ordered_json shown = nlohmann::ordered_json::object();
  if (changes.topic && *changes.topic != changed.topic) shown["topic"] = changed.topic = *changes.topic;
  if (changes.capacity && *changes.capacity != changed.capacity) {
    changed.capacity = *changes.capacity;
    shown["capacity"] = capacity_of(name_, changed, settings_);
  }
  if (changes.slow_mode && *changes.slow_mode != changed.slow_mode) {
    changed.slow_mode = *changes.slow_mode;
    shown["slow_mode_ms"] = changed.slow_mode.count();
  }
  if (changes.is_private && *changes.is_private != changed.is_private) {
    shown["private"] = changed.is_private = *changes.is_private;
    changed.invite.clear();
    changed.members.clear();
    if (changed.is_private)  // who is in stays in
      for (const auto& user : occupants_.names())
        if (changed.members.size() < room_record::most_named) changed.members.insert(ascii_lower(user));
  }
  if (changed.is_private && (changed.invite.empty() || changes.renew_invite))
    changed.invite = settings_.new_invite();

  log_entry entry;
  entry.user = who.user;
  entry.at = at;
  entry.origin = origin;
  entry.only_record = shown.empty();
  if (!shown.empty()) {
    entry.text = shown.dump();
    entry.kind = event_kind::settings;
  }
  return adopt(std::move(changed), std::move(entry));
}

// --- members of private rooms ---

bool room::give_up(const actor& who, unix_ms at) {
  if (!record_.is_private || record_.rank_of(who) != rank::member) return false;
  auto changed = record_;
  if (changed.members.erase(who.key) == 0) return false;
  return adopt(std::move(changed), record_entry(who, at)).value_or(false);
}

std::optional<std::string> room::call_back(const actor& by, unix_ms at) {
  const auto two = name_.direct();
  if (!two) return std::nullopt;
  const auto& other = two->first == by.key ? two->second : two->first;
  if (record_.members.contains(other)) return std::nullopt;  // nearly always
  auto changed = record_;
  changed.members.insert(other);
  if (!adopt(std::move(changed), record_entry(by, at)).value_or(false)) return std::nullopt;
  return other;
}

// --- what could not be stored ---

void room::keep_for_later(const log_entry& entry) {
  constexpr std::size_t most_unstored = 100;  // of one room; the newest record says all that the older said
  if (unstored_.size() >= most_unstored) unstored_.pop_front();
  unstored_.push_back(entry);
  unstored_.back().origin = {};
  unstored_.back().seq = 0;
}

void room::store_again() {
  for (auto& entry : std::exchange(unstored_, {})) {
    entry.record = to_json(record_);
    auto again = entry;
    if (!log_->append(std::move(again))) keep_for_later(entry);
  }
}

room_details room::details(unix_ms now) const {
  room_details all{name(), view(), record_.invite, {}, {}, {}};
  all.moderators.assign(record_.moderators.begin(), record_.moderators.end());
  all.banned.assign(record_.banned.begin(), record_.banned.end());
  for (const auto& [key, until] : record_.muted)
    if (until > now) all.muted.push_back(key);
  return all;
}

standing room::standing_of(const actor& who, unix_ms now) const {
  return {name(), std::string(to_word(record_.rank_of(who))), record_.mute_left(who.key, now), {}, {}};
}

}  // namespace parley::chat
