#include "chat/sqlite_history.hpp"

#include <algorithm>
#include <tuple>

#include "chat/sqlite_room_log.hpp"

namespace parley::chat {
namespace {

// A second's worth and more of the fastest rate that the writer keeps up with.
constexpr std::size_t max_to_write = 50'000;
constexpr std::size_t max_bytes_to_write = 64 * 1024 * 1024;
constexpr std::size_t max_group = 5'000;  // one commit: so many come back from it together
constexpr std::size_t max_to_read = 1'000;
constexpr std::size_t max_to_search = 40;
constexpr milliseconds longest_search{250};
constexpr milliseconds longest_indexing{10};  // in one transaction, which messages wait for

constexpr std::size_t shortest_beginning = 3;  // bytes; there are too many words that begin alike with fewer

// The words of what somebody typed, each in quotes, so that none of FTS5's operators is understood; the last
// may be the beginning of one.
std::string fts_query(const std::string& typed) {
  std::string query, word;
  const auto add = [&] {
    if (!word.empty()) query += (query.empty() ? "\"" : " \"") + word + '"';
    word.clear();
  };
  for (const char c : typed) {
    if (static_cast<unsigned char>(c) <= ' ') {  // FTS5 takes a NUL for the end
      add();
    } else {
      word += c;
      if (c == '"') word += c;
    }
  }
  const bool is_beginning = word.size() >= shortest_beginning;
  add();
  return is_beginning ? query + '*' : query;
}

}  // namespace

tl::expected<std::unique_ptr<sqlite_history>, std::string> sqlite_history::open(settings how) {
  auto database = history_database::open(how.file, how.full_sync, how.new_epoch);
  if (!database) return tl::unexpected(database.error());
  return std::unique_ptr<sqlite_history>(new sqlite_history(std::move(how), std::move(*database)));
}

sqlite_history::sqlite_history(settings how, history_database database)
    : settings_(std::move(how)),
      database_(std::move(database)),
      // An fsync costs too much to have one for each room's flush.
      commits_(settings_.commit_interval, settings_.commit_interval / (settings_.full_sync ? 1 : 4),
               settings_.longest_gathering) {
  for (auto& room : database_.rooms()) {
    auto state = std::make_shared<room_state>();
    state->kept = std::move(room);
    state->to_index = state->kept.indexed < state->kept.last_seq;
    if (state->to_index) to_index_.push_back(state);
    add_room(std::move(state));
  }
  writer_ = std::thread([this] { write_loop(); });
  for (auto* lane : {&pages_, &searches_}) lane->thread = std::thread([this, lane] { read_loop(*lane); });
}

sqlite_history::~sqlite_history() {
  stop();
}

std::vector<sqlite_history::known_room> sqlite_history::known_rooms() {
  const std::lock_guard lock(mutex_);
  std::vector<known_room> known;
  for (const auto& room : rooms_) known.push_back({room->kept.name, room->kept.record});
  return known;
}

tl::expected<std::unique_ptr<room_log>, std::string> sqlite_history::open_log(const std::string& room,
                                                                              const std::string& record,
                                                                              executor home) {
  try {
    const std::lock_guard lock(database_mutex_);
    auto state = find_room(room);
    if (!state) {
      state = std::make_shared<room_state>();
      state->kept = database_.make_room(room, settings_.new_epoch(), record);
      const std::lock_guard lock_rooms(mutex_);
      add_room(state);
    } else if (state->kept.record != record) {
      database_.set_record(state->kept, record);
      state->kept.record = record;
    }
    auto log = std::make_unique<sqlite_room_log>(
        *this, state, database_.read_last(state->kept.id, settings_.at_hand), settings_.at_hand);
    if (settings_.at_once) {
      database_.reserve(state->kept, state->kept.last_seq + reserved_block);
      recent_ids ids;
      for (const auto& known : database_.read_ids(state->kept.id, recent_ids::most))
        ids.add(known.user, known.id, known.seq);
      log->show_at_once(std::move(ids), state->kept.reserved);
    }
    state->log = log.get();
    state->home = std::move(home);
    return log;
  } catch (const SQLite::Exception& error) {
    return tl::unexpected("cannot read the room " + room + " in " + settings_.file.string() + ": " +
                          error.what());
  }
}

std::shared_ptr<sqlite_history::room_state> sqlite_history::find_room(const std::string& name) {
  const std::lock_guard lock(mutex_);
  const auto found = rooms_by_name_.find(name);
  return found == rooms_by_name_.end() ? nullptr : found->second;
}

void sqlite_history::add_room(std::shared_ptr<room_state> room) {
  rooms_by_name_.emplace(room->kept.name, room);
  rooms_.push_back(std::move(room));
}

bool sqlite_history::append(pending entry) {
  {
    const std::lock_guard lock(mutex_);
    if (to_write_.size() >= max_to_write || bytes_to_write_ >= max_bytes_to_write) return false;
    const auto bytes = entry.entry.text.size() + entry.entry.record.size();
    const auto due = entry.due;
    to_write_.push_back(std::move(entry));
    bytes_to_write_ += bytes;
    commits_.add(due, clock::now());
    if (commits_.next() >= wakes_at_) return true;
    wakes_at_ = time_point::min();
  }
  more_to_write_.notify_one();
  return true;
}

bool sqlite_history::read(read_task task) {
  if (!settings_.at_once) return read_in(pages_, max_to_read, std::move(task));
  // What was shown is on its way to the file, and has to be found there.
  return append({.room = nullptr, .entry = {}, .errand = [this, task = std::move(task)] {
                   if (!read_in(pages_, max_to_read, task)) task(nullptr);
                 }});
}

bool sqlite_history::read_in(reader_lane& lane, std::size_t most, read_task task) {
  {
    const std::lock_guard lock(mutex_);
    if (lane.tasks.size() >= most) return false;
    lane.tasks.push_back(std::move(task));
  }
  lane.more.notify_one();
  return true;
}

// The log hears of it, whatever comes of it. False where too much is waiting.
bool sqlite_history::reserve(const std::shared_ptr<room_state>& room, std::uint64_t up_to) {
  return append({.room = nullptr, .entry = {}, .errand = [this, room, up_to] {
                   try {
                     const std::lock_guard lock(database_mutex_);
                     database_.reserve(room->kept, up_to);
                   } catch (const SQLite::Exception& error) {
                     note_trouble(error.what());
                   }
                   room->home([log = room->log, up_to = room->kept.reserved] { log->reserved(up_to); });
                 }});
}

bool sqlite_history::search(wanted_search wanted, executor home, finder then) {
  {
    const std::lock_guard lock(mutex_);
    if (searching_ >= max_to_search) return false;
    ++searching_;
  }
  read_task task = [this, wanted = std::move(wanted), home = std::move(home),
                    then = std::move(then)](history_reader* database) {
    std::optional<search_page> page;
    if (database) page = search_rooms(*database, wanted);
    {
      const std::lock_guard lock(mutex_);
      --searching_;
    }
    home([then, page = std::move(page)]() mutable { then(std::move(page)); });
  };
  // By way of the writer, which indexes what was just said first.
  auto errand = [this, task = std::move(task)] { to_search_.push_back(task); };
  if (append({.room = nullptr, .entry = {}, .errand = std::move(errand)})) return true;
  const std::lock_guard lock(mutex_);
  --searching_;
  return false;
}

search_page sqlite_history::search_rooms(history_reader& database, const wanted_search& wanted) {
  search_page page;
  page.query = wanted.query;
  const auto words = fts_query(wanted.query);
  if (words.empty()) return page;
  const auto deadline = clock::now() + longest_search;
  try {
    for (const auto& name : wanted.rooms) {
      const auto room = find_room(name);
      if (!room) continue;
      if (clock::now() >= deadline) throw history_reader::out_of_time();
      for (auto& message : database.search(room->kept.id, words, wanted.before, wanted.limit + 1, deadline)) {
        message.room = name;
        page.messages.push_back(std::move(message));
      }
    }
  } catch (const history_reader::out_of_time&) {
    page.messages.clear();
    page.out_of_time = true;
    return page;
  }
  auto& found = page.messages;
  const auto place = [](const found_message& message) { return std::tie(message.at, message.seq); };
  std::stable_sort(found.begin(), found.end(),
                   [&](const auto& one, const auto& other) { return place(one) > place(other); });
  // The next page begins behind a place, so all that share the last one go with it.
  auto size = std::min(found.size(), wanted.limit);
  while (size != 0 && size < found.size() && place(found[size]) == place(found[size - 1])) ++size;
  page.more = found.size() > size;
  found.resize(size);
  return page;
}

bool sqlite_history::drain(milliseconds limit) {
  std::unique_lock lock(mutex_);
  return drained_.wait_for(lock, limit, [this] { return to_write_.empty() && !writing_; });
}

void sqlite_history::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  more_to_write_.notify_all();
  for (auto* lane : {&pages_, &searches_}) {
    lane->more.notify_all();
    if (lane->thread.joinable()) lane->thread.join();
  }
  if (!writer_.joinable()) return;
  writer_.join();
  std::vector<const kept_room*> rooms;
  for (const auto& room : rooms_) rooms.push_back(&room->kept);
  try {
    database_.close_cleanly(rooms);
  } catch (const SQLite::Exception& error) {
    note_trouble(error.what());
  }
}

