#pragma once
// Login sessions: who is logged in, by the token in the cookie. Only the SHA-256 of a token is kept, in
// memory and in sessions.json, so neither lets anybody in:
//
//   {"format": "parley-login-sessions", "version": 1, "sessions": {
//      "ID": {"user": "Ada", "created": 1790000000000, "last_seen": 1790000100000}}}

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "auth/group_commit.hpp"
#include "auth/user_name.hpp"

namespace parley::auth {

using time_point = std::chrono::system_clock::time_point;

// 256 random bits in base64url: 43 characters.
std::string make_token();

struct login_session {
  std::string id;  // SHA-256 of the token in base64url: names the session and does not reveal the token
  user_name user;
  time_point created;
  time_point last_seen;
};

// When a login session ends by itself, and how many a user may have.
struct login_session_limits {
  std::chrono::milliseconds idle = std::chrono::hours(12);     // without being seen
  std::chrono::milliseconds lifetime = std::chrono::days(30);  // seen or not
  std::size_t per_user = 100;                                  // at least 1
};

// The first moment at which the session is over.
time_point expiry(const login_session& session, const login_session_limits& limits);

// Every thread may use it; only commit() and flush() wait for the disk. Memory decides who is logged in, the
// file is what a restart starts with: a new session is usable at once, and is dropped again where its write
// fails; an end counts at once and for good, and where its write fails the next one carries it. Times of last
// use are written along with whatever is written next.
class login_session_store final : private group_commit {
 public:
  using group_commit::commit;
  using group_commit::ticket;

  // No file is an empty store; one that is not valid or not ours is an error with line and column, and left
  // as it was. The user_store of the same folder, opened before, keeps other processes away.
  static tl::expected<std::unique_ptr<login_session_store>, std::string> open(
      std::filesystem::path sessions_json, login_session_limits limits);

  struct opened {
    std::string token;  // for the cookie; cannot be had again
    login_session session;
    std::optional<std::string> displaced;  // the session it ended: the user's least recently seen of too many
    ticket write;                          // commit it before the token is given away
  };
  opened create(const user_name& user, time_point now);

  // The living session of a token, which counts as seen now. None where the token is unknown or the session
  // over.
  std::optional<login_session> find(std::string_view token, time_point now);
  // The same for a session that is known by its id already; false where it is over.
  bool touch(std::string_view id, time_point now);

  // Ends a session; none where it had ended already.
  std::optional<ticket> end(std::string_view id);

  struct ended {
    std::vector<std::string> ids;
    std::optional<ticket> write;  // where there were any
  };
  ended end_all_of(const user_name& user, std::optional<std::string_view> except = std::nullopt);

  // A user's living sessions, last seen first.
  std::vector<login_session> list(const user_name& user, time_point now) const;
  std::size_t size() const;

  // Drops what is over and gives its ids. Looks at no more than `budget` sessions and goes on from there the
  // next time.
  std::vector<std::string> sweep(time_point now, std::size_t budget = 1000);

  // Writes what no ticket waits for: ends that failed, sessions swept, times of last use. Now and then, and
  // before the process exits. Nothing to do where nothing changed.
  tl::expected<void, std::string> flush();

 private:
  // Shared by the store and the thread that writes, which must not hold the lock meanwhile.
  struct record {
    record(std::string name, user_name owner, std::int64_t begun, std::int64_t seen);
    login_session session() const;

    const std::string id;
    const user_name user;
    const std::int64_t created;           // Unix milliseconds
    std::atomic<std::int64_t> last_seen;  // Unix milliseconds
  };
  using record_map = std::map<std::string, std::shared_ptr<record>, std::less<>>;

  login_session_store(std::filesystem::path path, login_session_limits limits);
  tl::expected<void, std::string> load();

  // The rest with mutex_ held.
  record* find_living(std::string_view id, time_point now);
  void insert(std::shared_ptr<record> added);
  record_map::iterator remove(record_map::iterator position);

  void take_staged() noexcept override;
  tl::expected<void, std::string> write() override;
  void settle(const tl::expected<void, std::string>& written) noexcept override;

  const std::filesystem::path path_;
  const login_session_limits limits_;

  record_map living_;
  std::map<std::string, std::vector<record*>, std::less<>> of_user_;  // by the user's key; records of living_
  std::string swept_to_;                                              // the id where the next sweep goes on
  bool changed_ = false;                                              // memory holds what the file does not
  std::vector<std::string> created_;                                  // ids staged for the next write
  // Of the write that is under way.
  std::vector<std::string> writing_created_;
  std::vector<std::shared_ptr<record>> snapshot_;
};

}  // namespace parley::auth
