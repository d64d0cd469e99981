#include <set>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "app/rooms/room_directory.hpp"

namespace directory_of_rooms {

using all_rooms = parley::room_directory;
namespace chat = parley::chat;

namespace {

const chat::actor ada{"Ada", "ada"}, bob{"Bob", "bob"};

struct directory_fixture {
  parley::rooms_config limits;
  all_rooms directory{limits};

  // A room with so many people in it.
  void has(const std::string& name, int people, chat::room_record record = {}) {
    chat::room room(*chat::room_name::parse(name), {}, std::move(record),
                    std::make_unique<chat::memory_room_log>("epoch", 10));
    for (int i = 0; i < people; ++i) {
      const auto user = "u" + std::to_string(i);
      (void)room.join({{user, user}, {}, room.record().invite}, 0);
    }
    directory.update(room);
  }

  std::vector<std::string> names(const std::string& query = {}, const std::string& after = {}) {
    std::vector<std::string> result;
    for (const auto& room : directory.list(ada, query, after).rooms) result.push_back(room.room);
    return result;
  }
};

using texts = std::vector<std::string>;

}  // namespace
}  // namespace directory_of_rooms

BOOST_FIXTURE_TEST_SUITE(directory_of_rooms, directory_fixture)

BOOST_AUTO_TEST_CASE(a_list_names_the_fullest_first_and_those_as_full_by_name) {
  has("attic", 1);
  has("lobby", 3);
  has("cellar", 1);
  BOOST_TEST((names() == texts{"lobby", "attic", "cellar"}));
  has("cellar", 5);
  BOOST_TEST((names() == texts{"cellar", "lobby", "attic"}));
  BOOST_TEST((names("ATT") == texts{"attic"}));
}

BOOST_AUTO_TEST_CASE(a_list_comes_in_pages_that_name_each_room_once) {
  for (int i = 0; i < 170; ++i) has("room" + std::to_string(i), i % 7);
  std::set<std::string> seen;
  std::string next;
  int pages = 0;
  do {
    const auto page = directory.list(ada, "", next);
    BOOST_TEST(page.rooms.size() <= 50U);
    for (const auto& room : page.rooms) BOOST_TEST(seen.insert(room.room).second, room.room);
    BOOST_REQUIRE(page.more != page.next.empty());
    next = page.next;
    ++pages;
  } while (!next.empty());
  BOOST_TEST(seen.size() == 170U);
  BOOST_TEST(pages == 4);
}

// What a page costs does not grow with all rooms.
BOOST_AUTO_TEST_CASE(a_list_looks_at_a_thousand_rooms_and_says_where_to_go_on) {
  for (int i = 0; i < 2500; ++i) has("room" + std::to_string(i), 0);
  has("zzz-needle", 0);
  std::string next;
  for (int page = 0; page < 2; ++page) {
    const auto found = directory.list(ada, "needle", next);
    BOOST_TEST(found.rooms.empty());
    BOOST_TEST(found.more);
    next = found.next;
  }
  const auto last = directory.list(ada, "needle", next);
  BOOST_TEST(last.rooms.size() == 1U);
  BOOST_TEST(!last.more);
}

BOOST_AUTO_TEST_CASE(a_list_shows_private_rooms_to_their_members_on_the_first_page) {
  chat::room_record den;
  den.is_private = true;
  den.owner = "Ada";
  for (int i = 0; i < 60; ++i) has("den" + std::to_string(i), 0, den);
  for (int i = 0; i < 60; ++i) has("room" + std::to_string(i), 0);
  const auto mine = directory.list(ada, "", "");
  BOOST_TEST(mine.rooms.size() == 100U);
  BOOST_TEST(directory.list(ada, "", mine.next).rooms.size() == 10U);
  BOOST_TEST(directory.list(bob, "", "").rooms.size() == 50U);
  BOOST_TEST(directory.list(bob, "den", "").rooms.empty());
}

BOOST_AUTO_TEST_CASE(a_list_takes_only_what_it_said_for_the_next_page) {
  for (const auto* right : {"", "0:lobby", "17:attic"}) BOOST_TEST(all_rooms::is_next(right), right);
  for (const auto* wrong : {":", "lobby", "x:lobby", "-1:lobby", "99999999999999999999:lobby"})
    BOOST_TEST(!all_rooms::is_next(wrong), wrong);
}

BOOST_AUTO_TEST_SUITE_END()
