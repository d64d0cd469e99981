#include "app/config/nearest_word.hpp"

#include <string>
#include <utility>
#include <vector>

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(nearest_word)

namespace {

const std::vector<std::string> words = {"address", "port",           "shards",
                                        "hosts",   "message_length", "message_interval"};

std::string nearest(const std::string& typed) {
  return parley::nearest_word(typed, words).value_or("none");
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_slip_finds_its_word) {
  BOOST_TEST(nearest("adress") == "address");
  BOOST_TEST(nearest("prot") == "port");
  BOOST_TEST(nearest("prt") == "port");
  BOOST_TEST(nearest("Port") == "port");
  BOOST_TEST(nearest("host") == "hosts");
  BOOST_TEST(nearest("mesage_lenght") == "message_length");
  BOOST_TEST(nearest("messageInterval") == "message_interval");
}

BOOST_AUTO_TEST_CASE(a_longer_or_shorter_form_finds_its_word) {
  const std::vector<std::string> levels = {"trace", "debug", "info", "warn", "error"};
  for (const auto& [typed, meant] : std::vector<std::pair<std::string, std::string>>{
           {"warning", "warn"}, {"WARNING", "warn"}, {"err", "error"}, {"information", "info"}})
    BOOST_TEST(parley::nearest_word(typed, levels).value_or("none") == meant);
  BOOST_TEST(!parley::nearest_word("er", levels).has_value());
  BOOST_TEST(!parley::nearest_word("verbose", levels).has_value());
}

BOOST_AUTO_TEST_CASE(another_word_finds_nothing) {
  BOOST_TEST(nearest("banana") == "none");
  BOOST_TEST(nearest("x") == "none");
  BOOST_TEST(nearest("") == "none");
  BOOST_TEST(nearest(std::string(1'000'000, 'p')) == "none");
  BOOST_TEST(!parley::nearest_word("port", {}).has_value());
}

BOOST_AUTO_TEST_CASE(the_nearer_of_two_words_wins) {
  const std::vector<std::string> close = {"warn_after", "kick_after"};
  BOOST_TEST(*parley::nearest_word("kik_after", close) == "kick_after");
}

BOOST_AUTO_TEST_SUITE_END()
