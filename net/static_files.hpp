#pragma once
// The page's files, read once at start and served from memory: what is not in the table does not exist, so no
// path can leave the folder, and no request touches the disk.

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "net/http.hpp"

namespace parley::net {

// Immutable once loaded; shared by all shards, which it outlives.
class static_files {
 public:
  // Reads a folder and everything below it but dot files and links that leave it: at most 10,000 files and 64
  // MiB. Scripts lose their comments and text is compressed here, once. The error is a sentence for the
  // operator.
  static tl::expected<static_files, std::string> load(const std::filesystem::path& folder);

  // Whether there is something at this path ("/" is index.html).
  bool contains(std::string_view path) const { return find(path) != nullptr; }

  // The answer to a GET or HEAD of a path that is there: 200 or, by If-None-Match, 304; brotli or gzip where
  // the request takes it and it helps. Points into this object.
  http_response serve(const http_request& request) const;

  std::size_t count() const { return files_.size(); }

 private:
  struct file {
    std::string content_type;
    std::string etag;  // without quotes; an encoding adds its name, since each is a representation of its own
    std::string identity;
    std::string gzip;    // empty where it would not be smaller
    std::string brotli;  // the same
  };
  const file* find(std::string_view path) const;

  std::map<std::string, file, std::less<>> files_;  // by path, "/js/main.js"
};

}  // namespace parley::net
