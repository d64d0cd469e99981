// What every bucket has to do, whatever it is made of: each case runs against each implementation.

#include "auth/bucket.hpp"

#include <atomic>
#include <thread>
#include <tuple>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "bucket_implementations.hpp"

namespace bucket {

namespace auth = parley::auth;
using reason = auth::bucket_failure::reason;

namespace {

using implementations = std::tuple<parley::test::in_memory, parley::test::in_json>;

std::string numbered(int number) {
  return "{\"n\":" + std::to_string(number) + "}";
}

int number_in(const std::string& value) {
  return std::stoi(value.substr(value.find(':') + 1));
}

std::string text_of(reason why) {
  switch (why) {
    case reason::exists:
      return "exists";
    case reason::changed:
      return "changed";
    case reason::missing:
      return "missing";
    case reason::unavailable:
      return "unavailable";
  }
  return "?";
}

std::string text_of(const auth::bucket::outcome& result) {
  return result ? "made" : text_of(result.error().why);
}

// The value of a key, or nothing.
std::string at(const auth::bucket& records, std::string_view key) {
  const auto found = records.get(key);
  return found ? found->value : "";
}

auth::bucket::revision made(auth::bucket& records, const auth::bucket::ticket& ticket) {
  const auto result = records.commit(ticket);
  if (!result) BOOST_FAIL(result.error().text);
  return *result;
}

// What a watcher was told, one after another.
struct diary {
  std::vector<std::string> lines;
  std::vector<auth::bucket::revision> numbers;

  auth::bucket::watcher writer() {
    return [this](const auth::bucket::event& event) {
      lines.push_back(std::string(event.key) + (event.value ? " " + std::string(*event.value) : " removed"));
      numbers.push_back(event.number);
    };
  }
};

}  // namespace

}  // namespace bucket

BOOST_AUTO_TEST_SUITE(bucket)

