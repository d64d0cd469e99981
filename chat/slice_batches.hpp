#pragma once
// The frames of a room on their way to its members, who are parted into slices. Each slice has its own place
// in them, so that slices can be told by turns and everybody is told everything, in one order.

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <string>

#include "chat/flush_pacer.hpp"

namespace parley::chat {

class slice_batches {
 public:
  static constexpr std::size_t slices = flush_pacer::slices;

  // Where the member goes who comes so many-th. Who came one after another are served one after another,
  // since what the sessions and the kernel keep of them lies side by side: dealt out one by one, they cost
  // five percent more.
  static constexpr std::size_t slice_of(std::size_t number) { return number / 64 % slices; }

  // Frames one after another, and from which byte on they are a slice's.
  struct batch {
    std::string bytes;
    std::array<std::size_t, slices> from;
    std::size_t frames;  // of the slice that gets the most
    bool of_slice;       // the others get nothing

    std::span<const char> of(std::size_t slice) const {
      return std::span<const char>(bytes).subspan(from[slice]);
    }
  };

  // Where to append the next frame.
  std::string& add() {
    ++frames_;
    return gathered_;
  }

  // In bytes: what some slice has not been given, and what this one has not.
  std::size_t size() const { return gathered_.size(); }
  std::size_t size_for(std::size_t slice) const { return gathered_.size() - given_[slice].bytes; }
  // Since the last batch.
  bool has_news() const { return gathered_.size() > newest_given_; }

  // All that is waiting, for everybody.
  batch take_all() {
    batch taken{std::move(gathered_), {}, frames_ - last()->frames, false};
    std::transform(given_.begin(), given_.end(), taken.from.begin(),
                   [](const position& each) { return each.bytes; });
    *this = {};
    return taken;
  }

  // For the slice whose frames have waited longest.
  batch take_turn() {
    const auto slice = last();
    batch taken{gathered_.substr(slice->bytes), {}, frames_ - slice->frames, true};
    taken.from.fill(taken.bytes.size());
    taken.from[static_cast<std::size_t>(slice - given_.begin())] = 0;
    *slice = {gathered_.size(), frames_};
    forget(*last());
    newest_given_ = gathered_.size();
    return taken;
  }

 private:
  struct position {
    std::size_t bytes = 0, frames = 0;
  };

  std::array<position, slices>::iterator last() {
    return std::min_element(given_.begin(), given_.end(),
                            [](const position& a, const position& b) { return a.bytes < b.bytes; });
  }

  // All have been given what is before it.
  void forget(position first) {
    gathered_.erase(0, first.bytes);
    frames_ -= first.frames;
    for (auto& each : given_) each = {each.bytes - first.bytes, each.frames - first.frames};
  }

  std::string gathered_;  // from the first frame on that a slice has not been given
  std::size_t frames_ = 0, newest_given_ = 0;
  std::array<position, slices> given_{};
};

}  // namespace parley::chat
