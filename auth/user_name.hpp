#pragma once
// The name of a user, which can only be made by parse(): code that holds one need not check it again.

#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace parley::auth {

// 3 to 32 of A-Z a-z 0-9 _ . - ; two names that differ only in case are the same name.
class user_name {
 public:
  // The error is a sentence for the person who chose the name.
  static tl::expected<user_name, std::string> parse(std::string_view text);

  // As its owner wrote it.
  const std::string& display() const { return display_; }
  // In lower case: what the name is stored, found and compared by.
  const std::string& key() const { return key_; }

  friend bool operator==(const user_name& left, const user_name& right) { return left.key_ == right.key_; }

 private:
  explicit user_name(std::string_view text);

  std::string display_;
  std::string key_;
};

}  // namespace parley::auth
