#include "chat/room.hpp"

namespace parley::chat {

room::room(room_name name, room_settings settings, std::unique_ptr<room_log> log)
    : name_(std::move(name)), settings_(settings), log_(std::move(log)) {}

tl::expected<joined, refusal> room::join(const std::string& user, const std::optional<position>& resume_at) {
  const auto found = sockets_.find(user);
  if (found != sockets_.end()) {
    ++found->second;
  } else {
    if (settings_.capacity != 0 && sockets_.size() >= settings_.capacity)
      return tl::unexpected(
          refusal{error_code::room_full,
                  "The room " + name() + " is full: " + std::to_string(settings_.capacity) + " are in."});
    sockets_.emplace(user, 1);
    came_.insert(user);
    went_.erase(user);
  }
  return describe(resume_at);
}

joined room::describe(const std::optional<position>& resume_at) const {
  joined answer;
  answer.room = name();
  answer.epoch = log_->epoch();
  answer.seq = log_->last_seq();
  answer.count = sockets_.size();
  if (names_members()) {
    answer.members.emplace();
    for (const auto& [user, sockets] : sockets_) answer.members->push_back(user);
  }
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

void room::listen(listener told) {
  log_->listen([this, told = std::move(told)](room_log::commit commit) {
    auto& [what, seq, entry] = commit;
    std::optional<std::string> frame;
    if (what == room_log::outcome::stored)
      frame = message_json(name(), {seq, std::move(entry.user), std::move(entry.text), entry.at});
    told({what, seq, std::move(entry.id), std::move(frame)});
  });
}

bool room::publish(const std::string& user, const std::string& id, const message_text& text, unix_ms at) {
  return log_->append({user, id, text.str(), at});
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

}  // namespace parley::chat
