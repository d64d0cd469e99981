#pragma once
// One room of sqlite_history, at the room's home. Its newest messages are in memory, so whoever comes in or
// comes back soon waits for no disk.

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "chat/history_access.hpp"
#include "chat/recent_ids.hpp"
#include "chat/room_log.hpp"

namespace parley::chat {

class sqlite_room_log final : public room_log {
 public:
  sqlite_room_log(history_access& history, std::shared_ptr<history_room> state,
                  std::vector<room_message> newest, std::size_t at_hand);

  const std::string& epoch() const override { return epoch_; }
  std::uint64_t last_seq() const override { return last_seq_; }
  // From now on what is said is shown before it is stored, under seqs up to `reserved`. Before the first
  // append().
  void show_at_once(recent_ids ids, std::uint64_t reserved);

  bool append(log_entry entry) override;
  bool is_storing() const override { return storing_ != 0; }
  bool is_damaged() const override { return history_.is_damaged(); }
  void next_flush(time_point due) override { next_flush_ = due; }
  page read_after(std::uint64_t seq, std::size_t limit) const override;
  page read_last(std::size_t limit) const override;
  bool read(range wanted, const std::string& asker, reader then) override;
  bool count_unread(std::uint64_t after, const std::string& user, counter then) override;

  // News from the writer: what became of an entry, that messages up to a seq are gone, and how far seqs may
  // be given.
  void apply(commit what);
  void forget(std::uint64_t pruned);
  void reserved(std::uint64_t up_to);

 private:
  bool show(log_entry entry);
  void apply_shown(commit what);
  void hold(const log_entry& entry, std::uint64_t seq);
  void reserve_in_time();

  history_access& history_;
  std::shared_ptr<history_room> state_;
  const std::string epoch_;
  const std::size_t at_hand_limit_;
  std::uint64_t last_seq_, pruned_;
  time_point next_flush_{};
  std::size_t storing_ = 0;           // entries that are not shown before
  std::deque<room_message> at_hand_;  // all messages after at_hand_after_
  std::uint64_t at_hand_after_;

  // Where what is said is shown before it is stored.
  bool at_once_ = false, reserving_ = false;
  std::uint64_t reserved_ = 0;
  recent_ids ids_;
};

}  // namespace parley::chat
