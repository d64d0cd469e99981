#include "chat/room.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

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

// False where there are too many of them already.
template <class Names>
bool add_name(Names& names, const std::string& name) {
  if (names.size() >= room_record::most_named && !names.contains(name)) return false;
  names.insert(name);
  return true;
}

// What an act makes of a record. False where a list of it is full.
bool apply(const moderation& act, room_record& record, unix_ms at) {
  std::erase_if(record.muted, [&](const auto& each) { return each.second <= at; });
  switch (act.act) {
    case moderation_act::mute:
      if (record.muted.size() >= room_record::most_named && !record.muted.contains(act.key)) return false;
      record.muted[act.key] = at + act.mute_for.count();
      return true;
    case moderation_act::unmute:
      record.muted.erase(act.key);
      return true;
    case moderation_act::kick:
      record.members.erase(act.key);
      return true;
    case moderation_act::ban:
      record.members.erase(act.key);
      record.moderators.erase(act.key);
      return add_name(record.banned, act.key);
    case moderation_act::unban:
      record.banned.erase(act.key);
      return true;
    case moderation_act::appoint:
      return add_name(record.moderators, act.key);
    case moderation_act::dismiss:
      record.moderators.erase(act.key);
      return true;
    case moderation_act::remove:
      break;
  }
  return true;
}

// Ranks that only an owner may give and take.
bool concerns_roles(moderation_act act) {
  return act == moderation_act::appoint || act == moderation_act::dismiss;
}

}  // namespace

room::room(room_name name, room_settings settings, room_record record, std::unique_ptr<room_log> log)
    : name_(std::move(name)),
      settings_(std::move(settings)),
      record_(std::move(record)),
      log_(std::move(log)) {}

// --- coming and going ---

std::size_t room::capacity_of(const room_record& record) const {
  if (name_.direct()) return 2;
  if (record.capacity == 0 || settings_.capacity == 0) return std::max(record.capacity, settings_.capacity);
  return std::min(record.capacity, settings_.capacity);
}

room_view room::view() const {
  return {record_.topic, record_.owner, record_.is_private, capacity_of(record_), record_.slow_mode};
}

tl::expected<void, refusal> room::may_enter(const entry_request& request) {
  const auto& who = request.who;
  if (record_.banned.contains(who.key) && !who.is_operator)
    return tl::unexpected(refusal{error_code::forbidden, "You are banned from the room " + name() + "."});
  const bool invited = !record_.invite.empty() && request.invite == record_.invite;
  if (!record_.admits(who) && !is_one_of_two(who) && !invited)
    return tl::unexpected(
        refusal{error_code::forbidden, request.invite.empty()
                                           ? "The room " + name() + " is private: come with an invitation."
                                           : "This invitation to the room " + name() + " is not valid."});
  if (!record_.admits(who) && record_.members.size() >= room_record::most_named)
    return tl::unexpected(refusal{error_code::room_full, "The room " + name() + " takes no more members."});
  const auto bound = capacity_of(record_);
  if (!has(who.user) && bound != 0 && sockets_.size() >= bound)
    return tl::unexpected(refusal{error_code::room_full,
                                  "The room " + name() + " is full: " + std::to_string(bound) + " are in."});
  return {};
}

bool room::is_one_of_two(const actor& who) const {
  const auto two = name_.direct();
  return two && (two->first == who.key || two->second == who.key);
}

bool room::may_stay(const actor& who) const {
  if (record_.banned.contains(who.key) && !who.is_operator) return false;
  return record_.admits(who) || is_one_of_two(who);
}

tl::expected<joined, refusal> room::join(const entry_request& request, unix_ms now) {
  const auto& user = request.who.user;
  if (auto may = may_enter(request); !may) return tl::unexpected(may.error());
  if (!record_.admits(request.who)) {  // from now on without the invitation
    auto changed = record_;
    changed.members.insert(request.who.key);
    if (auto taken = adopt(std::move(changed), record_entry(request.who, now)); !taken)
      return tl::unexpected(taken.error().why);
  }
  if (++sockets_[user] == 1) {
    came_.insert(user);
    went_.erase(user);
  }
  return describe(request, now);
}

