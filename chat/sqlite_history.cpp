#include "chat/sqlite_history.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "chat/sqlite_room_log.hpp"

namespace parley::chat {
namespace {

constexpr std::size_t max_group = 5'000;  // one commit: so many come back from it together
constexpr std::size_t max_to_read = 1'000;
constexpr std::size_t max_to_search = 40;
constexpr int most_slices = 5;  // indexed for searches that wait

}  // namespace

tl::expected<std::unique_ptr<sqlite_history>, std::string> sqlite_history::open(settings how) {
  auto database = history_database::open(how.file, {how.full_sync, how.new_epoch, how.most_checked});
  if (!database) return tl::unexpected(database.error());
  return std::unique_ptr<sqlite_history>(new sqlite_history(std::move(how), std::move(*database)));
}

sqlite_history::sqlite_history(settings how, history_database database)
    : settings_(std::move(how)),
      database_(std::move(database)),
      damage_(settings_.file, settings_.report),
      upkeep_({settings_.file.string(), settings_.keep, settings_.keep_count, settings_.max_size,
               settings_.now, settings_.report},
              database_, database_mutex_, rooms_, damage_),
      // An fsync costs too much to have one for each room's flush.
      queue_({settings_.commit_interval, settings_.commit_interval / (settings_.full_sync ? 1 : 4),
              settings_.longest_gathering}),
      pages_(settings_.file, max_to_read, damage_, settings_.report),
      searches_(settings_.file, max_to_search, damage_, settings_.report) {
  for (auto& room : database_.rooms()) {
    auto state = std::make_shared<history_room>();
    state->kept = std::move(room);
    if (state->kept.indexed < state->kept.last_seq) upkeep_.to_index(state);
    rooms_.add(std::move(state));
  }
  if (!database_.state().is_shrinkable)
    settings_.report(
        gravity::warning,
        settings_.file.string() +
            " is too large to be rewritten at the start, and keeps the space that removed messages "
            "leave, for new ones: to have it given back, once, stop Parley, run sqlite3 with "
            "\"PRAGMA auto_vacuum = 2; VACUUM\", and start it again");
  writer_ = std::thread([this] { write_loop(); });
  if (!database_.state().is_checked) check_.emplace(settings_.file, damage_, settings_.report);
}

sqlite_history::~sqlite_history() {
  stop();
}

std::vector<sqlite_history::known_room> sqlite_history::known_rooms() {
  const auto rooms = rooms_.all();
  std::vector<known_room> known;
  known.reserve(rooms.size());
  for (const auto& room : rooms) known.push_back({room->kept.name, room->kept.record});
  return known;
}

tl::expected<std::unique_ptr<room_log>, std::string> sqlite_history::open_log(const std::string& room,
                                                                              const std::string& record,
                                                                              executor home) {
  try {
    const std::lock_guard lock(database_mutex_);
    auto state = rooms_.find(room);
    if (!state && (!settings_.has_space() || damage_.is_known()))
      return tl::unexpected("no room is made in " + settings_.file.string() +
                            ": it is damaged, or there is too little space");
    if (!state) {
      state = std::make_shared<history_room>();
      state->kept = database_.make_room(room, settings_.new_epoch(), record);
      rooms_.add(state);
    } else if (state->kept.record != record) {
      database_.set_record(state->kept, record);
      state->kept.record = record;
    }
    auto log = std::make_unique<sqlite_room_log>(static_cast<history_access&>(*this), state,
                                                 database_.read_last(state->kept.id, settings_.at_hand),
                                                 settings_.at_hand);
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
    (void)damage_.note(error);
    return tl::unexpected("cannot read the room " + room + " in " + settings_.file.string() + ": " +
                          error.what());
  }
}

bool sqlite_history::read(const std::string& asker, history_reading_thread::task task) {
  if (!settings_.at_once) return pages_.post(asker, std::move(task));
  // What was shown is on its way to the file, and has to be found there.
  return append({.room = nullptr, .entry = {}, .errand = [this, asker, task = std::move(task)] {
                   if (!pages_.post(asker, task)) task(nullptr);
                 }});
}

// The log hears of it, whatever comes of it. False where too much is waiting.
bool sqlite_history::reserve(const std::shared_ptr<history_room>& room, std::uint64_t up_to) {
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
  if (searching_.fetch_add(1) >= max_to_search) {
    --searching_;
    return false;
  }
  // By way of the writer, which indexes what was just said first.
  auto asked =
      std::make_shared<asked_search>(asked_search{std::move(wanted), std::move(home), std::move(then)});
  auto errand = [this, asked = std::move(asked)] { to_search_.push_back(asked); };
  if (append({.room = nullptr, .entry = {}, .errand = std::move(errand)})) return true;
  --searching_;
  return false;
}

void sqlite_history::answer(const asked_search& asked, std::optional<search_page> page) {
  --searching_;
  asked.home([then = asked.then, page = std::move(page)]() mutable { then(std::move(page)); });
}

std::vector<std::pair<std::int64_t, std::string>> sqlite_history::ids_of(
    const std::vector<std::string>& names) const {
  std::vector<std::pair<std::int64_t, std::string>> ids;
  for (const auto& name : names)
    if (const auto room = rooms_.find(name)) ids.emplace_back(room->kept.id, name);
  return ids;
}

void sqlite_history::stop() {
  check_.reset();
  queue_.stop();
  pages_.stop();
  searches_.stop();
  if (!writer_.joinable()) return;
  writer_.join();
  const auto rooms = rooms_.all();
  std::vector<const kept_room*> kept;
  kept.reserve(rooms.size());
  for (const auto& room : rooms) kept.push_back(&room->kept);
  try {
    database_.close_cleanly(kept);
  } catch (const SQLite::Exception& error) {
    note_trouble(error.what());
  }
}

// --- the writer's thread ---

void sqlite_history::write_loop() {
  auto prune_at = clock::now() + settings_.prune_interval;
  auto index_at = clock::now();  // what the last process left
  while (auto taken = queue_.take(upkeep_.is_indexed() ? prune_at : std::min(prune_at, index_at))) {
    const auto began = clock::now();
    if (upkeep_.is_indexed()) index_at = began + settings_.index_interval;
    const bool committed = write(*taken);
    // One slice at a time: messages do not wait for more than that.
    if (began >= index_at && !upkeep_.index_a_slice(in_trouble_))
      index_at = clock::now() + settings_.index_interval;
    if (began >= prune_at && !upkeep_.tidy_a_slice()) prune_at = clock::now() + settings_.prune_interval;
    queue_.done(committed ? std::optional(began) : std::nullopt);
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

// What is not indexed would look as if it had never been said.
void sqlite_history::hand_out_searches() {
  const auto searches = std::exchange(to_search_, {});
  const auto is_ready = [this](const auto& asked) { return is_indexed(asked->wanted); };
  for (int slice = 0; slice < most_slices && !std::all_of(searches.begin(), searches.end(), is_ready);
       ++slice)
    if (!upkeep_.index_a_slice(in_trouble_)) break;
  for (const auto& asked : searches) {
    if (!is_ready(asked)) {
      std::optional<search_page> none;
      if (!upkeep_.has_failed()) none.emplace().not_indexed = true;
      answer(*asked, std::move(none));
      continue;
    }
    const auto task = [this, asked](history_reader* database) {
      std::optional<search_page> page;
      if (database) page = search_rooms(*database, asked->wanted, ids_of(asked->wanted.rooms));
      answer(*asked, std::move(page));
    };
    if (!searches_.post(asked->wanted.asker, task)) answer(*asked, std::nullopt);
  }
}

bool sqlite_history::is_indexed(const wanted_search& wanted) const {
  return std::all_of(wanted.rooms.begin(), wanted.rooms.end(), [this](const auto& name) {
    const auto room = rooms_.find(name);
    return !room || room->kept.indexed >= room->kept.last_seq;
  });
}

void sqlite_history::commit(std::span<pending> group) {
  std::vector<history_database::insertion> rows;
  rows.reserve(group.size());
  const bool takes_more = settings_.has_space() && !damage_.is_known();
  for (auto& one : group) {
    // What was stored before may be acknowledged again.
    const bool is_refused = !takes_more && one.entry.kind == event_kind::message && !one.entry.only_record;
    const auto what_to_do = is_refused ? history_database::work::find : one.what_to_do;
    rows.push_back({&one.room->kept, std::move(one.entry), what_to_do});
  }
  try {
    const std::lock_guard lock(database_mutex_);
    const auto clocks = settings_.now();
    database_.insert(rows, clocks.agrees ? 0 : clocks.now);
    if (std::exchange(in_trouble_, false)) settings_.report(gravity::warning, "messages are stored again");
    for (const auto& one : group) upkeep_.to_index(one.room);
  } catch (const SQLite::Exception& error) {
    for (auto& row : rows) row.what = room_log::outcome::failed;
    if (!damage_.note(error)) note_trouble(error.what());
  }
  tell(rows, group);
}

// Each room's home gets the news about its own messages, at once for all of them.
void sqlite_history::tell(std::span<history_database::insertion> done, std::span<const pending> group) {
  std::map<history_room*, std::vector<room_log::commit>> news;
  for (std::size_t i = 0; i < done.size(); ++i)
    news[group[i].room.get()].push_back({done[i].what, done[i].seq, std::move(done[i].entry)});
  for (auto& [room, commits] : news)
    room->home([log = room->log, all = std::move(commits)]() mutable {
      for (auto& each : all) log->apply(std::move(each));
    });
}

// Says it once, and not for every message.
void sqlite_history::note_trouble(const std::string& what) {
  if (std::exchange(in_trouble_, true)) return;
  settings_.report(gravity::warning,
                   "messages cannot be stored in " + settings_.file.string() + " and are refused: " + what);
}

}  // namespace parley::chat