// --- the writer's thread ---

void sqlite_history::write_loop() {
  auto prune_at = clock::now() + settings_.prune_interval;
  auto index_at = clock::now();  // what the last process left
  std::unique_lock lock(mutex_);
  for (;;) {
    wait_for_work(lock, to_index_.empty() ? prune_at : std::min(prune_at, index_at));
    if (to_write_.empty() && stopping_) return;
    auto taken = std::exchange(to_write_, {});
    bytes_to_write_ = 0;
    commits_.taken();
    writing_ = true;
    lock.unlock();
    const auto began = clock::now();
    if (to_index_.empty()) index_at = began + settings_.index_interval;
    const bool committed = write(taken);
    // One slice at a time: messages do not wait for more than that.
    if (began >= index_at && !index_a_slice()) index_at = clock::now() + settings_.index_interval;
    if (began >= prune_at && !prune_a_slice()) prune_at = clock::now() + settings_.prune_interval;
    lock.lock();
    writing_ = false;
    if (committed) commits_.went(began);
    if (to_write_.empty()) drained_.notify_all();
  }
}

// Until there is something to commit and it is time for it, or another task is. What comes before the writer
// wakes by itself in time does not wake it: each wake-up would cost a switch between two threads.
void sqlite_history::wait_for_work(std::unique_lock<std::mutex>& lock, time_point until) {
  while (!stopping_) {
    const auto now = clock::now();
    const bool idle = to_write_.empty();
    const bool in_group = now < commits_.next_group();
    const auto wake = !idle ? commits_.next() : in_group ? std::min(commits_.next_group(), until) : until;
    if (wake <= now) break;
    wakes_at_ = idle && wake == until ? time_point::max() : wake;
    more_to_write_.wait_until(lock, wake);
    wakes_at_ = time_point::min();
  }
}

