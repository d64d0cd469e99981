// A search in the history: which words are found, in which order, and when there is no answer.

#include <boost/test/unit_test.hpp>

#include "chat/text_pieces.hpp"
#include "full_disk.hpp"
#include "history_fixture.hpp"

namespace history_search {

using namespace parley::test::kept_history;

namespace {

// A text as its pieces, signs in brackets, with their members.
std::string pieces_of(std::string_view text) {
  std::string all;
  parley::chat::text_pieces pieces(text);
  while (const auto piece = pieces.next()) {
    const auto bytes = std::string(text.substr(piece->begin, piece->end - piece->begin));
    if (piece->sign.empty()) {
      all += bytes;
      continue;
    }
    all += "[" + piece->sign;
    for (const auto& member : piece->members) all += "," + member;
    all += "]";
  }
  return all;
}

}  // namespace

}  // namespace history_search

BOOST_FIXTURE_TEST_SUITE(history_search, history_fixture)

BOOST_AUTO_TEST_CASE(a_text_is_parted_at_signs_and_characters_that_are_words) {
  for (const auto& [text, expected] : std::vector<std::pair<std::string, std::string>>{
           {"", ""},
           {"tea for two", "tea for two"},
           {"我家abc", "[我][家]abc"},
           {"내일 회의", "[내][일] [회][의]"},
           {"カタカナ・ー", "[カ][タ][カ][ナ]・[ー]"},
           {"C++ and C#", "C[+][+] and C[#]"},
           {"ok👍🏽!", "ok[👍]!"},
           {"❤️", "[❤]"},
           {"🇩🇪🇫🇷", "[🇩🇪][🇫🇷]"},
           {"👩‍🚀x", "[👩🚀,👩,🚀]x"},
           {"naïve – café", "naïve – café"},
           {"\xE4\xB8", "\xE4\xB8"},
           {"\xFF我", "\xFF[我]"},
       })
    BOOST_TEST(pieces_of(text) == expected);
}

BOOST_AUTO_TEST_CASE(words_within_sentences_without_spaces_and_signs_are_found) {
  open();
  for (const auto* text : {"我家在上海东边", "海上有船", "내일회의가있습니다", "明日は会議です", "ภาษาไทยง่าย",
                           "well done 👍🏽", "off to 🇩🇪", "the 👩‍🚀 is back", "I like C++",
                           "the letter c", "C# it is", "AC/DC", "100€ or 100 dollars", "Über", "cc: @bob"})
    append("ada", "", text);
  for (const auto& [query, expected] : std::vector<std::pair<std::string, std::string>>{
           {"上海", "我家在[上海]东边"},
           {"上", "海[上]有船 | 我家在[上]海东边"},
           {"회의", "내일[회의]가있습니다"},
           {"会議", "明日は[会議]です"},
           {"ไทย", "ภาษา[ไทย]ง่าย"},
           {"我家 东边", "[我家]在上海[东边]"},
           {"👍", "well done [👍🏽]"},
           {"👍🏿", "well done [👍🏽]"},
           {"🇩🇪", "off to [🇩🇪]"},
           {"🇪", ""},
           {"🚀", "the [👩‍🚀] is back"},
           {"👩‍🚀", "the [👩‍🚀] is back"},
           {"🎉", ""},
           {"C++", "I like [C++]"},
           {"c#", "[C#] it is"},
           {"c", "[C]# it is | the letter [c] | I like [C]++"},
           {"100€", "[100€] or 100 dollars"},
           {"uber", "[Über]"},
           {"@bob", "cc: [@bob]"},
           {"bob", "cc: @[bob]"},
       })
    BOOST_TEST(said(find({"lobby"}, query)) == expected, query << ": " << said(find({"lobby"}, query)));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_indexed_makes_a_search_fail_instead_of_finding_nothing) {
  open();
  append("ada", "", "red tea");
  BOOST_TEST(said(find({"lobby"}, "tea")) == "red [tea]");
  append("ada", "", "green tea");
  {
    SQLite::Database other(file.string(), SQLite::OPEN_READWRITE);
    const SQLite::Transaction held(other, SQLite::TransactionBehavior::IMMEDIATE);
    BOOST_TEST(said(find({"lobby"}, "tea")) == "unavailable");
    BOOST_TEST(said(find({"nowhere"}, "tea")) == "");
  }
  BOOST_TEST(said(find({"lobby"}, "tea")) == "green [tea] | red [tea]");
}

