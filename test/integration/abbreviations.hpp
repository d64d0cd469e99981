#pragma once
// What an example of docs/protocol.md does not write out, since it is different each time: tokens, times, and
// how much time is left.

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "protocol_document.hpp"

namespace parley::test {

// Belongs to one example: what stands for a value the first time stands for it until the end.
class abbreviations {
 public:
  // Where what came is not what is shown, and how; nothing where it is.
  std::optional<std::string> difference(const shown_object& shown, const nlohmann::json& came);

  // What a client that speaks as the example shows really sends.
  std::string write_out(const std::string& text) const;

 private:
  using json = nlohmann::json;
  struct known {
    std::map<std::string, std::string> values;
    std::map<std::int64_t, std::int64_t> moments;
  };

  static std::optional<std::string> compare(const json& shown, const json& came, const std::string& place,
                                            const std::string& key, bool whole, known& known);
  static std::optional<std::string> compare_objects(const json& shown, const json& came,
                                                    const std::string& place, bool whole, known& known);
  static bool is_meant(const std::string& shown, const std::string& came, known& known);
  static bool is_meant(std::int64_t shown, std::int64_t came, const std::string& key, known& known);

  known known_;
};

}  // namespace parley::test
