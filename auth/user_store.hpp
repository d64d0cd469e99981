#pragma once
// The users, in one JSON file (users.json) that is replaced as a whole:
//
//   {"format": "parley-users", "version": 1, "users": {
//      "ada": {"name": "Ada", "password": "$scrypt$...", "created": 1790000000000, "disabled": true}}}
//
// `created` is in Unix milliseconds, `disabled` is left out where it is false. Changes are staged in memory;
// they become visible to readers and durable together, when the commit of their ticket returns.

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <tl/expected.hpp>

#include "auth/folder_lock.hpp"
#include "auth/group_commit.hpp"
#include "auth/user_name.hpp"

namespace parley::auth {

using time_point = std::chrono::system_clock::time_point;

struct user {
  user_name name;
  std::string password_hash;  // as hash_password gives it, or `$sha256$HEX`
  time_point created;         // kept in whole milliseconds
  bool disabled = false;
};

// Every thread may use it. Readers never wait for the disk.
class user_store final : private group_commit {
 public:
  using group_commit::commit;
  using group_commit::ticket;

  // A store that writes locks the folder of its file against a second one, in this process or another, which
  // would overwrite its changes.
  enum class access { read_write, read_only };

  // No file is an empty store; a missing folder is made. A file that is not valid or not ours is an error
  // with line and column, and left as it was.
  static tl::expected<std::unique_ptr<user_store>, std::string> open(std::filesystem::path users_json,
                                                                     access wanted = access::read_write);

  // What is durable.
  std::optional<user> find(const user_name& name) const;
  std::vector<user> list() const;  // by name
  std::size_t size() const;

  // The error is a sentence for the person who chose the name: a stored or a staged user has it. So of two
  // registrations of one name at the same moment one wins, and where its write fails the name is free again.
  tl::expected<ticket, std::string> stage_add(user added);

  // Stages `edit` for a durable user; the error says there is none. It runs once, when the change is written,
  // on the user as all changes before left it, and may not call the store; the name stays whatever it does.
  // What may have changed meanwhile (a password, while an old hash was being replaced) it has to compare
  // itself.
  tl::expected<ticket, std::string> stage_change(const user_name& name, std::function<void(user&)> edit);

  // commit(ticket), from group_commit: where it fails, everything staged in that write is dropped and each of
  // its tickets gets the error; the file and what find() sees stay as they were.

 private:
  struct change {
    std::string key;
    std::optional<user> added;  // else `edit` is set
    std::function<void(user&)> edit;
  };

  user_store(std::filesystem::path path, access granted, folder_lock lock);
  tl::expected<void, std::string> load();

  void take_staged() noexcept override;
  tl::expected<void, std::string> write() override;
  void settle(const tl::expected<void, std::string>& written) noexcept override;

  const std::filesystem::path path_;
  const access access_;
  const folder_lock lock_;

  // Guarded by mutex_, except that the writing thread may read stored_ without it and has the last two for
  // itself.
  std::map<std::string, user> stored_;  // by key, as it is on disk
  std::set<std::string> reserved_;      // keys of users staged and not yet durable
  std::vector<change> staged_;
  std::vector<change> writing_;
  std::map<std::string, user> changed_;  // what writing_ makes of stored_
};

}  // namespace parley::auth
