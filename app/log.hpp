#pragma once
// The log: one line an event, on stderr, as text or JSON, written by a thread of its own so that a slow
// terminal never stalls a shard. Nobody logs passwords, tokens or message texts; whatever a stranger chose
// goes through in_quotes() of app/config/printable.hpp.

#include <spdlog/spdlog.h>

#include "app/config/config.hpp"

namespace parley {

// Starts the log; before this, spdlog's default writes to stdout, which belongs to the ready line alone.
void start_log(const log_config& settings);

// Writes what is waiting and ends the log's thread.
void stop_log();

}  // namespace parley
