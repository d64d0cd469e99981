#include "chat/fanout.hpp"

namespace parley::chat {

void subscription::leave() {
  in_->remove(*this);
}

void fanout::add(subscription& place, std::size_t skip) {
  place.in_ = this;
  place.newcomer_ = true;
  place.index_ = newcomers_.size();
  newcomers_.push_back({{place.who_, &place}, skip});
  // So that deliver() cannot fail; doubling, since reserve() by itself grows to exactly what it is told.
  if (const auto needed = size(); needed > members_.capacity()) members_.reserve(2 * needed);
}

void fanout::remove(subscription& place) {
  if (place.newcomer_) {
    newcomers_[place.index_] = newcomers_.back();
    newcomers_[place.index_].who.place->index_ = place.index_;
    newcomers_.pop_back();
  } else {
    members_[place.index_] = members_.back();
    members_[place.index_].place->index_ = place.index_;
    members_.pop_back();
  }
}

void fanout::deliver(std::span<const char> frames) noexcept {
  for (const auto& to : members_) to.who->deliver(frames);
  for (const auto& [to, skip] : newcomers_) {
    if (skip < frames.size()) to.who->deliver(frames.subspan(skip));
    to.place->newcomer_ = false;
    to.place->index_ = members_.size();
    members_.push_back(to);
  }
  newcomers_.clear();
}

}  // namespace parley::chat
