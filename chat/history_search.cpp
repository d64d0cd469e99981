#include "chat/history_search.hpp"

#include <algorithm>
#include <tuple>

namespace parley::chat {
namespace {

constexpr milliseconds longest_search{250};
constexpr std::size_t shortest_beginning = 3;  // bytes; there are too many words that begin alike with fewer

struct found_place {
  search_position where;
  const std::pair<std::int64_t, std::string>* room;
};

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
  const auto one_moment = database.one_moment();
  std::vector<found_place> found;
  try {
    for (const auto& room : rooms) {
      if (clock::now() >= deadline) throw history_reader::out_of_time();
      for (const auto& where : database.search(room.first, words, wanted.before, wanted.limit + 1, deadline))
        found.push_back({where, &room});
    }
  } catch (const history_reader::out_of_time&) {
    page.out_of_time = true;
    return page;
  }
  const auto place = [](const found_place& one) { return std::tie(one.where.at, one.where.seq); };
  std::stable_sort(found.begin(), found.end(),
                   [&](const auto& one, const auto& other) { return place(one) > place(other); });
  // The next page begins behind a place, so all that share the last one go with it.
  auto size = std::min(found.size(), wanted.limit);
  while (size != 0 && size < found.size() && place(found[size]) == place(found[size - 1])) ++size;
  page.more = found.size() > size;
  found.resize(size);
  for (const auto& [where, room] : found) {
    page.messages.push_back(database.show(room->first, words, where.seq));
    page.messages.back().room = room->second;
  }
  return page;
}

}  // namespace parley::chat
