#pragma once
// Changes that arrive together share one write: the mechanism under json_bucket.
//
// A change is staged in memory and gets a ticket, a share in the next write. commit(ticket) returns once that
// write has happened or failed: the first committer writes everything staged so far, those who come meanwhile
// wait, and the next of them writes what gathered. So a write carries whole batches, a batch succeeds or
// fails as one, and at most one write runs at a time.

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>

#include <tl/expected.hpp>

namespace parley::auth {

class group_commit {
 public:
  class batch;
  // A share in one write; copies mean the same write. It may outlive the store, and need not be committed:
  // the next commit of anybody writes it too.
  using ticket = std::shared_ptr<batch>;

  group_commit() = default;
  group_commit(const group_commit&) = delete;
  group_commit& operator=(const group_commit&) = delete;
  virtual ~group_commit() = default;

  // Blocks until everything staged under the ticket is on disk: for a disk thread, never for a shard. At once
  // where an earlier commit has settled it. The error, for an operator, is the same for all tickets of a
  // write.
  tl::expected<void, std::string> commit(const ticket& share);

 protected:
  // Guards everything that is staged or read; never held during a write.
  mutable std::mutex mutex_;

  // A share in the next write, for a change staged under the same lock. mutex_ is held.
  ticket join();

 private:
  // What is staged becomes what is being written. mutex_ is held.
  virtual void take_staged() noexcept = 0;
  // Writes it. mutex_ is not held; only one thread is between take_staged() and the end of settle(), so what
  // only those two change may be read here without it. May throw.
  virtual tl::expected<void, std::string> write() = 0;
  // It is durable, or must be forgotten: before any commit of it returns. mutex_ is not held.
  virtual void settle(const tl::expected<void, std::string>& written) noexcept = 0;

  void write_open_batch(std::unique_lock<std::mutex>& lock);

  std::shared_ptr<batch> open_;  // gathers what is staged; none while nothing is
  bool writing_ = false;
  std::condition_variable settled_;
};

}  // namespace parley::auth
