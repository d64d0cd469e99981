#pragma once
// Login sessions: who is logged in, by the token in the cookie. Each is a record in a bucket. Only the
// SHA-256 of a token is kept, in memory and in the bucket, so neither lets anybody in. In a folder that is
// sessions.json:
//
//   {"format": "parley-login-sessions", "version": 1, "sessions": {
//      "ID": {"user": "Ada", "created": 1790000000000, "last_seen": 1790000100000}}}

#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tl/expected.hpp>

#include "auth/bucket.hpp"
#include "auth/bucket_folder.hpp"
#include "auth/user_name.hpp"

namespace parley::auth {

using time_point = std::chrono::system_clock::time_point;

// When something happens, and whether that is certain: nothing runs out at a time that is in doubt.
struct moment {
  moment(time_point when, bool is_certain = true) : at(when), certain(is_certain) {}

  time_point at;
  bool certain;
};

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
// bucket is what a restart starts with: a new session is usable at once, and is dropped again where its write
// fails; an end counts at once and for good, and where its write fails the next one carries it. Times of last
// use are written along with whatever is written next. What others write to the bucket is known here too.
class login_session_store {
 public:
  // Changes that were staged; copies mean the same ones. May outlive the store, and need not be committed:
  // the next commit of anybody writes them too.
  using ticket = std::vector<bucket::ticket>;

  // The error says which record is not valid, with line and column where it stands in a file.
  static tl::expected<std::unique_ptr<login_session_store>, std::string> open(const bucket_folder& folder,
                                                                              login_session_limits limits);
  static tl::expected<std::unique_ptr<login_session_store>, std::string> open(std::unique_ptr<bucket> records,
                                                                              login_session_limits limits);

  struct opened {
    std::string token;  // for the cookie; cannot be had again
    login_session session;
    std::optional<std::string> displaced;  // the session it ended: the user's least recently seen of too many
    ticket write;                          // commit it before the token is given away
  };
  opened create(const user_name& user, time_point now);

  // The living session of a token, which counts as seen now. None where the token is unknown or the session
  // over.
  std::optional<login_session> find(std::string_view token, moment now);
  // The same for a session that is known by its id already; false where it is over.
  bool touch(std::string_view id, moment now);

  // Ends a session; none where it had ended already.
  std::optional<ticket> end(std::string_view id);

  struct ended {
    std::vector<std::string> ids;
    std::optional<ticket> write;  // where there were any
  };
  ended end_all_of(const user_name& user, std::optional<std::string_view> except = std::nullopt);

  // A user's living sessions, last seen first.
  std::vector<login_session> list(const user_name& user, moment now) const;
  std::size_t size() const;

  // Drops what is over and gives its ids. Looks at no more than `budget` sessions and goes on from there the
  // next time.
  std::vector<std::string> sweep(moment now, std::size_t budget = 1000);

  // Blocks until what was staged is durable: for a disk thread, never for a shard. The error is for an
  // operator.
  tl::expected<void, std::string> commit(const ticket& share);

  // Writes what no ticket waits for: ends that failed, sessions swept, times of last use. Now and then, and
  // before the process exits. Nothing to do where nothing changed.
  tl::expected<void, std::string> flush();

 private:
  // A session in memory. What changes is guarded by mutex_.
  struct living_session {
    living_session(login_session session, bucket::revision number)
        : known(std::move(session)), revision(number), recorded(known.last_seen) {}

    login_session known;
    bucket::revision revision;  // of its record; 0 while that is being created
    time_point recorded;        // the last_seen of its record
    bool is_staged = false;     // a newer one is, and not settled yet
    bool is_waiting = false;    // in seen_
  };
  using session_map = std::map<std::string, std::shared_ptr<living_session>, std::less<>>;

  login_session_store(std::unique_ptr<bucket> records, login_session_limits limits);
  void learn(const bucket::event& event);

  // With mutex_ held, until the next comment.
  bool is_over(const login_session& session, moment now) const;
  living_session* find_living(std::string_view id, moment now);
  void insert(std::shared_ptr<living_session> added);
  session_map::iterator erase(session_map::iterator position);
  void note_seen(const std::shared_ptr<living_session>& session);
  bucket::ticket stage(bucket::change wanted);
  bucket::ticket stage_end(const std::string& id);
  void stage_last_seen(const std::shared_ptr<living_session>& session);
  void one_is_settled();
  bool is_living(const living_session& session) const;

  // Called by the bucket, once a change is settled.
  void created(const std::string& id, const bucket::outcome& result);
  void ended_for_good(const std::string& id, const bucket::outcome& result);
  void recorded(const std::shared_ptr<living_session>& session, const bucket::outcome& result);

  // What is written along with whatever is written next.
  void stage_what_waits();

  const login_session_limits limits_;

  mutable std::mutex mutex_;  // guards all that follows but the bucket; never held while it commits
  session_map living_;
  std::map<std::string, std::vector<living_session*>, std::less<>> of_user_;  // by the user's key
  std::string swept_to_;                               // the id where the next sweep goes on
  std::vector<std::shared_ptr<living_session>> seen_;  // with a last_seen that the bucket does not have
  std::set<std::string, std::less<>> ending_;          // ids that are over here and not yet in the bucket
  std::vector<std::string> unwritten_ends_;            // those of ending_ that nobody has staged
  std::size_t unsettled_ = 0;                          // changes staged
  bucket::ticket last_staged_;                         // null where all are settled
  std::optional<std::string> fault_;                   // of the first record that could not be read
  const std::unique_ptr<bucket> records_;              // last, since it calls back as long as it lives
};

}  // namespace parley::auth
