#pragma once
// Room logs that survive the process: one writer thread for all rooms, which commits whatever has gathered
// since it began the commit before (group commit), one reader thread for what is not in memory, and one for
// searches, so that nobody's scrolling waits for them.

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <tl/expected.hpp>

#include "chat/clock.hpp"
#include "chat/clock_watch.hpp"
#include "chat/history_access.hpp"
#include "chat/history_check.hpp"
#include "chat/history_damage.hpp"
#include "chat/history_database.hpp"
#include "chat/history_reading_thread.hpp"
#include "chat/history_rooms.hpp"
#include "chat/history_search.hpp"
#include "chat/history_upkeep.hpp"
#include "chat/history_write_queue.hpp"
#include "chat/room_log.hpp"

namespace parley::chat {

class sqlite_history final : private history_access {
 public:
  // Runs a function on the thread that a log lives on, later. What one thread gives runs in that order.
  using executor = history_room::executor;

  struct settings {
    std::filesystem::path file;
    bool full_sync = false;              // an fsync for each commit
    bool at_once = false;                // what is said is shown before it is stored
    milliseconds keep{0};                // how long a message is kept; 0: for ever
    std::size_t keep_count = 0;          // how many messages a room keeps; 0: all
    std::uint64_t max_size = 0;          // bytes of the file, about; 0: no limit
    std::size_t at_hand = 0;             // of them kept in memory for each room
    milliseconds commit_interval{0};     // see commit_pacer
    milliseconds longest_gathering{50};  // for a room's next flush, whenever that is
    milliseconds index_interval{1'000};  // how long the words of messages gather before they are indexed
    milliseconds prune_interval{5'000};
    std::function<std::string()> new_epoch;
    std::function<clock_reading()> now;
    // Whether there is space on the disk: else no messages and no new rooms are taken. Any thread.
    std::function<bool()> has_space = [] { return true; };
    std::uintmax_t most_checked = history_opening{}.most_checked;  // bytes; larger ones in the background
    // Trouble with the file, and the end of it, in one sentence each. Any thread.
    history_report report;
  };

  static tl::expected<std::unique_ptr<sqlite_history>, std::string> open(settings how);
  ~sqlite_history();
  sqlite_history(const sqlite_history&) = delete;
  sqlite_history& operator=(const sqlite_history&) = delete;

  // A room in the file: its name and its record (see room_record).
  struct known_room {
    std::string name, record;
  };
  std::vector<known_room> known_rooms();

  // Makes the room where there is none; it has this record from now on. Blocks for the disk; any thread. The
  // log may not be used after stop(), and is destroyed after it.
  tl::expected<std::unique_ptr<room_log>, std::string> open_log(const std::string& room,
                                                                const std::string& record, executor home);

  // Looks for messages with all the words of a query in some rooms, newest first, before a place, among all
  // that were stored before. Nothing comes where they could not be looked through; false where too many are
  // reading.
  using finder = std::function<void(std::optional<search_page>)>;
  using wanted_search = chat::wanted_search;
  bool search(wanted_search wanted, executor home, finder then);

  // What is there may not be found, and nothing new is stored. Any thread.
  bool is_damaged() const override { return damage_.is_known(); }

  // Waits until everything that was appended before is committed or has failed, and its home has been given
  // the news. False where that takes longer.
  bool drain(milliseconds limit) { return queue_.drain(limit); }

  // Commits what waits and ends the threads. Nothing is given to an executor after it.
  void stop();

 private:
  using pending = history_write_queue::pending;
  struct asked_search {
    wanted_search wanted;
    executor home;
    finder then;
  };

  sqlite_history(settings how, history_database database);

  // For the rooms' logs.
  bool append(pending entry) override { return queue_.add(std::move(entry)); }
  bool read(const std::string& asker, history_reading_thread::task task) override;
  bool reserve(const std::shared_ptr<history_room>& room, std::uint64_t up_to) override;

  std::vector<std::pair<std::int64_t, std::string>> ids_of(const std::vector<std::string>& names) const;
  void write_loop();
  bool write(std::vector<pending>& taken);
  void hand_out_searches();
  bool is_indexed(const wanted_search& wanted) const;
  void answer(const asked_search& asked, std::optional<search_page> page);
  void commit(std::span<pending> group);
  void tell(std::span<history_database::insertion> done, std::span<const pending> group);
  void note_trouble(const std::string& what);

  const settings settings_;
  history_database database_;  // the writer's, once it runs
  std::mutex database_mutex_;  // for open_log() beside it
  history_rooms rooms_;
  history_damage damage_;

  // The writer's.
  history_upkeep upkeep_;
  bool in_trouble_ = false;
  std::vector<std::shared_ptr<const asked_search>> to_search_;

  std::atomic<std::size_t> searching_ = 0;  // from being asked for to being answered
  history_write_queue queue_;
  history_reading_thread pages_, searches_;
  std::thread writer_;
  std::optional<history_check> check_;  // where it was not checked before
};

}  // namespace parley::chat
