#pragma once
// Users of an older application, whose file is one JSON object of names and plain SHA-256 hashes of their
// passwords:
// {"ada": "5e88...", ...}, in upper or lower case hexadecimal.

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "auth/user_store.hpp"

namespace parley::auth {

// The users of the file, created `now`, with password hashes `$sha256$HEX`: verify_password takes them and
// calls them outdated. All or nothing: the errors, at most 20 and how many more, each say `FILE:LINE:COLUMN:
// ...` with the name of the entry. Whether a name is taken is for the store to say.
tl::expected<std::vector<user>, std::vector<std::string>> read_legacy_users(const std::filesystem::path& path,
                                                                            time_point now);

}  // namespace parley::auth
