#include "app/accounts/free_space.hpp"

#include <utility>

#include <spdlog/spdlog.h>

#include "app/config/values.hpp"

namespace parley {
namespace {

constexpr std::chrono::seconds between_looks{1};

}  // namespace

free_space::free_space(std::filesystem::path folder, std::uint64_t least)
    : folder_(std::move(folder)), least_(least), look_again_(chat::clock::now().time_since_epoch().count()) {}

bool free_space::is_enough() {
  if (least_ != 0 && chat::clock::now().time_since_epoch().count() >= look_again_.load()) look();
  return enough_.load();
}

void free_space::look() {
  const std::unique_lock lock(mutex_, std::try_to_lock);
  if (!lock) return;  // another thread is looking
  look_again_ = (chat::clock::now() + between_looks).time_since_epoch().count();
  std::error_code unknown;
  const auto free = std::filesystem::space(folder_, unknown).available;
  const bool enough = unknown || free >= least_;
  if (enough_.exchange(enough) == enough) return;
  if (enough)
    spdlog::warn("there is enough space in {} again: messages are taken again", folder_.string());
  else
    spdlog::error(
        "only {} MiB are free in {}, and data.min_free is {}: no messages, registrations and new rooms are "
        "taken "
        "until there is more; removals are",
        free >> 20U, folder_.string(), size_to_text(least_));
}

}  // namespace parley
