#include "bench/process_usage.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include <unistd.h>

namespace parley::bench {

process_usage usage_of(pid_t process) {
  process_usage usage;
  const auto folder = "/proc/" + std::to_string(process);
  std::error_code gone;
  for (std::filesystem::directory_iterator threads(folder + "/task", gone), end; !gone && threads != end;
       threads.increment(gone)) {
    std::ifstream file(threads->path() / "schedstat");
    nanoseconds running = 0;
    nanoseconds waiting = 0;
    if (!(file >> running >> waiting)) continue;
    usage.cpu += running;
    usage.waiting += waiting;
  }

  // proc(5): fields 14 and 15 are utime and stime; the name in field 2 may hold spaces and parentheses.
  std::ifstream file(folder + "/stat");
  std::string line;
  std::getline(file, line);
  std::istringstream fields(line.substr(line.rfind(')') + 1));
  std::string skipped;
  for (int field = 3; field < 14; ++field) fields >> skipped;
  double user = 0;
  double system = 0;
  if (fields >> user >> system && user + system > 0) usage.system_share = system / (user + system);
  return usage;
}

std::int64_t resident_memory(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/status");
  for (std::string word; file >> word;) {
    if (word != "VmRSS:") continue;
    std::int64_t kibibytes = 0;
    file >> kibibytes;
    return kibibytes * 1024;
  }
  return 0;
}

nanoseconds stolen_time() {
  std::ifstream file("/proc/stat");
  std::string name;
  std::int64_t ticks = 0;  // the last read is the eighth: proc(5), steal
  file >> name;
  for (int field = 0; field < 8; ++field) file >> ticks;
  return ticks * (second / ::sysconf(_SC_CLK_TCK));
}

}  // namespace parley::bench
