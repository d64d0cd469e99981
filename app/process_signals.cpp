#include "app/process_signals.hpp"

#include <csignal>
#include <initializer_list>

namespace parley {
namespace {

sigset_t held_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, signal);
  return set;
}

}  // namespace

void hold_signals() {
  const auto held = held_signals();
  pthread_sigmask(SIG_BLOCK, &held, nullptr);
  std::signal(SIGUSR1, SIG_IGN);
  std::signal(SIGUSR2, SIG_IGN);
}

void release_signals() {
  const auto held = held_signals();
  pthread_sigmask(SIG_UNBLOCK, &held, nullptr);
}

bool asked_to_end() {
  sigset_t waiting;
  return sigpending(&waiting) == 0 &&
         (sigismember(&waiting, SIGTERM) == 1 || sigismember(&waiting, SIGINT) == 1);
}

}  // namespace parley