joined room::describe(const entry_request& request, unix_ms now) const {
  joined answer;
  answer.room = name();
  answer.epoch = log_->epoch();
  answer.seq = log_->last_seq();
  answer.count = sockets_.size();
  answer.view = view();
  const auto rank = record_.rank_of(request.who);
  answer.role = to_word(rank);
  if (rank >= rank::moderator) answer.invite = record_.invite;
  answer.muted = record_.mute_left(request.who.key, now);
  if (names_members()) {
    answer.members.emplace();
    for (const auto& [user, sockets] : sockets_) answer.members->push_back(user);
  }
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

void room::leave(const std::string& user) {
  const auto found = sockets_.find(user);
  if (found == sockets_.end() || --found->second != 0) return;
  sockets_.erase(found);
  came_.erase(user);
  went_.insert(user);
}

std::string room::take_presence() {
  presence frame;
  frame.room = name();
  frame.count = sockets_.size();
  if (names_members()) {
    frame.joined.emplace(came_.begin(), came_.end());
    frame.left.emplace(went_.begin(), went_.end());
    if (!named_last_) {  // small enough again: nobody knows the names
      frame.joined->clear();
      for (const auto& [user, sockets] : sockets_) frame.joined->push_back(user);
    }
  }
  named_last_ = names_members();
  came_.clear();
  went_.clear();
  return to_json(frame);
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
  if (const auto wait = slow_down(message, now)) return tl::unexpected(*wait);
  log_entry entry;
  entry.user = who.user;
  entry.id = message.id;
  entry.text = message.text.str();
  entry.at = at;
  entry.origin = message.origin;
  take_turn(message, now);
  auto stored = store(std::move(entry));
  if (!stored) turns_.erase(who.key);
  return stored;
}

// One message of each member in so many seconds; those who look after the room are free.
std::optional<room_refusal> room::slow_down(const submission& message, time_point now) {
  if (record_.slow_mode == milliseconds::zero()) {
    turns_.clear();
    return std::nullopt;
  }
  if (record_.rank_of(message.who) != rank::member) return std::nullopt;
  std::erase_if(turns_, [&](const auto& each) { return each.second.at + record_.slow_mode <= now; });
  const auto last = turns_.find(message.who.key);
  if (last == turns_.end() || (!message.id.empty() && last->second.id == message.id)) return std::nullopt;
  return room_refusal{{error_code::rate_limited,
                       "This room is in slow mode: one message every " + in_words(record_.slow_mode) + "."},
                      until(now, last->second.at + record_.slow_mode)};
}

void room::take_turn(const submission& message, time_point now) {
  if (record_.slow_mode == milliseconds::zero() || record_.rank_of(message.who) != rank::member) return;
  turns_.try_emplace(message.who.key, turn{now, message.id});
}

// What was taken and could not be stored after all: a message may be said again at once, a change stays in
// force and is stored later.
void room::take_back(const log_entry& entry) {
  if (!entry.record.empty())
    keep_for_later(entry);
  else if (entry.kind == event_kind::message)
    turns_.erase(ascii_lower(entry.user));
}

// --- those who look after it ---

tl::expected<void, room_refusal> room::may_act(const actor& who, const moderation& act) const {
  const auto rank = record_.rank_of(who);
  if (name_.direct()) return refuse(error_code::forbidden, "Nobody moderates a room of two.");
  if (rank < (concerns_roles(act.act) ? rank::owner : rank::moderator))
    return refuse(error_code::forbidden, concerns_roles(act.act)
                                             ? "Only the owner of the room " + name() + " may do that."
                                             : "Only a moderator of the room " + name() + " may do that.");
  if (act.act == moderation_act::remove) return {};
  if (act.key == who.key) return refuse(error_code::forbidden, "That cannot be done to oneself.");
  if (record_.rank_of({act.user, act.key, act.is_operator}) >= rank)
    return refuse(error_code::forbidden, act.user + " has as much to say here as you have.");
  return {};
}

tl::expected<bool, room_refusal> room::moderate(const actor& who, const moderation& act, log_origin origin,
                                                unix_ms at) {
  if (auto may = may_act(who, act); !may) return tl::unexpected(may.error());
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
    shown["capacity"] = capacity_of(changed);
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
      for (const auto& [user, sockets] : sockets_)
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