BOOST_AUTO_TEST_CASE(a_search_says_so_while_much_is_to_be_indexed) {
  open();
  constexpr int many = 60'000;
  for (int i = 0; i < many;) {
    if (log->append({"ada", "", "tea and " + std::to_string(i), now}))
      ++i;
    else
      home.run_waiting();
  }
  home.run_until([&] { return commits.size() == many; });
  close();
  SQLite::Database(file.string(), SQLite::OPEN_READWRITE).exec("PRAGMA user_version = 4");  // indexed anew
  open();
  const auto early = find({"lobby"}, "59999");
  BOOST_REQUIRE(early);
  BOOST_TEST(early->not_indexed);
  std::optional<parley::chat::search_page> page = early;
  while (page && page->not_indexed) page = find({"lobby"}, "59999");
  BOOST_TEST(said(page) == "tea and [59999]");
}

BOOST_AUTO_TEST_CASE(a_search_finds_words_and_beginnings_newest_first_and_marks_them) {
  open();
  const auto cellar = open_log("cellar");
  for (const auto* text : {"red tea", "green tea", "Tea for two", "teapot", "coffee"}) {
    ++now;
    append("ada", "", text);
  }
  BOOST_TEST(cellar->append({"bob", "", "tea in the cellar", 2'000'000}));
  home.run_until([&] { return cellar->last_seq() == 1U; });
  BOOST_TEST(said(find({"lobby"}, "tea")) == "[teapot] | [Tea] for two | green [tea] | red [tea]");
  BOOST_TEST(said(find({"lobby", "cellar"}, "tea", 2)) == "[tea] in the cellar | [teapot]");
  const auto first = *find({"lobby", "cellar"}, "tea", 2);
  BOOST_TEST(first.more);
  const auto& last = first.messages.back();
  BOOST_TEST(said(find({"lobby", "cellar"}, "tea", 10, {last.at, last.seq})) ==
             "[Tea] for two | green [tea] | red [tea]");
  const auto attic = open_log("attic");
  BOOST_TEST(attic->append({"bob", "", "tea in the attic", 2'000'000}));
  home.run_until([&] { return attic->last_seq() == 1U; });
  const auto tied = *find({"cellar", "attic"}, "tea", 1);  // both in one place: no page ends between them
  BOOST_TEST(said(tied) == "[tea] in the cellar | [tea] in the attic");
  BOOST_TEST(!tied.more);
  BOOST_TEST(said(find({"lobby"}, "tea red")) == "[red] [tea]");
  BOOST_TEST(said(find({"cellar"}, "coffee")) == "");
  BOOST_TEST(said(find({"nowhere"}, "tea")) == "");
  for (const auto* odd : {"", " ", "\"", "te\"a", "tea OR coffee", "NEAR(", "*", "text:tea", "-tea", "a AND"})
    BOOST_CHECK_NO_THROW(find({"lobby"}, odd));

  const auto before_it = commits.size();
  BOOST_TEST(log->append(removal_of(4)));
  home.run_until([&] { return commits.size() > before_it; });
  BOOST_TEST(said(find({"lobby"}, "teapot")) == "");
}

BOOST_AUTO_TEST_CASE(a_search_pages_through_times_that_do_not_rise) {
  open();
  const auto cellar = open_log("cellar");
  std::vector<std::pair<unix_ms, std::uint64_t>> said;
  const auto say = [&](any_log& to, int count, unix_ms at) {
    const auto before_it = commits.size();
    for (int i = 0; i < count; ++i) BOOST_TEST(to.append({"ada", "", "tea", at + i}));
    home.run_until([&] { return commits.size() == before_it + static_cast<std::size_t>(count); });
    for (auto commit = commits.begin() + static_cast<std::ptrdiff_t>(before_it); commit != commits.end();
         ++commit)
      said.emplace_back(commit->entry.at, commit->seq);
  };
  constexpr unix_ms start = 100'000'000, hour = 3'600'000;
  say(*log, 60, start + 2 * hour);
  say(*cellar, 60, start + 30);
  say(*log, 60, start - hour);
  say(*log, 60, start);
  say(*log, 1, 4'000'000'000'000);
  say(*log, 60, start + hour / 2);
  std::sort(said.rbegin(), said.rend());
  std::vector<std::pair<unix_ms, std::uint64_t>> found;
  parley::chat::search_position place;
  for (bool more = true; more;) {
    const auto page = find({"lobby", "cellar"}, "tea", 20, place);
    BOOST_REQUIRE(page);
    BOOST_REQUIRE(!page->messages.empty());
    for (const auto& message : page->messages) found.emplace_back(message.at, message.seq);
    place = {found.back().first, found.back().second};
    more = page->more;
  }
  BOOST_TEST((found == said));
}

BOOST_AUTO_TEST_CASE(what_is_not_kept_any_more_is_not_found) {
  open(settings(2));
  append_up_to(6);
  const auto found = [&] {
    const auto page = find({"lobby"}, "1");
    return page ? page->messages.size() : 1;
  };
  bool gone = false;
  for (int tries = 0; tries < 1'000 && !gone; ++tries) {
    gone = found() == 0;
    append("ada", "", "and on");
  }
  BOOST_TEST(gone);
}

BOOST_AUTO_TEST_SUITE_END()