BOOST_AUTO_TEST_CASE(refuses_by_what_was_seen_and_what_is_there) {
  struct row {
    auth::bucket::change wanted;
    auth::bucket::revision current;
    std::string verdict;
  };
  const row table[] = {
      {{"a", "{}", 0, {}}, 0, "made"},
      {{"a", "{}", 0, {}}, 7, "exists"},
      {{"a", "{}", 7, {}}, 7, "made"},
      {{"a", "{}", 6, {}}, 7, "changed"},
      {{"a", "{}", 7, {}}, 0, "missing"},
      {{"a", std::nullopt, std::nullopt, {}}, 7, "made"},
      {{"a", std::nullopt, std::nullopt, {}}, 0, "missing"},
      {{"a", std::nullopt, 7, {}}, 7, "made"},
      {{"a", std::nullopt, 8, {}}, 7, "changed"},
      {{"a", std::nullopt, 7, {}}, 0, "missing"},
  };
  for (const auto& [wanted, current, verdict] : table) {
    const auto why = auth::refusal(wanted, current);
    BOOST_TEST((why ? text_of(why->why) : "made") == verdict);
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(is_empty_at_first, Implementation, implementations) {
  Implementation with;
  BOOST_TEST(at(with.records, "ada") == "");
  BOOST_TEST(!with.records.is_read_only());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(keeps_what_was_committed_and_not_before, Implementation, implementations) {
  Implementation with;
  const auto ticket = with.records.create("ada", numbered(1));
  BOOST_TEST(at(with.records, "ada") == "");
  const auto number = made(with.records, ticket);
  BOOST_TEST(number > 0U);
  const auto kept = with.records.get("ada");
  BOOST_REQUIRE(kept);
  BOOST_TEST(kept->value == numbered(1));
  BOOST_TEST(kept->number == number);
  BOOST_TEST(at(with.records, "ad") == "");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(commits_once_however_often_it_is_asked, Implementation, implementations) {
  Implementation with;
  const auto ticket = with.records.create("ada", numbered(1));
  const auto number = made(with.records, ticket);
  made(with.records, with.records.replace("ada", numbered(2), number));
  BOOST_TEST(made(with.records, ticket) == number);
  BOOST_TEST(at(with.records, "ada") == numbered(2));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(of_two_who_create_a_key_the_first_wins, Implementation, implementations) {
  Implementation with;
  const auto first = with.records.create("ada", numbered(1));
  const auto second = with.records.create("ada", numbered(2));
  BOOST_TEST(text_of(with.records.commit(second)) == "exists");
  BOOST_TEST(text_of(with.records.commit(first)) == "made");
  const auto third = with.records.create("ada", numbered(3));
  BOOST_TEST(text_of(with.records.commit(third)) == "exists");
  BOOST_TEST(at(with.records, "ada") == numbered(1));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(replaces_only_what_was_seen, Implementation, implementations) {
  Implementation with;
  const auto first = made(with.records, with.records.create("ada", numbered(1)));
  const auto second = made(with.records, with.records.replace("ada", numbered(2), first));
  BOOST_TEST(second > first);
  const auto stale = with.records.commit(with.records.replace("ada", numbered(3), first));
  BOOST_TEST(text_of(stale) == "changed");
  BOOST_TEST(!stale.error().text.empty());
  BOOST_TEST(text_of(with.records.commit(with.records.replace("bob", numbered(3), first))) == "missing");
  BOOST_TEST(at(with.records, "ada") == numbered(2));
  BOOST_TEST(with.records.get("ada")->number == second);
  BOOST_TEST(at(with.records, "bob") == "");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(of_two_who_saw_the_same_one_replaces_it, Implementation, implementations) {
  Implementation with;
  const auto seen = made(with.records, with.records.create("ada", numbered(1)));
  const auto first = with.records.replace("ada", numbered(2), seen);
  const auto second = with.records.replace("ada", numbered(3), seen);
  const auto removal = with.records.remove("ada", seen);
  BOOST_TEST(text_of(with.records.commit(removal)) == "changed");
  BOOST_TEST(text_of(with.records.commit(second)) == "changed");
  BOOST_TEST(text_of(with.records.commit(first)) == "made");
  BOOST_TEST(at(with.records, "ada") == numbered(2));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(removes_what_was_seen_or_whatever_is_there, Implementation, implementations) {
  Implementation with;
  for (const bool by_revision : {true, false}) {
    const auto seen = made(with.records, with.records.create("ada", numbered(1)));
    if (by_revision)
      BOOST_TEST(text_of(with.records.commit(with.records.remove("ada", seen + 1000))) == "changed");
    made(with.records, with.records.remove("ada", by_revision ? std::optional(seen) : std::nullopt));
    BOOST_TEST(at(with.records, "ada") == "");
    BOOST_TEST(text_of(with.records.commit(with.records.remove("ada"))) == "missing");
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_key_made_again_has_a_higher_revision, Implementation, implementations) {
  Implementation with;
  const auto first = made(with.records, with.records.create("ada", numbered(1)));
  const auto removed = made(with.records, with.records.remove("ada"));
  const auto again = made(with.records, with.records.create("ada", numbered(1)));
  BOOST_TEST(removed > first);
  BOOST_TEST(again > removed);
  BOOST_TEST(text_of(with.records.commit(with.records.replace("ada", numbered(2), first))) == "changed");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_key_can_come_and_go_within_one_write, Implementation, implementations) {
  Implementation with;
  with.records.create("ada", numbered(1));
  const auto removal = with.records.remove("ada");
  const auto again = with.records.create("ada", numbered(2));
  with.records.create("bob", numbered(3));
  const auto gone = with.records.remove("bob");
  made(with.records, again);
  made(with.records, removal);
  made(with.records, gone);
  BOOST_TEST(at(with.records, "ada") == numbered(2));
  BOOST_TEST(at(with.records, "bob") == "");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(who_commits_settles_what_was_staged_before, Implementation, implementations) {
  Implementation with;
  with.records.create("ada", numbered(1));
  made(with.records, with.records.create("bob", numbered(2)));
  BOOST_TEST(at(with.records, "ada") == numbered(1));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_watcher_sees_what_is_there_and_then_each_change_in_order, Implementation,
                              implementations) {
  Implementation with;
  made(with.records, with.records.create("zoe", numbered(1)));
  const auto ada = made(with.records, with.records.create("ada", numbered(2)));
  made(with.records, with.records.create("bob", numbered(3)));
  made(with.records, with.records.remove("bob"));

  diary seen;
  with.records.watch(seen.writer());
  const std::vector<std::string> initial = {"ada " + numbered(2), "zoe " + numbered(1)};
  BOOST_TEST(seen.lines == initial, boost::test_tools::per_element());
  BOOST_TEST(seen.numbers.front() == ada);

  seen = {};
  with.records.create("eve", numbered(4));
  with.records.create("eve", numbered(5));                // refused: nothing to see
  with.records.replace("ada", numbered(6), ada + 1'000);  // refused as well
  with.records.remove("zoe");
  const auto last = made(with.records, with.records.replace("ada", numbered(7), ada));
  const std::vector<std::string> later = {"eve " + numbered(4), "zoe removed", "ada " + numbered(7)};
  BOOST_TEST(seen.lines == later, boost::test_tools::per_element());
  BOOST_TEST(seen.numbers.back() == last);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(every_watcher_is_told_and_may_look_and_stage, Implementation, implementations) {
  Implementation with;
  diary one;
  with.records.watch(one.writer());
  auth::bucket::ticket chained;
  with.records.watch([&](const auth::bucket::event& event) {
    BOOST_TEST(at(with.records, event.key) == std::string(*event.value));
    if (event.key == "ada") chained = with.records.create("bob", numbered(2));
  });
  made(with.records, with.records.create("ada", numbered(1)));
  BOOST_REQUIRE(chained);
  made(with.records, chained);
  const std::vector<std::string> both = {"ada " + numbered(1), "bob " + numbered(2)};
  BOOST_TEST(one.lines == both, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(who_staged_is_told_after_the_watchers_whoever_commits, Implementation,
                              implementations) {
  Implementation with;
  std::string story;
  with.records.watch(
      [&](const auth::bucket::event& event) { story += "watched " + std::string(event.key) + "; "; });
  const auto tell = [&](const auth::bucket::outcome& result) { story += text_of(result) + "; "; };
  with.records.create("ada", numbered(1), tell);
  with.records.create("ada", numbered(2), tell);
  const auto last = with.records.create("bob", numbered(3));
  BOOST_TEST(story == "");
  made(with.records, last);
  BOOST_TEST(story == "watched ada; made; exists; watched bob; ");
  with.records.create("eve", numbered(4), tell);
  BOOST_TEST(!with.commit_in_vain(with.records.create("zoe", numbered(5))).has_value());
  BOOST_TEST(story == "watched ada; made; exists; watched bob; unavailable; ");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(what_cannot_be_written_leaves_everything_as_it_was, Implementation,
                              implementations) {
  Implementation with;
  const auto seen = made(with.records, with.records.create("ada", numbered(1)));
  made(with.records, with.records.create("bob", numbered(2)));
  diary told;
  with.records.watch(told.writer());
  told = {};
  const std::vector<auth::bucket::ticket> tickets = {
      with.records.create("eve", numbered(3)), with.records.create("eve", numbered(4)),
      with.records.remove("bob"), with.records.replace("ada", numbered(5), seen)};
  BOOST_TEST(text_of(with.commit_in_vain(tickets.back())) == "unavailable");
  for (const auto& ticket : tickets) {
    const auto again = with.records.commit(ticket);  // there is room now, but what failed has failed
    BOOST_TEST(text_of(again) == "unavailable");
    BOOST_TEST(!again.error().text.empty());
  }
  BOOST_TEST(at(with.records, "ada") == numbered(1));
  BOOST_TEST(with.records.get("ada")->number == seen);
  BOOST_TEST(at(with.records, "bob") == numbered(2));
  BOOST_TEST(at(with.records, "eve") == "");
  BOOST_TEST(told.lines.empty());

  made(with.records, with.records.create("eve", numbered(6)));
  made(with.records, with.records.replace("ada", numbered(7), seen));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_ticket_may_outlive_its_bucket, Implementation, implementations) {
  auth::bucket::ticket left;
  {
    Implementation with;
    left = with.records.create("ada", numbered(1));
  }
  BOOST_TEST(left.use_count() == 1);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(many_threads_count_together_and_lose_nothing, Implementation, implementations) {
  constexpr int writers = 4;
  constexpr int each = 25;
  Implementation with;
  made(with.records, with.records.create("counter", numbered(0)));
  std::atomic<int> wrong = 0;
  int last = -1;
  auth::bucket::revision newest = 0;
  with.records.watch([&](const auth::bucket::event& event) {  // one call at a time: it needs no lock
    if (event.key != "counter") return;
    const auto number = number_in(std::string(*event.value));
    if (number != last + 1 || event.number <= newest) ++wrong;
    last = number;
    newest = event.number;
  });
  std::atomic<bool> done = false;
  std::thread reader([&] {
    int before = 0;
    while (!done) {
      const auto now = number_in(at(with.records, "counter"));
      if (now < before) ++wrong;
      before = now;
    }
  });
  std::vector<std::thread> threads;
  for (int thread = 0; thread < writers; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < each; ++i) {
        const auto own = std::to_string(thread) + "." + std::to_string(i);
        const auto ticket = with.records.create(own, numbered(i));
        while (true) {
          const auto seen = *with.records.get("counter");
          const auto next = numbered(number_in(seen.value) + 1);
          const auto result = with.records.commit(with.records.replace("counter", next, seen.number));
          if (result) break;
          if (result.error().why != reason::changed) ++wrong;
        }
        if (!with.records.commit(ticket) || at(with.records, own) != numbered(i)) ++wrong;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  done = true;
  reader.join();
  BOOST_TEST(wrong == 0);
  BOOST_TEST(last == writers * each);
  BOOST_TEST(at(with.records, "counter") == numbered(writers * each));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(of_many_threads_that_create_a_key_one_does, Implementation, implementations) {
  constexpr int rounds = 20;
  Implementation with;
  std::atomic<int> won = 0;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < rounds; ++i)
        if (with.records.commit(with.records.create("key" + std::to_string(i), numbered(thread)))) ++won;
    });
  }
  for (auto& thread : threads) thread.join();
  BOOST_TEST(won == rounds);
}

BOOST_AUTO_TEST_SUITE_END()
