#include "auth/group_commit.hpp"

#include <cassert>
#include <exception>
#include <optional>
#include <utility>

namespace parley::auth {

class group_commit::batch {
 public:
  bool settled = false;
  std::optional<std::string> error;
};

group_commit::ticket group_commit::join() {
  if (!open_) open_ = std::make_shared<batch>();
  return open_;
}

tl::expected<void, std::string> group_commit::commit(const ticket& share) {
  assert(share);
  std::unique_lock lock(mutex_);
  settled_.wait(lock, [&] { return share->settled || !writing_; });
  // Nobody writes and it is not settled: so it is the open one, because batches are taken whole.
  if (!share->settled) write_open_batch(lock);
  if (share->error) return tl::unexpected(*share->error);
  return {};
}

void group_commit::write_open_batch(std::unique_lock<std::mutex>& lock) {
  writing_ = true;
  const auto current = std::exchange(open_, nullptr);
  take_staged();
  lock.unlock();
  tl::expected<void, std::string> result;
  try {
    result = write();
  } catch (const std::exception& exception) {  // no memory, say: those who wait must not wait for ever
    result = tl::unexpected<std::string>(exception.what());
  }
  settle(result);
  lock.lock();
  if (!result) current->error = std::move(result.error());
  current->settled = true;
  writing_ = false;
  settled_.notify_all();
}

}  // namespace parley::auth
