#include "auth/bucket_folder.hpp"

#include <utility>

#include "auth/json_bucket.hpp"

namespace parley::auth {

tl::expected<bucket_folder, std::string> bucket_folder::open(std::filesystem::path folder, access wanted) {
  if (wanted == access::read_only) return bucket_folder(std::move(folder), nullptr);
  auto lock = folder_lock::take(folder);
  if (!lock) return tl::unexpected(std::move(lock.error()));
  return bucket_folder(std::move(folder), std::make_shared<const folder_lock>(std::move(*lock)));
}

bucket_folder::bucket_folder(std::filesystem::path folder, std::shared_ptr<const folder_lock> lock)
    : folder_(std::move(folder)), lock_(std::move(lock)) {}

tl::expected<std::unique_ptr<bucket>, std::string> bucket_folder::open_bucket(
    document_kind kind, const entry_to_value& value_of) const {
  const auto path = folder_ / (std::string(kind.entries) + ".json");
  auto file = read_json_file(path);
  if (!file) return tl::unexpected(std::move(file.error()));
  json_bucket::record_map records;
  if (*file) {
    const auto entries = entries_of(**file, kind);
    if (!entries) return tl::unexpected(entries.error());
    for (const auto& [key, written] : (*entries)->items()) {
      entry_reader entry(**file, kind, key, written);
      auto value = value_of(entry);
      if (!entry.fault().empty()) return tl::unexpected(entry.fault());
      records.emplace_hint(records.end(), key, bucket::record{std::move(value), json_bucket::first_revision});
    }
  }
  return std::make_unique<json_bucket>(path, kind, std::move(records), lock_);
}

}  // namespace parley::auth