// Whether there was something to commit. An errand may wait for entries that came after it, and parts no
// group.
bool sqlite_history::write(std::vector<pending>& taken) {
  const auto errands =
      std::stable_partition(taken.begin(), taken.end(), [](const auto& one) { return !one.errand; });
  const bool commits = errands != taken.begin();
  for (std::span<pending> rest(taken.begin(), errands); !rest.empty();) {
    const auto size = std::min(rest.size(), max_group);
    commit(rest.first(size));
    rest = rest.subspan(size);
  }
  std::for_each(errands, taken.end(), [](const auto& one) { one.errand(); });
  if (!to_search_.empty()) hand_out_searches();
  return commits;
}

void sqlite_history::hand_out_searches() {
  (void)index_a_slice();  // its failure is reported, and hides only what was said last
  for (const auto& task : std::exchange(to_search_, {}))
    if (!read_in(searches_, max_to_search, task)) task(nullptr);
}

void sqlite_history::commit(std::span<pending> group) {
  std::vector<history_database::insertion> rows;
  rows.reserve(group.size());
  for (auto& one : group) rows.push_back({&one.room->kept, std::move(one.entry), one.what_to_do});
  try {
    const std::lock_guard lock(database_mutex_);
    database_.insert(rows);
    if (std::exchange(in_trouble_, false)) settings_.report("messages are stored again");
    for (const auto& one : group)
      if (!std::exchange(one.room->to_index, true)) to_index_.push_back(one.room);
  } catch (const SQLite::Exception& error) {
    for (auto& row : rows) row.what = room_log::outcome::failed;
    note_trouble(error.what());
  }
  tell(rows, group);
}

