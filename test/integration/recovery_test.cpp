// Coming back: with `after` and `epoch` one is told exactly what one missed, or that it is not known.

#include <boost/test/unit_test.hpp>

#include "server_process.hpp"

namespace parley::test {
namespace recovery {
namespace {

struct conversation {
  server_process server{"history: {mode: memory, on_join: 10, keep_count: 20}"};
  std::string cookie = server.register_user("Ada");
  websocket_client ada = server.enter(cookie);

  json join_after(const json& seq, const json& epoch) {
    auto socket = server.open(cookie);
    auto frame = join();
    frame["after"] = seq;
    frame["epoch"] = epoch;
    socket.send(frame);
    return socket.expect("joined");
  }
  json joined() {
    auto socket = server.open(cookie);
    socket.send(join());
    return socket.expect("joined");
  }
  void say_numbers(int from, int to) {
    for (int i = from; i <= to; ++i) say_and_wait(ada, std::to_string(i));
  }
};

std::string texts(const json& joined) {
  std::string all;
  for (const auto& message : joined["messages"])
    all += (all.empty() ? "" : " ") + message["text"].get<std::string>();
  return all;
}

}  // namespace

}  // namespace recovery

BOOST_FIXTURE_TEST_SUITE(recovery, conversation)

BOOST_AUTO_TEST_CASE(gives_exactly_what_was_missed) {
  say_numbers(1, 3);
  const auto before = joined();
  say_numbers(4, 7);
  const auto after = join_after(before["seq"], before["epoch"]);
  BOOST_TEST_CONTEXT(after) {
    BOOST_TEST(after["recovered"] == true);
    BOOST_TEST(texts(after) == "4 5 6 7");
    BOOST_TEST(after["epoch"] == before["epoch"]);
    BOOST_TEST(after["seq"] > before["seq"]);
  }
}

BOOST_AUTO_TEST_CASE(of_nothing_missed_is_empty) {
  say_numbers(1, 3);
  const auto before = joined();
  const auto after = join_after(before["seq"], before["epoch"]);
  BOOST_TEST(after["recovered"] == true);
  BOOST_TEST(texts(after) == "");
  BOOST_TEST(after["seq"] == before["seq"]);
}

BOOST_AUTO_TEST_CASE(from_an_empty_room_works) {
  const auto before = joined();
  say_numbers(1, 2);
  const auto after = join_after(before["seq"], before["epoch"]);
  BOOST_TEST(after["recovered"] == true);
  BOOST_TEST(texts(after) == "1 2");
}

BOOST_AUTO_TEST_CASE(of_another_epoch_is_not_promised) {
  say_numbers(1, 3);
  const auto after = join_after(1, "another epoch");
  BOOST_TEST(after["recovered"] == false);
  BOOST_TEST(texts(after) == "1 2 3");
}

BOOST_AUTO_TEST_CASE(of_more_than_is_kept_is_not_promised) {
  say_numbers(1, 2);
  const auto before = joined();
  say_numbers(3, 40);
  const auto after = join_after(before["seq"], before["epoch"]);
  BOOST_TEST(after["recovered"] == false);
  BOOST_TEST(texts(after) == "31 32 33 34 35 36 37 38 39 40");
}

BOOST_AUTO_TEST_CASE(of_more_than_a_page_says_so_or_gives_it_all) {
  const auto before = joined();
  say_numbers(1, 15);
  const auto after = join_after(before["seq"], before["epoch"]);
  BOOST_TEST_CONTEXT(after) {
    // Either all of it, or a page with a word that there is more or that it is incomplete: never a silent
    // hole.
    const bool whole =
        after["recovered"] == true && after["more"] == false && after["messages"].size() == 15u;
    BOOST_TEST((whole || after["more"] == true || after["recovered"] == false));
  }
}

BOOST_AUTO_TEST_CASE(from_the_future_is_not_promised) {
  say_numbers(1, 3);
  const auto now = joined();
  BOOST_TEST(join_after(now["seq"].get<std::int64_t>() + 1'000, now["epoch"])["recovered"] == false);
}

BOOST_AUTO_TEST_CASE(over_a_restart_never_claims_what_it_does_not_know) {
  say_numbers(1, 3);
  const auto before = joined();
  BOOST_TEST(server.stop() == 0);
  server.start();
  const auto after = join_after(before["seq"], before["epoch"]);
  BOOST_TEST(after["recovered"] == false);
  BOOST_TEST(after["epoch"] != before["epoch"]);
}

BOOST_AUTO_TEST_CASE(goes_on_live_without_a_hole) {
  auto bob = server.open(server.register_user("bob"));
  const auto before = joined();
  constexpr int count = 15;
  for (int i = 0; i < count; ++i) {
    ada.send(say(std::to_string(i)));
    if (i == 5) {
      auto frame = join();
      frame["after"] = before["seq"];
      frame["epoch"] = before["epoch"];
      bob.send(frame);
    }
  }
  const auto recovered = bob.expect("joined");
  std::vector<std::string> seen;
  for (const auto& message : recovered["messages"]) seen.push_back(message["text"]);
  if (recovered["recovered"] == false || recovered["more"] == true) return;  // said so: no promise to check
  while (seen.size() < count) seen.push_back(bob.expect("message")["text"]);
  for (int i = 0; i < count; ++i) BOOST_TEST(seen[static_cast<std::size_t>(i)] == std::to_string(i));
}

BOOST_AUTO_TEST_CASE(without_history_is_honest) {
  server_process forgetful("history: {mode: off}");
  const auto someone = forgetful.register_user("Ada");
  auto socket = forgetful.open(someone);
  socket.send(join());
  const auto before = socket.expect("joined");
  say_and_wait(socket, "forgotten");
  auto again = forgetful.open(someone);
  auto frame = join();
  frame["after"] = before["seq"];
  frame["epoch"] = before["epoch"];
  again.send(frame);
  const auto after = again.expect("joined");
  BOOST_TEST(after["recovered"] == false);
  BOOST_TEST(after["messages"] == json::array());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace parley::test
