#pragma once
// Broadcast fan-out on one shard: the members of a room that live here, and batches of frames, one after
// another and ready for the socket, handed to each of them.

#include <cstddef>
#include <span>
#include <vector>

namespace parley::chat {

// Somebody who takes frames: a session.
class subscriber {
 public:
  // Called for every batch, for every member: it may not block, throw, or add or remove subscriptions.
  virtual void deliver(std::span<const char> frames) noexcept = 0;

 protected:
  ~subscriber() = default;
};

class fanout;

// The place of one subscriber in one fanout. It belongs to the subscriber, stays where it is, and is removed
// before it is destroyed.
class subscription {
 public:
  explicit subscription(subscriber& who) : who_(&who) {}
  subscription(const subscription&) = delete;
  subscription& operator=(const subscription&) = delete;

  // The fanout that it was added to.
  void leave();

 private:
  friend class fanout;
  subscriber* who_;
  fanout* in_ = nullptr;
  std::size_t index_ = 0;
  bool newcomer_ = false;
};

class fanout {
 public:
  // `skip` is how many bytes at the front of the next batch the subscriber has already been told in another
  // way (it joined while that batch was being gathered).
  void add(subscription& place, std::size_t skip);
  void remove(subscription& place);

  // Hands the batch to every member.
  void deliver(std::span<const char> frames) noexcept;

  std::size_t size() const { return members_.size() + newcomers_.size(); }

 private:
  // Only `who` is touched on the way of a batch.
  struct member {
    subscriber* who;
    subscription* place;
  };
  struct newcomer {
    member who;
    std::size_t skip;
  };

  std::vector<member> members_;
  std::vector<newcomer> newcomers_;  // members from the next batch on
};

}  // namespace parley::chat
