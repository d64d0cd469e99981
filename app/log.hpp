#pragma once
// The log: one line an event, on stderr or in a file, as text or JSON, written by a thread of its own so that
// a slow reader never stalls a shard. Nobody logs passwords, tokens or message texts; whatever a stranger
// chose goes through in_quotes() of app/config/printable.hpp.

#include <string>

#include <spdlog/spdlog.h>
#include <tl/expected.hpp>

#include "app/config/config.hpp"

namespace parley {

// Starts the log; before this, spdlog's default writes to stdout, which belongs to the ready line alone. The
// error says why its file cannot be written.
tl::expected<void, std::string> start_log(const config& settings);

// Goes on in a file of the same name, for who has moved away the one that was there. stderr stays what it is.
void reopen_log();

// Writes what is waiting and ends the log's thread. Whoever reads the log may have stopped reading: false
// where it could not be written in time, and then the process may only end by std::_Exit, since that thread
// still waits.
bool stop_log();

}  // namespace parley