// Each room's home gets the news about its own messages, at once for all of them.
void sqlite_history::tell(std::span<history_database::insertion> done, std::span<const pending> group) {
  std::map<room_state*, std::vector<room_log::commit>> news;
  for (std::size_t i = 0; i < done.size(); ++i)
    news[group[i].room.get()].push_back({done[i].what, done[i].seq, std::move(done[i].entry)});
  for (auto& [room, commits] : news)
    room->home([log = room->log, commits = std::move(commits)]() mutable {
      for (auto& each : commits) log->apply(std::move(each));
    });
}

// Whether there is more to do at once.
bool sqlite_history::index_a_slice() {
  std::vector<kept_room*> rooms;
  for (const auto& room : to_index_) rooms.push_back(&room->kept);
  std::sort(rooms.begin(), rooms.end(),
            [](const auto* one, const auto* other) { return one->id < other->id; });
  try {
    const std::lock_guard lock(database_mutex_);
    if (!rooms.empty()) database_.index(rooms, clock::now() + longest_indexing);
  } catch (const SQLite::Exception& error) {
    if (!in_trouble_ && !std::exchange(cannot_index_, true))  // else it was said
      settings_.report("what was said last cannot be indexed in " + settings_.file.string() +
                       " and is not found by a search yet: " + error.what());
    return false;
  }
  if (std::exchange(cannot_index_, false)) settings_.report("what was said last is indexed again");
  std::erase_if(to_index_, [](const auto& room) {
    room->to_index = room->kept.indexed < room->kept.last_seq;
    return !room->to_index;
  });
  return !to_index_.empty();
}

// Whether there may be more to do at once.
bool sqlite_history::prune_a_slice() {
  std::shared_ptr<room_state> room;
  {
    const std::lock_guard lock(mutex_);
    if (next_pruned_ >= rooms_.size()) {
      next_pruned_ = 0;
      return false;
    }
    room = rooms_[next_pruned_];
  }
  auto& kept = room->kept;
  const bool counts = settings_.keep_count != 0 && kept.last_seq > settings_.keep_count;
  const auto up_to = counts ? kept.last_seq - settings_.keep_count : 0;
  const auto since = settings_.keep == milliseconds::zero() ? 0 : settings_.now() - settings_.keep.count();
  executor home;
  try {
    const std::lock_guard lock(database_mutex_);
    const auto pruned = database_.prune(kept, up_to, since);
    cannot_prune_ = false;
    if (pruned == kept.pruned) {
      ++next_pruned_;
      return true;
    }
    kept.pruned = pruned;
    home = room->home;  // none: nobody has opened the room
  } catch (const SQLite::Exception& error) {
    if (!std::exchange(cannot_prune_, true))
      settings_.report("old messages cannot be removed from " + settings_.file.string() + ": " +
                       error.what());
    ++next_pruned_;
    return true;
  }
  if (home) home([log = room->log, pruned = kept.pruned] { log->forget(pruned); });
  return true;
}

// Says it once, and not for every message.
void sqlite_history::note_trouble(const std::string& what) {
  if (std::exchange(in_trouble_, true)) return;
  settings_.report("messages cannot be stored in " + settings_.file.string() + " and are refused: " + what);
}

// --- the readers' threads ---

void sqlite_history::read_loop(reader_lane& lane) {
  std::unique_ptr<history_reader> database;
  std::unique_lock lock(mutex_);
  for (;;) {
    lane.more.wait(lock, [&] { return stopping_ || !lane.tasks.empty(); });
    if (stopping_) return;
    const auto task = std::move(lane.tasks.front());
    lane.tasks.pop_front();
    lock.unlock();
    try {
      if (!database) database = std::make_unique<history_reader>(settings_.file);
      task(database.get());
    } catch (const SQLite::Exception& error) {
      settings_.report("history cannot be read from " + settings_.file.string() + ": " + error.what());
      database.reset();
      task(nullptr);
    }
    lock.lock();
  }
}

}  // namespace parley::chat
