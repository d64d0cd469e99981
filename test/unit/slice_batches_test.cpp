#include "chat/slice_batches.hpp"

#include <random>

#include <boost/test/unit_test.hpp>

#include "chat/broadcast.hpp"

namespace {

using namespace std::chrono_literals;
using parley::chat::broadcast;
using parley::chat::broadcasts_under_way;
using batches = parley::chat::slice_batches;

constexpr parley::chat::time_point start{1000h};

struct slice_batches_fixture {
  batches waiting;

  void add(const char* frame) { waiting.add() += frame; }
  static std::string part(const batches::batch& batch, std::size_t slice) {
    const auto bytes = batch.of(slice);
    return {bytes.data(), bytes.size()};
  }
  // What each slice gets, with a bar behind each.
  static std::string parts(const batches::batch& batch) {
    std::string all;
    for (std::size_t slice = 0; slice < batches::slices; ++slice) all += part(batch, slice) + '|';
    return all;
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(slice_batches, slice_batches_fixture)

BOOST_AUTO_TEST_CASE(where_nothing_waits_a_batch_is_empty) {
  BOOST_TEST(waiting.take_all().bytes.empty());
  BOOST_TEST(waiting.take_turn().bytes.empty());
  BOOST_TEST(waiting.size() == 0U);
}

BOOST_AUTO_TEST_CASE(all_at_once_gives_everybody_everything) {
  add("one,");
  add("two,");
  BOOST_TEST(waiting.size() == 8U);
  const auto batch = waiting.take_all();
  BOOST_TEST(parts(batch) == "one,two,|one,two,|one,two,|");
  BOOST_TEST(batch.frames == 2U);
  BOOST_TEST(!batch.of_slice);
  BOOST_TEST(waiting.size() == 0U);
}

BOOST_AUTO_TEST_CASE(by_turns_each_slice_gets_what_came_since_its_own_turn) {
  add("1");
  BOOST_TEST(parts(waiting.take_turn()) == "1|||");
  add("2");
  BOOST_TEST(parts(waiting.take_turn()) == "|12||");
  add("3");
  const auto last = waiting.take_turn();
  BOOST_TEST(parts(last) == "||123|");
  BOOST_TEST(last.frames == 3U);
  BOOST_TEST(last.of_slice);
  BOOST_TEST(waiting.size() == 2U);  // the first slice has the first frame
  BOOST_TEST(parts(waiting.take_turn()) == "23|||");
}

BOOST_AUTO_TEST_CASE(turns_end_when_all_have_all) {
  add("1");
  for (std::size_t turn = 0; turn < batches::slices; ++turn) {
    BOOST_TEST(waiting.size() == 1U);
    BOOST_TEST(waiting.take_turn().frames == 1U);
  }
  BOOST_TEST(waiting.size() == 0U);
  BOOST_TEST(waiting.take_turn().bytes.empty());
}

BOOST_AUTO_TEST_CASE(all_at_once_after_some_turns_gives_each_slice_the_rest) {
  add("1");
  (void)waiting.take_turn();
  add("2");
  (void)waiting.take_turn();
  add("3");
  const auto batch = waiting.take_all();
  BOOST_TEST(parts(batch) == "23|3|123|");
  BOOST_TEST(batch.frames == 3U);
  add("4");
  BOOST_TEST(parts(waiting.take_all()) == "4|4|4|");
}

BOOST_AUTO_TEST_CASE(what_waits_for_a_slice_is_what_its_next_batch_holds) {
  add("one");
  BOOST_TEST(waiting.size_for(0) == 3U);
  (void)waiting.take_turn();
  BOOST_TEST(waiting.size_for(0) == 0U);
  BOOST_TEST(waiting.size_for(2) == 3U);
  add("four");
  BOOST_TEST(waiting.size_for(0) == 4U);
  BOOST_TEST(waiting.size_for(2) == 7U);
}

BOOST_AUTO_TEST_CASE(news_is_what_came_since_the_last_batch) {
  BOOST_TEST(!waiting.has_news());
  add("1");
  BOOST_TEST(waiting.has_news());
  (void)waiting.take_turn();
  BOOST_TEST(!waiting.has_news());
  add("2");
  BOOST_TEST(waiting.has_news());
  (void)waiting.take_all();
  BOOST_TEST(!waiting.has_news());
}

BOOST_AUTO_TEST_CASE(who_comes_is_parted_evenly) {
  std::array<std::size_t, batches::slices> members{};
  for (std::size_t number = 0; number < 768; ++number) ++members[batches::slice_of(number)];
  for (const auto count : members) BOOST_TEST(count == 256U);
}

BOOST_AUTO_TEST_CASE(any_order_of_frames_turns_and_batches_gives_each_slice_everything_once_and_in_order) {
  std::mt19937 random(1);
  std::string said;
  std::array<std::string, batches::slices> heard;
  const auto hear = [&](const batches::batch& batch) {
    for (std::size_t slice = 0; slice < heard.size(); ++slice) heard[slice] += part(batch, slice);
  };
  std::size_t wrong_sizes = 0;
  for (int step = 0; step < 20'000; ++step) {
    const auto what = random() % 20;
    if (what < 10) {
      const std::string frame(1 + random() % 3, static_cast<char>('a' + random() % 26));
      said += frame;
      waiting.add() += frame;
    } else {
      hear(what < 18 ? waiting.take_turn() : waiting.take_all());
    }
    for (std::size_t slice = 0; slice < heard.size(); ++slice)
      wrong_sizes += waiting.size_for(slice) == said.size() - heard[slice].size() ? 0 : 1;
  }
  hear(waiting.take_all());
  BOOST_TEST(wrong_sizes == 0U);
  for (const auto& each : heard) BOOST_TEST((each == said));
}

BOOST_AUTO_TEST_CASE(a_broadcast_is_over_when_every_shard_has_delivered_and_took_as_long_as_the_slowest) {
  add("one");
  add("two");
  broadcast news(waiting.take_all(), start, 3);
  for (const auto time : {2ms, 5ms, 1ms}) {
    BOOST_TEST(!news.is_over());
    news.delivered(time);
  }
  BOOST_TEST(news.is_over());
  BOOST_TEST(news.took().time / 1ms == 5);
  BOOST_TEST((news.took().went == start));
  BOOST_TEST(news.took().frames == 2U);
  BOOST_TEST(!news.took().of_slice);
}

BOOST_AUTO_TEST_CASE(what_is_under_way_is_counted_until_it_is_over) {
  broadcasts_under_way sent;
  std::vector<std::shared_ptr<broadcast>> all;
  for (const auto* frame : {"1", "22", "333"}) {
    add(frame);
    all.push_back(std::make_shared<broadcast>(waiting.take_all(), start, 1));
    sent.add(all.back());
  }
  std::vector<long> took;
  const auto settle = [&] { sent.settle([&](const auto& how) { took.push_back(how.time / 1ms); }); };
  all[1]->delivered(2ms);  // the second before the first
  settle();
  BOOST_TEST(sent.bytes() == 6U);
  BOOST_TEST(took.empty());
  all[0]->delivered(1ms);
  settle();
  BOOST_TEST(sent.bytes() == 3U);
  BOOST_TEST(took == (std::vector<long>{1, 2}), boost::test_tools::per_element());
  BOOST_TEST(sent.count() == 1U);
  all[2]->delivered(3ms);
  settle();
  BOOST_TEST(sent.count() == 0U);
  BOOST_TEST(sent.bytes() == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
