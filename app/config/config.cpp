#include "app/config/config.hpp"

namespace parley {

std::filesystem::path config::resolve(const std::string& path) const {
  return base_folder / path;
}

auth::hash_settings to_hash_settings(const auth_config& settings) {
  auth::hash_settings result;
  result.algorithm = settings.hash;
  result.pbkdf2_rounds = settings.pbkdf2_rounds;
  return result;
}

}  // namespace parley
