#include "app/rooms/room_directory.hpp"

#include <algorithm>
#include <charconv>

namespace parley {
namespace {

constexpr std::size_t page_size = 50;
constexpr std::size_t most_looked_at = 1'000;  // for one page
constexpr std::size_t most_direct_each = 200;  // rooms of two that one user may open

}  // namespace

tl::expected<void, chat::refusal> room_directory::claim(const chat::room_name& name,
                                                        const chat::actor& owner) {
  using chat::error_code;
  const bool direct = name.direct().has_value();
  const std::lock_guard lock(mutex_);
  if (rooms_.contains(name.str()))
    return tl::unexpected(
        chat::refusal{error_code::name_taken, "There is a room " + name.str() + " already."});
  const auto owned = owned_.find(owner.key);
  const auto all = all_.of(direct), own = owned == owned_.end() ? 0 : owned->second.of(direct);
  const auto most = direct ? limits_.direct : limits_.max;
  const auto most_own = direct ? most_direct_each : limits_.per_user;
  if (all >= most)
    return tl::unexpected(chat::refusal{
        error_code::forbidden, "There are " + std::to_string(all) + " rooms, and no more may be made."});
  if (own >= most_own && !owner.is_operator)
    return tl::unexpected(chat::refusal{
        error_code::forbidden, "You have made " + std::to_string(own) + " rooms, and may make no more."});
  const auto claimed = rooms_.emplace(name.str(), entry{}).first;
  claimed->second.owner_key = owner.key;
  claimed->second.is_direct = direct;
  remember(claimed);
  return {};
}

void room_directory::give_back(const chat::room_name& name) {
  const std::lock_guard lock(mutex_);
  const auto found = rooms_.find(name.str());
  if (found == rooms_.end()) return;
  forget(found);
  rooms_.erase(found);
}

// The default room, and those that it was once, were made by nobody.
bool room_directory::counts(const entry& room) {
  return room.is_direct || !room.owner_key.empty();
}

// Takes a room out of the indexes, and puts it into them.
void room_directory::forget(rooms::iterator room) {
  const auto& [name, known] = *room;
  if (counts(known)) --all_.of(known.is_direct);
  if (--owned_[known.owner_key].of(known.is_direct) == 0) {
    const auto owned = owned_.find(known.owner_key);
    if (owned->second.rooms + owned->second.direct == 0) owned_.erase(owned);
  }
  public_.erase({known.count, name});
  for (const auto& member : known.members) {
    auto& of_member = private_of_[member];
    of_member.erase(name);
    if (of_member.empty()) private_of_.erase(member);
  }
}

void room_directory::remember(rooms::iterator room) {
  const auto& [name, known] = *room;
  if (counts(known)) ++all_.of(known.is_direct);
  ++owned_[known.owner_key].of(known.is_direct);
  if (known.made && !known.view.is_private) public_.insert({known.count, name});
  for (const auto& member : known.members) private_of_[member].insert(name);
}

void room_directory::update(const chat::room& room) {
  entry known;
  known.is_direct = room.name().starts_with('@');
  known.owner_key = known.is_direct ? room.record().opened_by : chat::ascii_lower(room.record().owner);
  known.view = room.view();
  known.searched = chat::ascii_lower(room.name() + '\n' + known.view.topic);
  if (known.view.is_private) {
    known.members = room.record().members;
    if (!known.owner_key.empty() && !known.is_direct) known.members.insert(known.owner_key);
  }
  known.count = room.user_count();
  known.made = true;
  const std::lock_guard lock(mutex_);
  const auto [there, is_new] = rooms_.try_emplace(room.name());
  if (!is_new) forget(there);
  there->second = std::move(known);
  remember(there);
}

void room_directory::update_count(const chat::room& room) {
  const std::lock_guard lock(mutex_);
  auto& known = rooms_[room.name()];
  const bool is_listed = public_.erase({known.count, room.name()}) != 0;
  known.count = room.user_count();
  if (is_listed) public_.insert({known.count, room.name()});
}

bool room_directory::knows(const chat::room_name& name) const {
  const std::lock_guard lock(mutex_);
  const auto found = rooms_.find(name.str());
  return found != rooms_.end() && found->second.made;
}

std::optional<room_directory::place> room_directory::place::parse(std::string_view text) {
  place result{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), result.count);
  const auto digits = static_cast<std::size_t>(end - text.data());
  if (error != std::errc{} || digits == text.size() || text[digits] != ':') return std::nullopt;
  result.name = text.substr(digits + 1);
  return result;
}

chat::room_listing room_directory::list(const chat::actor& who, const std::string& query,
                                        const std::string& after) const {
  const auto wanted = chat::ascii_lower(query);
  chat::room_listing listing;
  std::size_t looked_at = 0;
  const std::lock_guard lock(mutex_);
  const auto look_at = [&](const std::string& name) {
    ++looked_at;
    const auto& room = rooms_.at(name);
    if (room.searched.find(wanted) != std::string::npos)
      listing.rooms.push_back({name, room.view, room.count});
  };
  if (const auto own = private_of_.find(who.key); own != private_of_.end() && after.empty())
    for (const auto& name : own->second)
      if (listing.rooms.size() < page_size && looked_at < most_looked_at) look_at(name);
  looked_at = 0;
  const auto most = listing.rooms.size() + page_size;
  const auto from = place::parse(after);
  auto next = from ? public_.upper_bound(*from) : public_.begin();
  const place* last = from ? &*from : nullptr;
  for (; next != public_.end() && listing.rooms.size() < most && looked_at < most_looked_at; ++next) {
    look_at(next->name);
    last = &*next;
  }
  listing.more = next != public_.end();
  if (listing.more && last) listing.next = last->str();
  return listing;
}

std::vector<std::string> room_directory::private_rooms_of(const std::string& key) const {
  const std::lock_guard lock(mutex_);
  const auto found = private_of_.find(key);
  if (found == private_of_.end()) return {};
  std::vector<std::string> names(found->second.begin(), found->second.end());
  std::stable_partition(names.begin(), names.end(), [](const auto& name) { return !name.starts_with('@'); });
  return names;
}

}  // namespace parley
