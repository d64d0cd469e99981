#pragma once
// The whole server: opens what is kept on disk, makes the shards, and runs until a signal ends it.

#include <string>

#include <tl/expected.hpp>

#include "app/config/config.hpp"

namespace parley {

struct server_options {
  std::string www;  // the folder of the page
};

// Runs the server; returns when SIGTERM or SIGINT has ended it in good order. The error says why it did not
// start, as a sentence for the operator. Prints one line to stdout when it is ready, `listening on
// https://HOST:PORT`, and nothing else there.
tl::expected<void, std::string> run_server(const config& settings, const server_options& options);

}  // namespace parley
