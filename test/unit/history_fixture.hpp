#pragma once
// A history in a folder of its own, with real files and real threads, and a home that runs what it is given
// when the test says so.

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>

#include <boost/test/unit_test.hpp>

#include "chat/sqlite_history.hpp"
#include "temporary_folder.hpp"

namespace parley::test {
namespace kept_history {

using chat::log_entry;
using chat::unix_ms;
using history = chat::sqlite_history;
using any_log = chat::room_log;
using namespace std::chrono_literals;

// The thread that a log lives on: the test's.
class home_thread {
 public:
  history::executor executor() {
    return [this](std::function<void()> news) {
      const std::lock_guard lock(mutex_);
      waiting_.push_back(std::move(news));
      came_.notify_one();
    };
  }

  // Runs what comes until this is so.
  template <class Condition>
  void run_until(Condition is_so) {
    while (!is_so()) {
      std::unique_lock lock(mutex_);
      BOOST_REQUIRE(came_.wait_for(lock, 60s, [this] { return !waiting_.empty(); }));
      const auto next = std::move(waiting_.front());
      waiting_.pop_front();
      lock.unlock();
      next();
    }
  }

  // Runs what has come.
  void run_waiting() {
    for (std::unique_lock lock(mutex_); !waiting_.empty(); lock.lock()) {
      const auto next = std::move(waiting_.front());
      waiting_.pop_front();
      lock.unlock();
      next();
    }
  }

 private:
  std::mutex mutex_;
  std::condition_variable came_;
  std::deque<std::function<void()>> waiting_;
};

struct history_fixture {
  temporary_folder folder;
  std::filesystem::path file = folder.path() / "history.db";
  int epochs = 0;
  std::atomic<unix_ms> now = 1'000'000;
  std::atomic<bool> clocks_agree = true;
  std::atomic<int> asked_for_time = 0;
  std::mutex reports_mutex;
  std::vector<std::string> reports, errors;
  home_thread home;
  std::unique_ptr<history> kept;
  std::unique_ptr<any_log> log;
  std::vector<any_log::commit> commits;

  ~history_fixture() { close(); }

  history::settings settings(std::size_t keep_count = 0, chat::milliseconds keep = 0ms) {
    return {.file = file,
            .full_sync = false,
            .keep = keep,
            .keep_count = keep_count,
            .at_hand = 5,
            .prune_interval = 10ms,
            .new_epoch = [this] { return "e" + std::to_string(++epochs); },
            .now =
                [this] {
                  ++asked_for_time;
                  return chat::clock_reading{now, clocks_agree};
                },
            .report =
                [this](chat::gravity how, const std::string& what) {
                  const std::lock_guard lock(reports_mutex);
                  reports.push_back(what);
                  if (how == chat::gravity::error) errors.push_back(what);
                }};
  }
  void open(history::settings how) {
    auto opened = history::open(std::move(how));
    if (!opened) throw std::runtime_error(opened.error());
    kept = std::move(*opened);
    log = open_log("lobby");
  }
  void open() { open(settings()); }
  std::unique_ptr<any_log> open_log(const std::string& room) {
    std::string record = "{}";
    for (const auto& known : kept->known_rooms())
      if (known.name == room) record = known.record;
    auto made = kept->open_log(room, record, home.executor());
    BOOST_REQUIRE(made.has_value());
    (*made)->listen([this](any_log::commit commit) { commits.push_back(std::move(commit)); });
    return std::move(*made);
  }
  void close() {
    if (kept) kept->stop();
    log.reset();
    kept.reset();
  }

  // Until all rooms have been looked through once more for what is not kept: it asks for the time then.
  void wait_for_pruning() {
    const auto seen = asked_for_time.load();
    const auto rooms = static_cast<int>(kept->known_rooms().size());
    while (asked_for_time < seen + 2 * rooms + 1) std::this_thread::sleep_for(1ms);
  }

  // Nothing where the history could not be looked through.
  std::optional<chat::search_page> find(const std::vector<std::string>& rooms, const std::string& query,
                                        std::size_t limit = 10, chat::search_position before_it = {}) {
    std::optional<chat::search_page> found;
    bool answered = false;
    BOOST_REQUIRE(kept->search({rooms, query, before_it, limit}, home.executor(),
                               [&](std::optional<chat::search_page> page) {
                                 found = std::move(page);
                                 answered = true;
                               }));
    home.run_until([&] { return answered; });
    return found;
  }

  any_log::commit append(const std::string& user, const std::string& id, const std::string& text) {
    const auto before = commits.size();
    BOOST_REQUIRE(log->append({user, id, text, now}));
    home.run_until([&] { return commits.size() > before; });
    return commits.back();
  }
  // Appends "1", "2", ... up to `last`.
  void append_up_to(int last) {
    for (int i = static_cast<int>(log->last_seq()) + 1; i <= last; ++i) append("ada", "", std::to_string(i));
  }
  std::optional<any_log::page> read(any_log::range::direction where, std::uint64_t seq, std::size_t limit) {
    std::optional<any_log::page> page;
    bool answered = false;
    BOOST_REQUIRE(log->read({where, seq, limit}, "ada", [&](std::optional<any_log::page> got) {
      page = std::move(got);
      answered = true;
    }));
    home.run_until([&] { return answered; });
    return page;
  }
};

inline log_entry removal_of(std::uint64_t seq) {
  log_entry entry{"bob", "", "", 0};
  entry.kind = chat::event_kind::removal;
  entry.target = seq;
  return entry;
}

// With what matched in brackets.
inline std::string said(const std::optional<chat::search_page>& page) {
  if (!page) return "unavailable";
  std::string all;
  for (const auto& message : page->messages) {
    all += all.empty() ? "" : " | ";
    for (std::size_t i = 0; i < message.parts.size(); ++i)
      all += i % 2 == 0 ? message.parts[i] : "[" + message.parts[i] + "]";
  }
  return all;
}

inline std::string texts(const any_log::page& page) {
  std::string result;
  for (const auto& message : page.messages) result += (result.empty() ? "" : " ") + message.text;
  return result;
}

inline constexpr auto after = any_log::range::direction::after;
inline constexpr auto before = any_log::range::direction::before;

}  // namespace kept_history
}  // namespace parley::test
