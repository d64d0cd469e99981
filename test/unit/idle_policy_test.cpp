#include "chat/idle_policy.hpp"

#include <ostream>
#include <string_view>

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(idle_policy)

using namespace std::chrono_literals;
using parley::chat::milliseconds;
using parley::chat::time_point;
using policy = parley::chat::idle_policy;

namespace {

constexpr time_point last_activity{1000h};
constexpr policy usual{20s, 30s};

std::string_view word(policy::action what) {
  switch (what) {
    case policy::action::none:
      return "none";
    case policy::action::warn:
      return "warn";
    case policy::action::kick:
      return "kick";
  }
  return "";
}

struct row {
  milliseconds silence;
  bool warned;
  policy::action what;
  milliseconds look_again;  // after the last activity
};

template <std::size_t Rows>
void expect_steps(const policy& idle, const row (&table)[Rows]) {
  for (const auto& [silence, warned, what, look_again] : table) {
    const auto step = idle.next(last_activity + silence, last_activity, warned);
    BOOST_TEST_CONTEXT(silence.count() << " ms of silence" << (warned ? ", warned" : "")) {
      BOOST_TEST(word(step.what) == word(what));
      BOOST_TEST((step.look_again - last_activity) / 1ms == look_again.count());
    }
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(silence_is_warned_of_once_and_then_ends) {
  using enum policy::action;
  expect_steps(usual, {
                          {0s, false, none, 20s},
                          {19'999ms, false, none, 20s},
                          {20s, false, warn, 30s},
                          {25s, false, warn, 30s},
                          {20s, true, none, 30s},
                          {29'999ms, true, none, 30s},
                          {29'999ms, false, warn, 30s},
                          {30s, true, kick, 30s},
                          {30s, false, kick, 30s},
                          {1h, true, kick, 1h},
                      });
}

BOOST_AUTO_TEST_CASE(after_activity_the_next_silence_is_waited_for_also_where_a_warning_stood) {
  using enum policy::action;
  expect_steps(usual, {{0s, true, none, 20s}, {5s, true, none, 20s}});
}

BOOST_AUTO_TEST_CASE(without_a_warning_silence_only_ends) {
  using enum policy::action;
  expect_steps({0ms, 30s}, {
                               {0s, false, none, 30s},
                               {29'999ms, false, none, 30s},
                               {30s, false, kick, 30s},
                           });
}

BOOST_AUTO_TEST_CASE(without_a_kick_nothing_ever_happens) {
  for (const auto silence : {0s, 20s, 100'000s}) {
    const auto step = policy{}.next(last_activity + silence, last_activity, false);
    BOOST_TEST(word(step.what) == "none");
    BOOST_CHECK(step.look_again == time_point::max());
  }
}

BOOST_AUTO_TEST_CASE(looking_again_when_told_meets_the_warning_and_the_kick_on_time) {
  auto now = last_activity;
  auto step = usual.next(now, last_activity, false);
  now = step.look_again;
  step = usual.next(now, last_activity, false);
  BOOST_TEST(word(step.what) == "warn");
  BOOST_CHECK(now == last_activity + 20s);
  now = step.look_again;
  step = usual.next(now, last_activity, true);
  BOOST_TEST(word(step.what) == "kick");
  BOOST_CHECK(now == last_activity + 30s);
}

BOOST_AUTO_TEST_CASE(time_away_is_not_silence_and_ends_none) {
  for (const milliseconds silence : {0ms, 10'000ms, 29'500ms})
    for (const milliseconds away : {0ms, 600ms, 30'000ms, 86'400'000ms}) {
      const auto gone = last_activity + silence;
      const auto back = gone + away;
      BOOST_TEST((back - policy::on_return(back, last_activity, gone)) / 1ms == silence.count(),
                 silence.count() << " ms of silence, " << away.count() << " ms away");
    }
}

BOOST_AUTO_TEST_SUITE_END()
