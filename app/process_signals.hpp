#pragma once
// The signals that end a server or have it look at its files again, from the first moment of the process on:
// what comes before the server can answer waits for it. Of the main thread, before there are others, which
// inherit what is held.

namespace parley {

// SIGTERM, SIGINT and SIGHUP wait from now on; SIGUSR1 and SIGUSR2, which have no meaning here, do nothing.
void hold_signals();

// What has waited has its effect now: the usual one, or that of a handler which has been set meanwhile.
void release_signals();

// Whether SIGTERM or SIGINT waits.
bool asked_to_end();

}  // namespace parley
