#pragma once
// A store of users in a folder of its own, for the tests of users and their file.

#include <memory>
#include <string>
#include <string_view>

#include <boost/test/unit_test.hpp>
#include <sys/stat.h>

#include "auth/user_store.hpp"
#include "full_disk.hpp"
#include "temporary_folder.hpp"

namespace parley::test {

const auth::time_point users_created{std::chrono::milliseconds(1'790'000'000'123)};

inline auth::user_name name(std::string_view text) {
  return *auth::user_name::parse(text);
}

inline auth::user a_user(std::string_view text) {
  return {name(text), "$hash of " + std::string(text), users_created};
}

inline tl::expected<std::unique_ptr<auth::user_store>, std::string> open_users(
    const std::filesystem::path& folder,
    auth::bucket_folder::access wanted = auth::bucket_folder::access::read_write) {
  const auto buckets = auth::bucket_folder::open(folder, wanted);
  if (!buckets) return tl::unexpected(buckets.error());
  return auth::user_store::open(*buckets);
}

struct user_store_fixture {
  temporary_folder folder;
  std::filesystem::path path = folder / "users.json";
  std::unique_ptr<auth::user_store> store = opened();

  std::unique_ptr<auth::user_store> opened() const {
    auto result = open_users(folder.path());
    if (!result) BOOST_FAIL(result.error());
    return std::move(*result);
  }

  void reopen() {
    store.reset();
    store = opened();
  }

  auth::user_store::ticket staged(std::string_view text) const {
    const auto ticket = store->stage_add(a_user(text));
    if (!ticket) BOOST_FAIL(ticket.error());
    return *ticket;
  }

  void add(std::string_view text) const {
    const auto result = store->commit(staged(text));
    if (!result) BOOST_FAIL(result.error().text);
  }

  bool knows(std::string_view text) const { return store->find(name(text)).has_value(); }

  // Every replacement is another file.
  ino_t inode() const {
    struct stat status{};
    BOOST_REQUIRE(::stat(path.c_str(), &status) == 0);
    return status.st_ino;
  }

  tl::expected<void, auth::bucket_failure> commit_on_full_disk(const auth::user_store::ticket& ticket) const {
    const full_disk full(0);
    return store->commit(ticket);
  }
};

}  // namespace parley::test
