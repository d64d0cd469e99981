#include "auth/json_bucket.hpp"

#include <iterator>
#include <utility>

namespace parley::auth {
namespace {

constexpr bucket::revision no_record = 0;

bucket_failure unavailable(std::string text) {
  return {bucket_failure::reason::unavailable, std::move(text)};
}

}  // namespace

class json_bucket::pending final : public staged_change {
 public:
  pending(change from, group_commit::ticket in) : wanted(std::move(from)), share(std::move(in)) {}

  change wanted;
  const group_commit::ticket share;
  outcome result =
      no_record;  // of the writing thread, until the share is settled; means nothing where that failed
};

json_bucket::json_bucket(std::filesystem::path path, document_kind kind, record_map records,
                         std::shared_ptr<const folder_lock> lock)
    : path_(std::move(path)), kind_(kind), lock_(std::move(lock)), records_(std::move(records)) {}

std::optional<bucket::record> json_bucket::get(std::string_view key) const {
  const std::lock_guard lock(mutex_);
  const auto found = records_.find(key);
  if (found == records_.end()) return std::nullopt;
  return found->second;
}

bucket::ticket json_bucket::stage(change wanted) {
  const std::lock_guard lock(mutex_);
  return staged_.emplace_back(std::make_shared<pending>(std::move(wanted), join()));
}

bucket::outcome json_bucket::commit(const ticket& staged) {
  const auto& mine = static_cast<const pending&>(*staged);
  if (auto written = group_commit::commit(mine.share); !written)
    return tl::unexpected(unavailable(std::move(written.error())));
  return mine.result;
}

void json_bucket::watch(watcher told) {
  const std::lock_guard lock(telling_);
  for (const auto& [key, kept] : records_) told({key, kept.value, kept.number});
  watchers_.push_back(std::move(told));
}

void json_bucket::take_staged() noexcept {
  writing_.swap(staged_);
}

tl::expected<void, std::string> json_bucket::write() {
  if (is_read_only()) return tl::unexpected(path_.string() + " is open for reading only");
  for (const auto& each : writing_) each->result = decide(each->wanted);
  if (changed_.empty()) return {};  // all were refused
  return replace_file(path_, document());
}

bucket::outcome json_bucket::decide(const change& wanted) {
  auto changed = changed_.find(wanted.key);
  auto current = no_record;
  if (changed != changed_.end())
    current = changed->second.number;
  else if (const auto kept = records_.find(wanted.key); kept != records_.end())
    current = kept->second.number;
  if (auto why = refusal(wanted, current)) return tl::unexpected(std::move(*why));
  ++latest_;
  auto& fresh = changed == changed_.end() ? changed_[wanted.key] : changed->second;
  fresh = wanted.value ? record{*wanted.value, latest_} : record{{}, no_record};
  return latest_;
}

// Both maps in one order, without copying the records that stay as they are.
std::string json_bucket::document() const {
  entries_writer text(kind_);
  const auto add = [&](const record_map::value_type& entry) {
    if (entry.second.number != no_record) text.add(entry.first, entry.second.value);
  };
  auto fresh = changed_.begin();
  for (const auto& kept : records_) {
    for (; fresh != changed_.end() && fresh->first < kept.first; ++fresh) add(*fresh);
    if (fresh != changed_.end() && fresh->first == kept.first)
      add(*fresh++);
    else
      add(kept);
  }
  for (; fresh != changed_.end(); ++fresh) add(*fresh);
  return std::move(text).finish();
}

void json_bucket::settle(const tl::expected<void, std::string>& written) noexcept {
  const std::lock_guard telling(telling_);
  if (written)
    apply_changes();
  else
    changed_.clear();
  const auto tell = [&](const change& wanted, const outcome& result) {
    if (result)
      for (const auto& told : watchers_) told({wanted.key, wanted.value, *result});
    if (wanted.settled) wanted.settled(result);
  };
  const outcome failed = written ? outcome() : tl::unexpected(unavailable(written.error()));
  for (const auto& each : writing_) {
    tell(each->wanted, written ? each->result : failed);
    each->wanted = {};  // a ticket may be kept for long
  }
  writing_.clear();
}

// Moves nodes and values: nothing here can fail for want of memory.
void json_bucket::apply_changes() noexcept {
  const std::lock_guard lock(mutex_);
  for (auto fresh = changed_.begin(); fresh != changed_.end();) {
    const auto kept = records_.find(fresh->first);
    const bool removes = fresh->second.number == no_record;
    const bool is_new = kept == records_.end() && !removes;
    if (kept != records_.end() && removes) records_.erase(kept);
    if (kept != records_.end() && !removes) kept->second = std::move(fresh->second);
    fresh = is_new ? std::next(fresh) : changed_.erase(fresh);
  }
  records_.merge(changed_);
}

}  // namespace parley::auth
