#pragma once
// The rooms whose home is one shard, and those that are being made there.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "app/rooms/room_context.hpp"
#include "app/rooms/room_home.hpp"

namespace parley {

// For its shard's thread; its rooms give their answers at once or later.
class room_homes {
 public:
  explicit room_homes(room_context shared) : shared_(shared) {}

  void handle(room_request request);

  // A room whose log is open: before the shard runs, from any thread.
  void add(const chat::room_name& name, chat::room_record record, std::unique_ptr<chat::room_log> log);

  // Sends all that has been gathered, now.
  void flush_all();

 private:
  // A room that is being made on the disk: who asked for it, and who wants to come in when it is there.
  struct opening {
    room_request asked;  // make_room, or the first join_room
    chat::room_record record;
    std::vector<room_request> waiting;  // join_room: a socket has one under way at most
  };

  void make(room_request request);
  void open_direct(room_request request);
  void open(room_request asked, chat::room_record record, bool comes_in);
  void opened(const chat::room_name& name, room_surroundings::opened_log log);
  void not_opened(const opening& wanted, const chat::refusal& why);
  void refuse_unknown(const room_request& request);
  void answer(const room_request& to, decltype(room_answer::what) what);

  const room_context shared_;
  std::map<chat::room_name, std::unique_ptr<room_home>> homes_;
  std::map<chat::room_name, opening> openings_;
};

}  // namespace parley
