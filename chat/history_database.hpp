#pragma once
// The file that keeps what was said: SQLite in WAL mode. Only SQL lives here; who may use it when is
// sqlite_history's business.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <SQLiteCpp/SQLiteCpp.h>
#include <tl/expected.hpp>

#include "chat/history_pruning.hpp"
#include "chat/history_schema.hpp"
#include "chat/history_space.hpp"
#include "chat/kept_room.hpp"
#include "chat/room_log.hpp"

namespace parley::chat {

// The connection that writes. For one thread at a time. Its functions throw SQLite::Exception, and have done
// nothing then.
class history_database {
 public:
  // Makes the file, mode 0600, where there is none. Where the machine, not only the process, may have died
  // since the last use, and what was committed last may be lost with it, all rooms get a new epoch. The error
  // names the file and says what to do.
  static tl::expected<history_database, std::string> open(const std::filesystem::path& file,
                                                          const history_opening& how);

  std::vector<kept_room> rooms();

  void set_record(kept_room& room, const std::string& record);
  kept_room make_room(const std::string& name, const std::string& epoch, const std::string& record);

  // The last `limit` messages, oldest first.
  std::vector<room_message> read_last(std::int64_t room, std::size_t limit);

  // The newest messages with an id, oldest first.
  struct known_id {
    std::string user, id;
    std::uint64_t seq;
  };
  std::vector<known_id> read_ids(std::int64_t room, std::size_t limit);

  // No seq up to this one is given again, whatever happens.
  void reserve(kept_room& room, std::uint64_t up_to);

  enum class work : std::uint8_t {
    add,
    find,   // only says what became of an earlier message with this id
    blank,  // only takes the text out of the target
  };
  struct insertion {
    kept_room* room;
    log_entry entry;
    work what_to_do = work::add;
    std::uint64_t seq = 0;
    room_log::outcome what = room_log::outcome::failed;
  };
  // One group commit. Each new event takes its room's next seq, where it has none yet, a repetition the first
  // one's. A message that is removed loses its text in the same commit. Where the times of the events are in
  // doubt, their age counts from `counted_at`.
  void insert(std::span<insertion> group, unix_ms counted_at = 0);

  // Makes the words of what is not indexed yet findable, each room's oldest first, in one transaction that
  // begins no further step after `until`. In larger transactions than messages wait for, this costs a third.
  // More is due in a room while its `indexed` is below its last_seq.
  void index(std::span<kept_room* const> rooms, time_point until);

  // See history_pruning.
  bool prune(kept_room& room, const keeping& what) { return pruning_->prune(room, what); }
  std::optional<unix_ms> oldest(const kept_room& room, unix_ms now) { return pruning_->oldest(room, now); }

  // See history_space.
  history_space& space() { return *space_; }
  const history_state& state() const { return state_; }

  // Has nothing to fear from the next start: all that was shown in these rooms is stored, or was taken back.
  void close_cleanly(const std::vector<const kept_room*>& rooms);

 private:
  struct statements {
    explicit statements(SQLite::Database& database);
    SQLite::Statement insert, find_id, blank, step, add_words, remove_words, set_indexed, set_record;
  };

  explicit history_database(const std::filesystem::path& file);
  void insert_one(insertion& one, unix_ms counted_at);
  bool insert_event(const insertion& one, unix_ms counted_at);
  void find(insertion& one);
  bool blank(const insertion& one);
  std::uint64_t index_step(const kept_room& room, std::uint64_t after, time_order& order);
  void remove_words(std::int64_t room, std::uint64_t first, std::uint64_t last);

  std::unique_ptr<SQLite::Database> database_;
  std::unique_ptr<statements> statements_;
  std::unique_ptr<history_pruning> pruning_;
  std::unique_ptr<history_space> space_;
  history_state state_;
};

}  // namespace parley::chat
