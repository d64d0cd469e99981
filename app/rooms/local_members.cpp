#include "app/rooms/local_members.hpp"

#include <algorithm>

namespace parley {

void local_members::add(const chat::room_name& room, chat::subscription& who, seat where) {
  rooms_[room][where.slice].add(who, where.skip);
}

void local_members::remove(const chat::room_name& room, chat::subscription& who) {
  who.leave();
  const auto found = rooms_.find(room);
  const auto& slices = found->second;
  const auto is_empty = [](const chat::fanout& each) { return each.size() == 0; };
  if (std::all_of(slices.begin(), slices.end(), is_empty)) rooms_.erase(found);
}

void local_members::deliver(const chat::room_name& room, chat::broadcast& news) {
  const auto began = chat::clock::now();
  if (const auto found = rooms_.find(room); found != rooms_.end()) {
    auto& slices = found->second;
    for (std::size_t i = 0; i < slices.size(); ++i)
      if (const auto frames = news.bytes_of(i); !frames.empty()) slices[i].deliver(frames);
  }
  news.delivered(chat::clock::now() - began);
}

}  // namespace parley
