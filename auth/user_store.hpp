#pragma once
// The users, each a record in a bucket, by the key of the name. In a folder that is users.json:
//
//   {"format": "parley-users", "version": 1, "users": {
//      "ada": {"name": "Ada", "password": "$scrypt$...", "created": 1790000000000, "disabled": true}}}
//
// `created` is in Unix milliseconds, `disabled` is left out where it is false. Changes are staged; they
// become visible to readers and durable together, when the commit of their ticket returns.

#include <chrono>
#include <cstddef>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "auth/bucket.hpp"
#include "auth/bucket_folder.hpp"
#include "auth/user_name.hpp"

namespace parley::auth {

using time_point = std::chrono::system_clock::time_point;

struct user {
  user_name name;
  std::string password_hash;  // as hash_password gives it, or `$sha256$HEX`
  time_point created;         // kept in whole milliseconds
  bool disabled = false;
};

// Makes users.json in the folder, without users, where there is none: so that one which is missing later was
// lost. By whoever holds the folder for writing.
tl::expected<void, std::string> make_users_file(const std::filesystem::path& folder);

// Every thread may use it. All users are in memory, as the bucket tells of them: readers never wait for the
// disk.
class user_store {
 public:
  class change;
  // A change that was staged; copies mean the same one. It may outlive the store. The next commit of anybody
  // writes it too, but only its own commit makes an edit again that another one came before.
  using ticket = std::shared_ptr<change>;

  // The error says which record is not valid, with line and column where it stands in a file. Users made
  // elsewhere later on are left out where their records are not valid.
  // `knows_hash` says whether a password hash can be compared with (see is_password_hash): one that cannot is
  // a record that is not valid; none: they are not looked at.
  static tl::expected<std::unique_ptr<user_store>, std::string> open(
      const bucket_folder& folder, const std::function<bool(std::string_view)>& knows_hash = {});
  static tl::expected<std::unique_ptr<user_store>, std::string> open(std::unique_ptr<bucket> records);

  // What is durable.
  std::optional<user> find(const user_name& name) const;
  std::vector<user> list() const;  // by name
  std::size_t size() const;

  // The error is a sentence for the person who chose the name: a stored or a staged user has it. So of two
  // registrations of one name at the same moment one wins, and where its write fails the name is free again.
  tl::expected<ticket, std::string> stage_add(const user& added);

  // Stages `edit` for a durable user; the error says there is none. It runs when the change is committed, on
  // the user as all changes before left it, and again where a change made elsewhere came before it; it may
  // not call the store, and the name stays whatever it does. What may have changed meanwhile (a password,
  // while an old hash was being replaced) it has to compare itself.
  tl::expected<ticket, std::string> stage_change(const user_name& name, std::function<void(user&)> edit);

  // Blocks until the change is durable: for a disk thread, never for a shard. Where it fails, what was staged
  // is dropped, and what find() sees stays as it was. `exists`, with the sentence of stage_add, where a user
  // of the name was made elsewhere; `missing` where there is nobody to change any more.
  tl::expected<void, bucket_failure> commit(const ticket& share);

 private:
  struct stored_user {
    user value;
    bucket::revision revision;
  };

  // `read`: the users of the records that are there, by key, where they have been read already.
  static tl::expected<std::unique_ptr<user_store>, std::string> open(std::unique_ptr<bucket> records,
                                                                     std::deque<user> read);
  user_store(std::unique_ptr<bucket> records, std::deque<user> read);

  void learn(const bucket::event& event);
  user take_read(const std::string& key);
  void stage_edits();                                                               // mutex_ is held
  void stage_edits_of(const std::string& key, const std::vector<ticket>& changes);  // the same
  void stage_again(const ticket& refused, const bucket::ticket& as);

  mutable std::mutex mutex_;  // guards all that follows but the bucket; never held while it commits
  std::map<std::string, stored_user> users_;  // by key, as the bucket told
  std::set<std::string> reserved_;            // keys of users staged and not yet settled
  std::vector<ticket> edits_;                 // in order; those of one user share a write
  // Read and not told of yet: to read them again would take half as long as reading the file did.
  std::deque<user> read_;
  std::optional<std::string> fault_;       // of the first record that could not be read
  const std::unique_ptr<bucket> records_;  // last, since it calls back as long as it lives
};

}  // namespace parley::auth
