#pragma once
// How the history's index parts a text into words: as SQLite's own `unicode61` does, but what text_pieces
// gives as signs are words of their own. A longer word of them is found as a phrase.

#include <SQLiteCpp/SQLiteCpp.h>

namespace parley::chat {

// Makes the tokenizer `parley` known to a connection, which needs it for the table `words`. Throws
// SQLite::Exception.
void add_tokenizer(SQLite::Database& database);

}  // namespace parley::chat
