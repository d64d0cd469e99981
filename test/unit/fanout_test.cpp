#include "chat/fanout.hpp"

#include <memory>
#include <random>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

namespace fanout {

using fan = parley::chat::fanout;
using parley::chat::subscriber;
using parley::chat::subscription;

namespace {

// A session that writes down what it was handed, with a bar after every call.
struct listener final : subscriber {
  void deliver(std::span<const char> frames) noexcept override {
    heard.append(frames.data(), frames.size());
    heard += '|';
  }
  std::string heard;
  subscription place{*this};
};

struct fanout_fixture {
  fan members;
  listener ada, bob, eve;
};

// The same by the simplest rules, to compare with.
struct modelled_listener {
  listener real;
  std::string expected;
  bool inside = false;
  bool newcomer = false;
  std::size_t skip = 0;

  void deliver(std::string_view batch) {
    if (!inside) return;
    if (!newcomer || skip < batch.size()) expected += std::string(batch.substr(newcomer ? skip : 0)) + '|';
    newcomer = false;
  }
};

}  // namespace

}  // namespace fanout

BOOST_FIXTURE_TEST_SUITE(fanout, fanout_fixture)

BOOST_AUTO_TEST_CASE(a_batch_reaches_every_member_once) {
  for (auto* each : {&ada, &bob, &eve}) members.add(each->place, 0);
  members.deliver(std::string_view("one"));
  members.deliver(std::string_view("two"));
  for (auto* each : {&ada, &bob, &eve}) BOOST_TEST(each->heard == "one|two|");
}

BOOST_AUTO_TEST_CASE(without_members_a_batch_reaches_nobody) {
  members.deliver(std::string_view("one"));
  BOOST_TEST(members.size() == 0U);
  BOOST_TEST(ada.heard.empty());
}

BOOST_AUTO_TEST_CASE(members_are_counted_from_the_moment_they_come) {
  members.add(ada.place, 0);
  BOOST_TEST(members.size() == 1U);
  members.deliver(std::string_view("one"));
  members.add(bob.place, 0);
  BOOST_TEST(members.size() == 2U);
  members.remove(ada.place);
  BOOST_TEST(members.size() == 1U);
  members.remove(bob.place);
  BOOST_TEST(members.size() == 0U);
}

BOOST_AUTO_TEST_CASE(a_newcomer_is_spared_what_it_was_told_already) {
  members.add(ada.place, 0);
  members.deliver(std::string_view("before"));
  members.add(bob.place, 4);
  members.deliver(std::string_view("toldnews"));
  members.deliver(std::string_view("later"));
  BOOST_TEST(ada.heard == "before|toldnews|later|");
  BOOST_TEST(bob.heard == "news|later|");
}

BOOST_AUTO_TEST_CASE(a_newcomer_who_was_told_the_whole_batch_hears_from_the_next_on) {
  members.add(ada.place, 4);
  members.deliver(std::string_view("told"));
  BOOST_TEST(ada.heard.empty());
  members.deliver(std::string_view("next"));
  BOOST_TEST(ada.heard == "next|");
}

BOOST_AUTO_TEST_CASE(newcomers_to_one_batch_skip_each_their_own_part) {
  members.add(ada.place, 0);
  members.add(bob.place, 1);
  members.add(eve.place, 2);
  members.deliver(std::string_view("abc"));
  BOOST_TEST(ada.heard == "abc|");
  BOOST_TEST(bob.heard == "bc|");
  BOOST_TEST(eve.heard == "c|");
}

BOOST_AUTO_TEST_CASE(who_is_removed_hears_no_more_and_the_others_all) {
  for (auto* gone : {&ada, &bob, &eve}) {
    fan some;
    listener first, second, third;
    listener* all[] = {&first, &second, &third};
    for (auto* each : all) some.add(each->place, 0);
    some.deliver(std::string_view("one"));
    const auto index = static_cast<std::size_t>(gone == &ada ? 0 : gone == &bob ? 1 : 2);
    some.remove(all[index]->place);
    some.deliver(std::string_view("two"));
    for (std::size_t i = 0; i < 3; ++i) BOOST_TEST(all[i]->heard == (i == index ? "one|" : "one|two|"));
  }
}

BOOST_AUTO_TEST_CASE(a_newcomer_may_go_before_the_first_batch) {
  members.add(ada.place, 1);
  members.add(bob.place, 2);
  members.add(eve.place, 0);
  members.remove(ada.place);
  members.deliver(std::string_view("abc"));
  BOOST_TEST(ada.heard.empty());
  BOOST_TEST(bob.heard == "c|");
  BOOST_TEST(eve.heard == "abc|");
}

BOOST_AUTO_TEST_CASE(who_comes_again_is_a_newcomer_again) {
  members.add(ada.place, 0);
  members.deliver(std::string_view("one"));
  members.remove(ada.place);
  members.deliver(std::string_view("missed"));
  members.add(ada.place, 4);
  members.deliver(std::string_view("toldtwo"));
  BOOST_TEST(ada.heard == "one|two|");
}

BOOST_AUTO_TEST_CASE(a_place_leaves_the_fanout_that_it_was_added_to_last) {
  fan others;
  members.add(ada.place, 0);
  ada.place.leave();
  BOOST_TEST(members.size() == 0U);
  others.add(ada.place, 0);
  members.add(bob.place, 0);
  ada.place.leave();
  BOOST_TEST(others.size() == 0U);
  BOOST_TEST(members.size() == 1U);
}

BOOST_AUTO_TEST_CASE(any_order_of_coming_going_and_batches_gives_everybody_what_is_due) {
  std::mt19937 random(1);
  fan some;
  std::vector<std::unique_ptr<modelled_listener>> everybody;
  for (int i = 0; i < 60; ++i) everybody.push_back(std::make_unique<modelled_listener>());
  std::size_t inside = 0, wrong_sizes = 0;
  for (int step = 0; step < 20'000; ++step) {
    auto& one = *everybody[random() % everybody.size()];
    if (random() % 20 == 0) {
      const std::string batch(1 + random() % 4, static_cast<char>('a' + random() % 26));
      some.deliver(batch);
      for (const auto& each : everybody) each->deliver(batch);
    } else if (one.inside) {
      some.remove(one.real.place);
      one.inside = false;
      --inside;
    } else {
      one.skip = random() % 5;
      some.add(one.real.place, one.skip);
      one.inside = one.newcomer = true;
      ++inside;
    }
    wrong_sizes += some.size() == inside ? 0 : 1;
  }
  BOOST_TEST(wrong_sizes == 0U);
  std::size_t wrong = 0;
  for (const auto& each : everybody) {
    BOOST_REQUIRE(each->expected.size() > 1000U);
    wrong += each->real.heard == each->expected ? 0 : 1;
  }
  BOOST_TEST(wrong == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
