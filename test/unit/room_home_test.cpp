// Rooms at their homes, asked by sockets of two shards, without a socket.
#include <deque>
#include <stdexcept>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "app/rooms/room_homes.hpp"
#include "temporary_folder.hpp"

namespace room_home {

using namespace parley;

namespace {

const auto lobby = *chat::room_name::parse("lobby");
const chat::actor ada{"Ada", "ada"}, bob{"Bob", "bob"}, eve{"Eve", "eve"};

// Keeps what the rooms have to say, and opens logs when it is told to.
struct written_post final : room_surroundings {
  std::vector<room_answer> answers;
  std::vector<std::string> told_users;
  std::deque<std::function<void(opened_log)>> opening;

  std::size_t shard_count() const override { return 2; }
  void forward(std::size_t, room_request) override { throw std::logic_error("not from a home"); }
  void answer(room_answer answer) override { answers.push_back(std::move(answer)); }
  void deliver(std::size_t, const chat::room_name&, std::shared_ptr<chat::broadcast>) override {}
  void tell_user(const std::string& user_key, std::string) override { told_users.push_back(user_key); }
  void open_log(const chat::room_name&, const chat::room_record&,
                std::function<void(opened_log)> then) override {
    opening.push_back(std::move(then));
  }
};

struct room_home_fixture {
  test::temporary_folder folder;
  config settings;
  room_directory directory{settings.rooms};
  std::unique_ptr<audit_log> audit = std::move(*audit_log::open(folder / "audit.log", {1'000'000, 0, 1}));
  asio::io_context io;
  written_post post;
  room_homes homes{{settings, directory, *audit, io, post}};

  room_home_fixture() {
    chat::room_record record;
    record.owner = "Ada";
    homes.add(lobby, record, std::make_unique<chat::memory_room_log>("e1", 5));
  }

  template <class What>
  void ask(const chat::actor& who, socket_id from, What what, const chat::room_name& room = lobby) {
    homes.handle({room, from, who, std::move(what)});
  }
  void join(const chat::actor& who, socket_id from, const chat::room_name& room = lobby) {
    ask(who, from, join_room{}, room);
  }
  void kick(const chat::actor& whom) {
    chat::moderation act;
    act.user = whom.user;
    act.key = whom.key;
    ask(ada, {0, 1}, moderate_room{act});
  }

