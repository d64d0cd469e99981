#include "auth/bucket.hpp"

#include "auth/json_file.hpp"

namespace parley::auth {

std::optional<bucket_failure> refusal(const bucket::change& wanted, bucket::revision current) {
  using reason = bucket_failure::reason;
  const auto refuse = [&](reason why, std::string_view text) {
    return bucket_failure{why, in_quotes(wanted.key) + " " + std::string(text)};
  };
  if (wanted.seen == 0)
    return current == 0 ? std::nullopt : std::optional(refuse(reason::exists, "is there already"));
  if (current == 0) return refuse(reason::missing, "is not there");
  if (wanted.seen && *wanted.seen != current) return refuse(reason::changed, "was changed meanwhile");
  return std::nullopt;
}

}  // namespace parley::auth
