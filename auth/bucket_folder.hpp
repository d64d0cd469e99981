#pragma once
// Buckets in a folder of this machine: each a JSON document (entries_document.hpp) that is replaced as a
// whole, such as users.json and sessions.json.

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include <tl/expected.hpp>

#include "auth/bucket.hpp"
#include "auth/entries_document.hpp"
#include "auth/folder_lock.hpp"

namespace parley::auth {

// The value of an entry, as the store above writes it; where the entry is not valid, the fault is in the
// reader. Asked in the order of the keys.
using entry_to_value = std::function<std::string(entry_reader& entry)>;

// May be copied, and need not outlive its buckets.
class bucket_folder {
 public:
  // Who writes locks the folder against a second one, in this process or another, which would overwrite the
  // changes: as long as the bucket_folder or one of its buckets lives.
  enum class access { read_write, read_only };

  // Makes the folder (mode 0700) where there is none and it is to be written. The error is for an operator.
  static tl::expected<bucket_folder, std::string> open(std::filesystem::path folder,
                                                       access wanted = access::read_write);

  // The bucket in FOLDER/ENTRIES.json; no file is an empty one. One that is not valid or not of this kind is
  // an error with line and column, and left as it was. At most one bucket of a kind at a time.
  tl::expected<std::unique_ptr<bucket>, std::string> open_bucket(document_kind kind,
                                                                 const entry_to_value& value_of) const;

 private:
  bucket_folder(std::filesystem::path folder, std::shared_ptr<const folder_lock> lock);

  std::filesystem::path folder_;
  std::shared_ptr<const folder_lock> lock_;  // shared with the buckets; null where all are for reading only
};

}  // namespace parley::auth
