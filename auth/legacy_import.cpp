#include "auth/legacy_import.hpp"

#include <map>
#include <string_view>
#include <utility>

#include "auth/encoding.hpp"
#include "auth/json_file.hpp"

namespace parley::auth {
namespace {

constexpr std::size_t most_problems = 20;  // telling the place of each costs a pass over the file

class problems {
 public:
  explicit problems(const json_file& file) : file_(file) {}

  void add(std::string_view name, const std::string& what) {
    if (++count_ <= most_problems) texts_.push_back(file_.fault({name}, in_quotes(name) + ": " + what));
  }

  std::vector<std::string> take() {
    if (count_ > most_problems)
      texts_.push_back(file_.path().string() + ": and " + std::to_string(count_ - most_problems) + " more");
    return std::move(texts_);
  }

 private:
  const json_file& file_;
  std::size_t count_ = 0;
  std::vector<std::string> texts_;
};

bool is_sha256(std::string_view hex) {
  const auto bytes = from_hex(hex);
  return bytes && bytes->size() == 32;
}

}  // namespace

tl::expected<std::vector<user>, std::vector<std::string>> read_legacy_users(const std::filesystem::path& path,
                                                                            time_point now) {
  using failed = std::vector<std::string>;
  const auto file = read_json_file(path);
  if (!file) return tl::unexpected(failed{file.error()});
  if (!*file) return tl::unexpected(failed{path.string() + ": there is no such file"});
  const auto& entries = (*file)->value();
  if (!entries.is_object())
    return tl::unexpected(failed{(*file)->fault({}, "expected an object of names and SHA-256 hashes")});

  std::vector<user> users;
  std::map<std::string, std::string> seen;  // name as written, by key
  problems found(**file);
  for (const auto& [written, hash] : entries.items()) {
    auto name = user_name::parse(written);
    if (!name) {
      found.add(written, name.error());
      continue;
    }
    const auto [first, fresh] = seen.emplace(name->key(), written);
    if (!fresh)
      found.add(written, "the same name as " + in_quotes(first->second) + " but for the case of letters");
    if (!hash.is_string() || !is_sha256(hash.get_ref<const std::string&>())) {
      found.add(written, "the hash is not the 64 hexadecimal digits of a SHA-256");
      continue;
    }
    users.push_back({std::move(*name), "$sha256$" + ascii_lower(hash.get_ref<const std::string&>()), now});
  }
  if (auto texts = found.take(); !texts.empty()) return tl::unexpected(std::move(texts));
  return users;
}

}  // namespace parley::auth
