#pragma once
// A bucket in a JSON document: all records are in memory, and each write replaces the file as a whole and
// carries what was staged meanwhile. Opened by a bucket_folder.
//
// Revisions are not on disk: they count from the opening on, over all keys, and what was there then has the
// first. A bucket has one process to itself, so nobody has seen an older one.

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "auth/bucket.hpp"
#include "auth/entries_document.hpp"
#include "auth/folder_lock.hpp"
#include "auth/group_commit.hpp"

namespace parley::auth {

class json_bucket final : public bucket, private group_commit {
 public:
  using bucket::ticket;
  using record_map = std::map<std::string, record, std::less<>>;
  static constexpr revision first_revision = 1;

  // `lock` keeps others from writing the file; null makes a bucket for reading only.
  json_bucket(std::filesystem::path path, document_kind kind, record_map records,
              std::shared_ptr<const folder_lock> lock);

  std::optional<record> get(std::string_view key) const override;
  ticket stage(change wanted) override;
  outcome commit(const ticket& staged) override;
  void watch(watcher told) override;
  bool is_read_only() const override { return lock_ == nullptr; }

 private:
  class pending;

  void take_staged() noexcept override;
  tl::expected<void, std::string> write() override;
  void settle(const tl::expected<void, std::string>& written) noexcept override;

  outcome decide(const change& wanted);
  std::string document() const;
  void apply_changes() noexcept;

  const std::filesystem::path path_;
  const document_kind kind_;
  const std::shared_ptr<const folder_lock> lock_;

  // Guarded by mutex_, except that the writing thread may read records_ without it.
  record_map records_;  // as they are on disk
  std::vector<std::shared_ptr<pending>> staged_;

  // Of the writing thread.
  std::vector<std::shared_ptr<pending>> writing_;
  record_map changed_;  // what writing_ makes of records_; no_record as the revision of what it removes
  revision latest_ = first_revision;

  // Held while records_ change and watchers are told of it: so a new one misses nothing and hears nothing
  // twice.
  std::mutex telling_;
  std::vector<watcher> watchers_;
};

}  // namespace parley::auth
