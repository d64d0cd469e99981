#pragma once
// What the kernel's accounting says of a process: the time it had a core, the time it waited for one, and the
// memory it holds.

#include <cstdint>

#include <sys/types.h>

#include "bench/clock.hpp"

namespace parley::bench {

struct process_usage {
  nanoseconds cpu = 0;      // user + system, all living threads, to the nanosecond
  nanoseconds waiting = 0;  // ready to run while something else had the core
  double system_share = 0;  // the system's part of all the CPU time the process ever had, by clock ticks
};

// Of a process that is there; all zero where it is gone.
process_usage usage_of(pid_t process);

// VmRSS in bytes.
std::int64_t resident_memory(pid_t process);

// Time the hypervisor gave this machine's cores to others, since boot, all cores.
nanoseconds stolen_time();

}  // namespace parley::bench
