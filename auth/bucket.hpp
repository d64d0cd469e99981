#pragma once
// What is kept has one shape: records in a bucket. A record is a key, a value (a JSON object as text on one
// line; the bucket does not look into it) and a revision, which rises with each change of the key and is what
// a compare-and-set names. The stores above know their records, the implementations below know where records
// are kept: a JSON document on this machine's disk (json_bucket.hpp), or memory in the tests.
//
// A change takes two steps, so that many share one write and so that an engine may answer late:
//
//   stage   hands it over and gives a ticket. Never blocks; refuses nothing yet.
//   commit  blocks until that change is durable or refused: for a disk thread, never for a shard.
//
// What is staged is settled in the order in which it was staged, whoever commits; so a ticket need not be
// committed where somebody commits a later one. Every thread may use a bucket.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <tl/expected.hpp>

namespace parley::auth {

struct bucket_failure {
  enum class reason {
    exists,      // create: the key has a record
    changed,     // replace, remove: the record has another revision than the one that was seen
    missing,     // replace, remove: the key has no record
    unavailable  // it could not be written, and nobody will see it; trying again later may help
  };
  reason why;
  std::string text;  // for an operator
};

class bucket {
 public:
  using revision = std::uint64_t;  // from 1; 0 stands for no record

  struct record {
    std::string value;
    revision number;
  };

  // The revision of the record as the change left it; of a removal, that of the removal.
  using outcome = tl::expected<revision, bucket_failure>;
  // Told once the change is settled, on the same terms as a watcher and after it; also where nobody commits
  // the ticket. Must not throw.
  using on_settled = std::function<void(const outcome&)>;

  struct change {
    std::string key;
    std::optional<std::string> value;  // none: the record is removed
    std::optional<revision> seen;      // what must be there now, 0: nothing; none: whatever is there
    on_settled settled;
  };

  // A change that was staged, as its implementation knows it; copies mean the same change. It may outlive the
  // bucket.
  class staged_change {
   public:
    staged_change() = default;
    staged_change(const staged_change&) = delete;
    staged_change& operator=(const staged_change&) = delete;
    virtual ~staged_change() = default;
  };
  using ticket = std::shared_ptr<staged_change>;

  // What became of a key. Valid during the call.
  struct event {
    std::string_view key;
    std::optional<std::string_view> value;  // none: removed
    revision number;
  };
  using watcher = std::function<void(const event&)>;

  bucket() = default;
  bucket(const bucket&) = delete;
  bucket& operator=(const bucket&) = delete;
  virtual ~bucket() = default;

  // What is durable.
  virtual std::optional<record> get(std::string_view key) const = 0;

  // Only where the key has no record: of two who create it at the same moment one wins.
  ticket create(std::string key, std::string value, on_settled settled = {}) {
    return stage({std::move(key), std::move(value), 0, std::move(settled)});
  }
  // Only where the record still has the revision that was seen.
  ticket replace(std::string key, std::string value, revision seen, on_settled settled = {}) {
    return stage({std::move(key), std::move(value), seen, std::move(settled)});
  }
  // Whatever the record is, or only where it still has the revision that was seen.
  ticket remove(std::string key, std::optional<revision> seen = std::nullopt, on_settled settled = {}) {
    return stage({std::move(key), std::nullopt, seen, std::move(settled)});
  }

  // Calls nobody back itself, so the caller may hold the locks that its watchers and on_settled take.
  virtual ticket stage(change wanted) = 0;

  // A refused or failed change has changed nothing. When it returns, get() and every watcher know what became
  // of the change, and of the one that was in its way. At once where an earlier commit has settled it.
  virtual outcome commit(const ticket& staged) = 0;

  // Calls `told` for each record that is there, by key, before it returns, and from then on for each durable
  // change in order, as long as the bucket lives: on the thread of whoever commits or on one of the engine's,
  // one call at a time. It may stage and get, not commit or watch; and it must not throw, since what it
  // missed could not be told again: out of memory there ends the process, whose next start reads what is
  // kept.
  virtual void watch(watcher told) = 0;

  // Whether every change would be refused as unavailable.
  virtual bool is_read_only() const { return false; }
};

// Why a change must be refused of a key whose record has the revision `current`; none where it may be made.
std::optional<bucket_failure> refusal(const bucket::change& wanted, bucket::revision current);

}  // namespace parley::auth
