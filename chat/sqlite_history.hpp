#pragma once
// Room logs that survive the process: one writer thread for all rooms, which commits whatever has gathered
// since it began the commit before (group commit), one reader thread for what is not in memory, and one for
// searches, so that nobody's scrolling waits for them.

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include <tl/expected.hpp>

#include "chat/clock.hpp"
#include "chat/commit_pacer.hpp"
#include "chat/history_database.hpp"
#include "chat/room_log.hpp"

namespace parley::chat {

class sqlite_room_log;

class sqlite_history {
 public:
  // Runs a function on the thread that a log lives on, later. What one thread gives runs in that order.
  using executor = std::function<void(std::function<void()>)>;

  struct settings {
    std::filesystem::path file;
    bool full_sync = false;              // an fsync for each commit
    bool at_once = false;                // what is said is shown before it is stored
    milliseconds keep{0};                // how long a message is kept; 0: for ever
    std::size_t keep_count = 0;          // how many messages a room keeps; 0: all
    std::size_t at_hand = 0;             // of them kept in memory for each room
    milliseconds commit_interval{0};     // see commit_pacer
    milliseconds longest_gathering{50};  // for a room's next flush, whenever that is
    milliseconds index_interval{1'000};  // how long the words of messages gather before they are indexed
    milliseconds prune_interval{5'000};
    std::function<std::string()> new_epoch;
    std::function<unix_ms()> now;
    // Trouble with the file, and the end of it, in one sentence each. Any thread.
    std::function<void(const std::string&)> report;
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
  // that were stored before, unless more of them were waiting to be indexed than can be at once, or it
  // failed. Nothing comes where it could not be read; false where too many are reading.
  using finder = std::function<void(std::optional<search_page>)>;
  struct wanted_search {
    std::vector<std::string> rooms;
    std::string query;
    search_position before;
    std::size_t limit = 0;
  };
  bool search(wanted_search wanted, executor home, finder then);

  // Waits until everything that was appended before is committed or has failed, and its home has been given
  // the news. False where that takes longer.
  bool drain(milliseconds limit);

  // Commits what waits and ends the threads. Nothing is given to an executor after it.
  void stop();

 private:
  friend class sqlite_room_log;
  static constexpr std::uint64_t reserved_block = 50'000;  // seqs: as many as may wait to be stored
  struct room_state;
  // For the writer: an entry of a room, or something to do when all before it is committed.
  struct pending {
    std::shared_ptr<room_state> room;
    log_entry entry;
    history_database::work what_to_do = history_database::work::add;
    std::function<void()> errand = nullptr;
    time_point due = {};  // when it is shown; long ago: as soon as it is stored
  };
  // Done on the reader's thread. Once more and with null where the file could not be read.
  using read_task = std::function<void(history_reader*)>;
  // A thread that reads, and what waits for it.
  struct reader_lane {
    std::deque<read_task> tasks;
    std::condition_variable more;
    std::thread thread;
  };

  sqlite_history(settings how, history_database database);
  void add_room(std::shared_ptr<room_state> room);
  std::shared_ptr<room_state> find_room(const std::string& name);
  bool append(pending entry);
  bool read(read_task task);
  bool read_in(reader_lane& lane, std::size_t most, read_task task);
  bool reserve(const std::shared_ptr<room_state>& room, std::uint64_t up_to);
  search_page search_rooms(history_reader& database, const wanted_search& wanted);
  void write_loop();
  void read_loop(reader_lane& lane);
  void commit(std::span<pending> group);
  void tell(std::span<history_database::insertion> done, std::span<const pending> group);
  void wait_for_work(std::unique_lock<std::mutex>& lock, time_point until);
  bool write(std::vector<pending>& taken);
  void hand_out_searches();
  bool index_a_slice();
  bool prune_a_slice();
  void note_trouble(const std::string& what);

  const settings settings_;
  history_database database_;  // the writer's, once it runs
  std::mutex database_mutex_;  // for open_log() beside it

  std::mutex mutex_;  // of all below
  std::condition_variable more_to_write_, drained_;
  std::vector<pending> to_write_;
  std::size_t bytes_to_write_ = 0;  // of texts and records in it
  reader_lane pages_, searches_;
  std::size_t searching_ = 0;                       // from being asked for to being answered
  std::vector<std::shared_ptr<room_state>> rooms_;  // all that the file knows
  std::unordered_map<std::string, std::shared_ptr<room_state>> rooms_by_name_;
  bool writing_ = false, stopping_ = false;
  commit_pacer commits_;
  time_point wakes_at_ = time_point::min();  // the writer, by itself; min: it is awake

  // The writer's.
  bool in_trouble_ = false, cannot_index_ = false, cannot_prune_ = false;
  std::vector<std::shared_ptr<room_state>> to_index_;
  std::vector<read_task> to_search_;
  std::size_t next_pruned_ = 0;  // index of a room
  std::thread writer_;
};

}  // namespace parley::chat
