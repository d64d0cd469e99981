#pragma once
// The rooms as one shard sees them: the homes of the rooms that live here, and the local members of every
// room. What crosses shards is a request to a room's home, its answer, and the home's batches: one post each,
// never one a member.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/config.hpp"
#include "app/login_directory.hpp"
#include "chat/fanout.hpp"
#include "chat/pacer.hpp"
#include "chat/room.hpp"
#include "net/asio.hpp"

namespace parley {

class shard;

class rooms {
 public:
  rooms(shard& here, const config& settings);
  ~rooms();

  // The shard that decides for a room.
  static std::size_t home_of(const chat::room_name& name, std::size_t shards);

  // Makes a room whose home is here. Before the shards run.
  void create(const chat::room_name& name, std::unique_ptr<chat::room_log> log);

  // For the sessions of this shard. The answers come as session::entered(), not_entered(), acknowledged() and
  // send(), later or at once.
  struct entrance {
    socket_id who;
    std::string user;
    std::optional<chat::room::position> resume_at;
    bool is_in = false;  // this socket is a member already and only wants to be told again
  };
  void join(const chat::room_name& name, entrance request);
  void leave(const chat::room_name& name, std::string user);

  struct submission {
    socket_id who;
    std::string user, id;  // no id: no ack
    chat::message_text text;
  };
  void publish(const chat::room_name& name, submission message);

  // The page comes as session::show_history().
  void read(const chat::room_name& name, socket_id who, const chat::room_log::range& wanted);

  // Sends all that has been gathered, now.
  void flush_all();

  // The members of a room on this shard. Stays where it is while it has members.
  void add_local(const chat::room_name& name, chat::subscription& place, std::size_t skip);
  void remove_local(const chat::room_name& name, chat::subscription& place);

 private:
  struct hosted_room;

  hosted_room* find_home(const chat::room_name& name);
  template <class Function>
  void at_home(const chat::room_name& name, Function function);

  void join_here(const chat::room_name& name, entrance request);
  void leave_here(const chat::room_name& name, const std::string& user, std::size_t from_shard);
  void publish_here(const chat::room_name& name, submission message);
  void read_here(const chat::room_name& name, socket_id who, const chat::room_log::range& wanted);

  void published(hosted_room& home, chat::room::published message);
  void acknowledge(socket_id who, const chat::room_name& room, const chat::room::published& message);
  void refuse(socket_id who, const chat::error_frame& why);
  void gather(hosted_room& home, std::string_view frame);
  void flush(hosted_room& home);
  void schedule_presence(hosted_room& home);
  void send_presence(hosted_room& home);
  void deliver_here(const chat::room_name& name, const chat::batch& frames);

  shard& here_;
  const config& settings_;
  std::map<chat::room_name, std::unique_ptr<hosted_room>> homes_;
  std::map<chat::room_name, chat::fanout> local_;
};

}  // namespace parley
