#include "chat/history_tokenizer.hpp"

#include <memory>
#include <new>
#include <string_view>

#include <sqlite3.h>

#include "chat/text_pieces.hpp"

namespace parley::chat {
namespace {

using token_function = int (*)(void* context, int flags, const char* token, int size, int begin, int end);

// What one table of one connection uses; SQLite makes and ends it.
struct tokenizer {
  fts5_tokenizer inner{};  // unicode61
  Fts5Tokenizer* words = nullptr;

  tokenizer() = default;
  ~tokenizer() {
    if (words) inner.xDelete(words);
  }
  tokenizer(const tokenizer&) = delete;
  tokenizer& operator=(const tokenizer&) = delete;
};

// Where a run of words begins in the text, and whom its tokens go to.
struct shifted {
  token_function then;
  void* context;
  int by;
};

int shift(void* context, int flags, const char* token, int size, int begin, int end) {
  const auto& where = *static_cast<const shifted*>(context);
  return where.then(where.context, flags, token, size, begin + where.by, end + where.by);
}

int tell_sign(const text_piece& piece, void* context, int flags, token_function then) {
  const auto begin = static_cast<int>(piece.begin), end = static_cast<int>(piece.end);
  const auto tell = [&](int as, const std::string& token) {
    return then(context, as, token.data(), static_cast<int>(token.size()), begin, end);
  };
  int result = tell(0, piece.sign);
  if ((flags & FTS5_TOKENIZE_QUERY) != 0) return result;
  for (const auto& member : piece.members)
    if (result == SQLITE_OK) result = tell(FTS5_TOKEN_COLOCATED, member);
  return result;
}

int tokenize(Fts5Tokenizer* self, void* context, int flags, const char* text, int size,
             token_function then) noexcept {
  const auto& all = *reinterpret_cast<const tokenizer*>(self);
  try {
    text_pieces pieces(std::string_view(text, static_cast<std::size_t>(size)));
    while (const auto piece = pieces.next()) {
      int result = SQLITE_OK;
      if (piece->sign.empty()) {
        shifted run{then, context, static_cast<int>(piece->begin)};
        result = all.inner.xTokenize(all.words, &run, flags, text + piece->begin,
                                     static_cast<int>(piece->end - piece->begin), shift);
      } else {
        result = tell_sign(*piece, context, flags, then);
      }
      if (result != SQLITE_OK) return result;
    }
    return SQLITE_OK;
  } catch (const std::bad_alloc&) {
    return SQLITE_NOMEM;
  }
}

int create(void* api, const char** /*options*/, int /*count*/, Fts5Tokenizer** made) noexcept {
  auto* const fts5 = static_cast<fts5_api*>(api);
  std::unique_ptr<tokenizer> one(new (std::nothrow) tokenizer);
  if (!one) return SQLITE_NOMEM;
  void* context = nullptr;
  int result = fts5->xFindTokenizer(fts5, "unicode61", &context, &one->inner);
  if (result != SQLITE_OK) return result;
  const char* options[] = {"remove_diacritics", "2"};
  result = one->inner.xCreate(context, options, 2, &one->words);
  if (result != SQLITE_OK) return result;
  *made = reinterpret_cast<Fts5Tokenizer*>(one.release());
  return SQLITE_OK;
}

void destroy(Fts5Tokenizer* self) noexcept {
  delete reinterpret_cast<tokenizer*>(self);
}

}  // namespace

void add_tokenizer(SQLite::Database& database) {
  fts5_api* api = nullptr;
  sqlite3_stmt* ask = nullptr;
  sqlite3_prepare_v2(database.getHandle(), "SELECT fts5(?1)", -1, &ask, nullptr);
  sqlite3_bind_pointer(ask, 1, static_cast<void*>(&api), "fts5_api_ptr", nullptr);
  sqlite3_step(ask);
  sqlite3_finalize(ask);
  if (api == nullptr) throw SQLite::Exception("this SQLite has no FTS5", SQLITE_ERROR);
  fts5_tokenizer ours{create, destroy, tokenize};
  if (const int result = api->xCreateTokenizer(api, "parley", api, &ours, nullptr); result != SQLITE_OK)
    throw SQLite::Exception("the tokenizer cannot be added", result);
}

}  // namespace parley::chat
