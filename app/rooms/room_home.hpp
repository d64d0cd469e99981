#pragma once
// The rooms as one shard sees them: the homes of the rooms that live here, and the local members of every
// room. What crosses shards is a request to a room's home, its answer, and the home's batches: one post each,
// never one a member.

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/accounts/login_directory.hpp"
#include "app/config/config.hpp"
#include "chat/broadcast.hpp"
#include "chat/fanout.hpp"
#include "chat/room.hpp"
#include "chat/slice_batches.hpp"
#include "net/asio.hpp"

namespace parley {

class shard;

class rooms {
 public:
  rooms(shard& here, const config& settings);
  ~rooms();

  // A code that lets people into a private room.
  static std::string new_invite();

  // The shard that decides for a room.
  static std::size_t home_of(const chat::room_name& name, std::size_t shards);

  // Makes a room, wherever its home is. Before the shards run, only here.
  void create(const chat::room_name& name, chat::room_record record, std::unique_ptr<chat::room_log> log);

  // For the sessions of this shard. The answers come as session::entered(), not_entered(), acknowledged() and
  // send(), later or at once.
  struct entrance {
    socket_id who;
    chat::room::entry_request request;
    bool is_in = false;  // this socket is a member already and only wants to be told again
  };
  void join(const chat::room_name& name, entrance request);
  void leave(const chat::room_name& name, std::string user);
  // On all sockets, and out of a private room's members.
  void give_up(const chat::room_name& name, chat::actor who);
  // Tells people, wherever they are, of a private room that they have become members of.
  void invite(const chat::room_name& name, const std::vector<std::string>& keys, const std::string& by);

  void publish(const chat::room_name& name, chat::room::submission message);

  // The page comes as session::show_history().
  void read(const chat::room_name& name, socket_id who, const chat::room_log::range& wanted);
  void count_unread(const chat::room_name& name, socket_id who, std::uint64_t after,
                    const std::string& reader);

  void say_typing(const chat::room_name& name, chat::actor who);

  // The answer is a frame: `moderated`, `settings` or an error.
  void moderate(const chat::room_name& name, socket_id asked_by, chat::actor who, chat::moderation act);
  void configure(const chat::room_name& name, socket_id asked_by, chat::actor who,
                 chat::room_changes changes);
  void tell_settings(const chat::room_name& name, socket_id asked_by, chat::actor who);

  // Sends all that has been gathered, now.
  void flush_all();

  // The members of a room on this shard. Stays where it is while it has members.
  struct seat {
    std::size_t slice;
    std::size_t skip;  // see chat::fanout::add()
  };
  void add_local(const chat::room_name& name, chat::subscription& place, seat where);
  void remove_local(const chat::room_name& name, chat::subscription& place);

 private:
  struct hosted_room;

  hosted_room* find_home(const chat::room_name& name);
  template <class Function>
  void at_home(const chat::room_name& name, Function function);

  void create_here(const chat::room_name& name, chat::room_record record,
                   std::unique_ptr<chat::room_log> log);
  void join_here(const chat::room_name& name, entrance entering);
  void leave_here(const chat::room_name& name, const std::string& user, std::size_t from_shard);
  void publish_here(const chat::room_name& name, const chat::room::submission& message);
  void read_here(const chat::room_name& name, socket_id who, const chat::room_log::range& wanted);
  void count_here(const chat::room_name& name, socket_id who, std::uint64_t after, const std::string& reader);
  void moderate_here(const chat::room_name& name, socket_id asked_by, const chat::actor& who,
                     const chat::moderation& act);
  void configure_here(const chat::room_name& name, socket_id asked_by, const chat::actor& who,
                      const chat::room_changes& changes);
  void tell_settings_here(const chat::room_name& name, socket_id asked_by, const chat::actor& who);
  void give_up_here(const chat::room_name& name, const chat::actor& who);
  void carry_out(hosted_room& home, const chat::actor& who, const chat::moderation& act);
  void tell_all_of(hosted_room& home, const std::string& key, const std::string& json, bool goes);
  void changed(hosted_room& home, const chat::room::published& news);
  void store_again_later(hosted_room& home);

  void published(hosted_room& home, const chat::room::published& news);
  void failed(hosted_room& home, const chat::room::published& news);
  void acknowledge(socket_id who, const chat::room_name& room, const chat::room::published& news);
  void send(socket_id who, std::string json);
  void refuse(socket_id who, const chat::error_frame& why);
  void gather(hosted_room& home, std::string_view frame);
  bool is_too_busy(hosted_room& home);
  void settle(hosted_room& home);
  bool may_flush(hosted_room& home);
  void plan_flush(hosted_room& home, chat::clock::duration delay);
  void flush_is_due(hosted_room& home);
  void flush_what_is_due(hosted_room& home);
  void flush(hosted_room& home, chat::slice_batches::batch batch);
  void schedule_presence(hosted_room& home);
  void send_presence(hosted_room& home);
  void deliver_here(const chat::room_name& name, chat::broadcast& news);

  shard& here_;
  const config& settings_;
  std::map<chat::room_name, std::unique_ptr<hosted_room>> homes_;
  using slices_of_room = std::array<chat::fanout, chat::slice_batches::slices>;
  std::map<chat::room_name, slices_of_room> local_;
};

}  // namespace parley
