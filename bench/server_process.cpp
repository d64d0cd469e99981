#include "bench/server_process.hpp"

#include <charconv>
#include <csignal>
#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/clock.hpp"

namespace parley::bench {
namespace {

constexpr nanoseconds start_deadline = 30 * second;
constexpr nanoseconds end_deadline = 10 * second;
constexpr std::size_t told_of_log = 2000;  // bytes

std::string end_of(const std::filesystem::path& log) {
  std::ifstream file(log);
  std::string text(std::istreambuf_iterator<char>(file), {});
  if (text.size() > told_of_log) text.erase(0, text.size() - told_of_log);
  return text.empty() ? "(it said nothing)" : text;
}

cpu_set_t set_of(const std::vector<int>& cores) {
  cpu_set_t set;
  CPU_ZERO(&set);
  for (const int core : cores) CPU_SET(core, &set);
  return set;
}

// In the child, between fork and exec: system calls only.
[[noreturn]] void become(char* const* arguments, const std::vector<int>& cores, int output, int log,
                         pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // a generator that is killed leaves no server behind
  if (::getppid() != parent) ::_exit(127);
  if (!cores.empty()) {
    const auto set = set_of(cores);
    ::sched_setaffinity(0, sizeof set, &set);
  }
  ::signal(SIGPIPE, SIG_DFL);
  ::dup2(output, STDOUT_FILENO);
  ::dup2(log, STDERR_FILENO);
  ::execvp(arguments[0], arguments);
  ::_exit(127);
}

}  // namespace

server_process::server_process(const std::vector<std::string>& command, const std::vector<int>& cores,
                               std::filesystem::path log)
    : log_(std::move(log)) {
  std::vector<char*> arguments;
  arguments.reserve(command.size() + 1);
  for (const auto& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  int output[2];
  const int log_file = ::open(log_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (log_file < 0 || ::pipe2(output, O_CLOEXEC) != 0)
    throw std::runtime_error("cannot start " + command[0] + ": " + std::strerror(errno));
  const pid_t parent = ::getpid();
  id_ = ::fork();
  if (id_ == 0) become(arguments.data(), cores, output[1], log_file, parent);
  ::close(output[1]);
  ::close(log_file);
  if (id_ < 0) throw std::runtime_error("cannot start " + command[0] + ": " + std::strerror(errno));
  output_ = output[0];
  try {
    port_ = wait_for_port(command[0]);
  } catch (...) {
    end();
    throw;
  }
}

server_process::~server_process() {
  end();
}

std::uint16_t server_process::wait_for_port(const std::string& name) {
  const auto deadline = now() + start_deadline;
  std::string said;
  for (;;) {
    if (const auto end = said.find('\n'); end != std::string::npos) {
      const auto colon = said.rfind(':', end);
      std::uint16_t port = 0;
      if (said.starts_with("listening on ") && colon != std::string::npos)
        std::from_chars(said.data() + colon + 1, said.data() + end, port);
      if (port != 0) return port;
      said.erase(0, end + 1);
      continue;
    }
    pollfd readable{output_, POLLIN, 0};
    const auto left = (deadline - now()) / millisecond;
    if (left <= 0 || ::poll(&readable, 1, static_cast<int>(left)) <= 0)
      throw std::runtime_error(name + " does not listen. Its log:\n" + end_of(log_));
    char buffer[512];
    const auto got = ::read(output_, buffer, sizeof buffer);
    if (got <= 0) throw std::runtime_error(name + " did not start. Its log:\n" + end_of(log_));
    said.append(buffer, static_cast<std::size_t>(got));
  }
}

void server_process::end() {
  if (id_ <= 0) return;
  ::kill(id_, SIGTERM);
  const auto deadline = now() + end_deadline;
  while (::waitpid(id_, nullptr, WNOHANG) == 0) {
    if (now() > deadline) {
      ::kill(id_, SIGKILL);
      ::waitpid(id_, nullptr, 0);
      break;
    }
    ::usleep(5000);
  }
  id_ = -1;
  ::close(output_);
}

std::vector<int> allowed_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  std::vector<int> cores;
  if (::sched_getaffinity(0, sizeof set, &set) != 0) return cores;
  for (int core = 0; core < CPU_SETSIZE; ++core)
    if (CPU_ISSET(core, &set)) cores.push_back(core);
  return cores;
}

void pin_to(const std::vector<int>& cores) {
  if (cores.empty()) return;
  const auto set = set_of(cores);
  ::sched_setaffinity(0, sizeof set, &set);
}

std::size_t raise_file_limit() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_cur;
}

}  // namespace parley::bench
