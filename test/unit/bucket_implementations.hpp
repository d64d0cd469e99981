#pragma once
// The implementations of a bucket that the suite in bucket_test.cpp runs against.

#include <memory>
#include <string>

#include <boost/test/unit_test.hpp>

#include "auth/bucket_folder.hpp"
#include "full_disk.hpp"
#include "memory_bucket.hpp"
#include "temporary_folder.hpp"

namespace parley::test {

// An implementation has `records`, and commits as on a disk without room.
struct in_memory {
  memory_bucket made;
  auth::bucket& records = made;

  auth::bucket::outcome commit_in_vain(const auth::bucket::ticket& ticket) {
    made.fail_with("no room");
    auto result = made.commit(ticket);
    made.fail_with("");
    return result;
  }
};

struct in_json {
  temporary_folder folder;
  std::unique_ptr<auth::bucket> made = opened(folder.path());
  auth::bucket& records = *made;

  static std::unique_ptr<auth::bucket> opened(const std::filesystem::path& path) {
    const auto buckets = auth::bucket_folder::open(path);
    if (!buckets) BOOST_FAIL(buckets.error());
    auto result = buckets->open_bucket({"parley-test", "things"},
                                       [](auth::entry_reader&) { return std::string("{}"); });
    if (!result) BOOST_FAIL(result.error());
    return std::move(*result);
  }

  auth::bucket::outcome commit_in_vain(const auth::bucket::ticket& ticket) {
    const full_disk full(0);
    return made->commit(ticket);
  }
};

}  // namespace parley::test
