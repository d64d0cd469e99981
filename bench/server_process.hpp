#pragma once
// A server under test as a child process: started on given cores, announced by its line `listening on
// https://...:PORT` on stdout, ended with this object.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <sys/types.h>

namespace parley::bench {

class server_process {
 public:
  // Waits until the server listens. What it says on stderr goes to `log`. Throws std::runtime_error, with the
  // end of that log, where it exits or says nothing for 30 s.
  server_process(const std::vector<std::string>& command, const std::vector<int>& cores,
                 std::filesystem::path log);
  ~server_process();
  server_process(const server_process&) = delete;
  server_process& operator=(const server_process&) = delete;

  pid_t id() const { return id_; }
  std::uint16_t port() const { return port_; }

 private:
  std::uint16_t wait_for_port(const std::string& name);
  void end();

  std::filesystem::path log_;
  pid_t id_ = -1;
  int output_ = -1;  // kept open: a server may not be killed for saying more
  std::uint16_t port_ = 0;
};

// The cores this process may use, as it was started.
std::vector<int> allowed_cores();

// The calling thread and the threads it makes later run on these cores only; none: nothing changes.
void pin_to(const std::vector<int>& cores);

// As many open files as the system lets this process have; children inherit it. Gives that number.
std::size_t raise_file_limit();

}  // namespace parley::bench