  // What was said to a socket since the last time, by kind.
  template <class What>
  std::size_t count(socket_id to) const {
    std::size_t found = 0;
    for (const auto& each : post.answers)
      found += each.to == to && std::holds_alternative<What>(each.what) ? 1 : 0;
    return found;
  }
  template <class What>
  const What& last(socket_id to) const {
    for (auto each = post.answers.rbegin(); each != post.answers.rend(); ++each)
      if (const auto* what = std::get_if<What>(&each->what); what && each->to == to) return *what;
    throw std::runtime_error("no such answer");
  }
};

constexpr socket_id adas{0, 1}, bobs{0, 2}, bobs_other{1, 2};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(room_home, room_home_fixture)

BOOST_AUTO_TEST_CASE(who_joins_is_in_and_who_leaves_is_not) {
  join(bob, bobs);
  BOOST_TEST(count<entered>(bobs) == 1U);
  ask(bob, bobs, publish_message{"1", *chat::message_text::parse("hello", 50)});
  BOOST_TEST(count<acknowledged>(bobs) == 1U);
  ask(bob, bobs, leave_room{});
  ask(bob, bobs, publish_message{"2", *chat::message_text::parse("hello", 50)});
  BOOST_TEST((last<refused>(bobs).why == chat::error_code::not_member));
}

BOOST_AUTO_TEST_CASE(a_kick_puts_out_all_sockets_of_the_user_on_all_shards) {
  join(ada, adas);
  join(bob, bobs);
  join(bob, bobs_other);
  kick(bob);
  BOOST_TEST(count<put_out>(bobs) == 1U);
  BOOST_TEST(count<put_out>(bobs_other) == 1U);
  BOOST_TEST(count<put_out>(adas) == 0U);
  BOOST_TEST(count<told>(adas) == 1U);
  BOOST_TEST(directory.list(ada, "", "").rooms.at(0).count == 1U);
}

// The socket had asked to be told again before it heard of the kick: that lets it in no more.
BOOST_AUTO_TEST_CASE(a_kick_is_not_dodged_by_joining_once_more) {
  join(ada, adas);
  join(bob, bobs);
  kick(bob);
  ask(bob, bobs, join_room{{}, {}, true});
  BOOST_TEST(count<entered>(bobs) == 1U);
  BOOST_TEST(count<not_entered>(bobs) == 1U);
  BOOST_TEST(directory.list(ada, "", "").rooms.at(0).count == 1U);
}

BOOST_AUTO_TEST_CASE(a_kicked_socket_that_leaves_as_well_is_counted_out_once) {
  join(ada, adas);
  join(bob, bobs);
  join(bob, bobs_other);
  ask(bob, bobs, leave_room{});
  ask(bob, bobs, leave_room{});
  BOOST_TEST(directory.list(ada, "", "").rooms.at(0).count == 2U);  // his other one is in
  kick(bob);
  ask(bob, bobs_other, leave_room{});
  BOOST_TEST(directory.list(ada, "", "").rooms.at(0).count == 1U);
}

BOOST_AUTO_TEST_CASE(who_is_told_again_stays_counted_once) {
  join(bob, bobs);
  ask(bob, bobs, join_room{{}, {}, true});
  BOOST_TEST(count<entered>(bobs) == 2U);
  ask(bob, bobs, leave_room{});
  BOOST_TEST(directory.list(ada, "", "").rooms.at(0).count == 0U);
}

BOOST_AUTO_TEST_CASE(how_one_stands_is_told_to_those_of_ones_sockets_that_are_in) {
  join(ada, adas);
  join(bob, bobs);
  chat::moderation act;
  act.act = chat::moderation_act::appoint;
  act.user = "Bob";
  act.key = "bob";
  ask(ada, adas, moderate_room{act});
  BOOST_TEST(count<stands>(bobs) == 1U);
  BOOST_TEST(count<stands>(bobs_other) == 0U);
}

BOOST_AUTO_TEST_CASE(what_is_asked_of_a_room_that_is_not_there_is_refused) {
  const auto nowhere = *chat::room_name::parse("nowhere");
  join(bob, bobs, nowhere);
  BOOST_TEST((last<not_entered>(bobs).why.code == chat::error_code::no_such_room));
  ask(bob, bobs, publish_message{"1", *chat::message_text::parse("hello", 50)}, nowhere);
  BOOST_TEST((last<refused>(bobs).why == chat::error_code::not_member));
  ask(bob, bobs, read_page{{chat::room_log::range::direction::after, 0, 1}}, nowhere);
  BOOST_TEST(count<page>(bobs) == 1U);
  ask(bob, bobs, tell_details{}, nowhere);
  BOOST_TEST((last<refused>(bobs).why == chat::error_code::no_such_room));
  const auto before = post.answers.size();
  ask(bob, bobs, leave_room{}, nowhere);
  ask(bob, bobs, say_typing{}, nowhere);
  ask(bob, bobs, give_up_room{}, nowhere);
  BOOST_TEST(post.answers.size() == before);
}

BOOST_AUTO_TEST_CASE(a_room_is_made_once_its_log_is_open) {
  const auto den = *chat::room_name::parse("den");
  chat::room_record record;
  record.owner = "Bob";
  record.is_private = true;
  ask(bob, bobs, make_room{record}, den);
  BOOST_TEST(count<made>(bobs) == 0U);
  ask(eve, bobs_other, make_room{record}, den);
  BOOST_TEST((last<made>(bobs_other).why_not->code == chat::error_code::name_taken));
  post.opening.at(0)(std::make_unique<chat::memory_room_log>("e2", 5));
  BOOST_TEST(!last<made>(bobs).why_not);
  BOOST_TEST(last<made>(bobs).json.find("\"invite\"") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_room_that_cannot_be_made_leaves_its_name_free) {
  const auto den = *chat::room_name::parse("den");
  ask(bob, bobs, make_room{}, den);
  post.opening.at(0)(tl::unexpected<std::string>("the disk is full"));
  BOOST_TEST((last<made>(bobs).why_not->code == chat::error_code::unavailable));
  ask(bob, bobs, make_room{}, den);
  BOOST_TEST(post.opening.size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_room_of_two_is_made_once_for_all_who_join_it_meanwhile) {
  const auto two = *chat::room_name::parse("@bob:eve");
  join(bob, bobs, two);
  join(eve, bobs_other, two);
  BOOST_TEST(post.opening.size() == 1U);
  post.opening.at(0)(std::make_unique<chat::memory_room_log>("e3", 5));
  BOOST_TEST(count<entered>(bobs) == 1U);
  BOOST_TEST(count<entered>(bobs_other) == 1U);
  BOOST_TEST(post.told_users == (std::vector<std::string>{"bob", "eve"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(all_who_wait_for_a_room_of_two_hear_that_it_could_not_be_made) {
  const auto two = *chat::room_name::parse("@bob:eve");
  join(bob, bobs, two);
  join(eve, bobs_other, two);
  post.opening.at(0)(tl::unexpected<std::string>("the disk is full"));
  BOOST_TEST((last<not_entered>(bobs).why.code == chat::error_code::unavailable));
  BOOST_TEST((last<not_entered>(bobs_other).why.code == chat::error_code::unavailable));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace room_home
