#include "chat/history_search.hpp"

#include <algorithm>
#include <tuple>

namespace parley::chat {
namespace {

constexpr milliseconds longest_search{250};
constexpr std::size_t shortest_beginning = 3;  // bytes; there are too many words that begin alike with fewer

// The words of what somebody typed, each in quotes, so that none of FTS5's operators is understood; the last
// may be the beginning of one.
std::string fts_query(const std::string& typed) {
  std::string query, word;
  const auto add = [&] {
    if (!word.empty()) query += (query.empty() ? "\"" : " \"") + word + '"';
    word.clear();
  };
  for (const char c : typed) {
    if (static_cast<unsigned char>(c) <= ' ') {  // FTS5 takes a NUL for the end
      add();
    } else {
      word += c;
      if (c == '"') word += c;
    }
  }
  const bool is_beginning = word.size() >= shortest_beginning;
  add();
  return is_beginning ? query + '*' : query;
}

}  // namespace

search_page search_rooms(history_reader& database, const wanted_search& wanted,
                         const std::vector<std::pair<std::int64_t, std::string>>& rooms) {
  search_page page;
  page.query = wanted.query;
  const auto words = fts_query(wanted.query);
  if (words.empty()) return page;
  const auto deadline = clock::now() + longest_search;
  try {
    for (const auto& [room, name] : rooms) {
      if (clock::now() >= deadline) throw history_reader::out_of_time();
      for (auto& message : database.search(room, words, wanted.before, wanted.limit + 1, deadline)) {
        message.room = name;
        page.messages.push_back(std::move(message));
      }
    }
  } catch (const history_reader::out_of_time&) {
    page.messages.clear();
    page.out_of_time = true;
    return page;
  }
  auto& found = page.messages;
  const auto place = [](const found_message& message) { return std::tie(message.at, message.seq); };
  std::stable_sort(found.begin(), found.end(),
                   [&](const auto& one, const auto& other) { return place(one) > place(other); });
  // The next page begins behind a place, so all that share the last one go with it.
  auto size = std::min(found.size(), wanted.limit);
  while (size != 0 && size < found.size() && place(found[size]) == place(found[size - 1])) ++size;
  page.more = found.size() > size;
  found.resize(size);
  return page;
}

}  // namespace parley::chat
