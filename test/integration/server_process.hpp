#pragma once
// A server of a test's own: the real binary in a process of its own, with a folder of its own that is gone
// afterwards, on a port that the kernel picks.

#include <csignal>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <sys/types.h>

#include "temporary_folder.hpp"
#include "websocket_client.hpp"

namespace parley::test {

// What a command that ran to its end left behind; a status of 128 and more is a signal.
struct finished {
  int status = 0;
  std::string out;
  std::string err;
};

// Runs `parley ARGUMENTS` to its end; one that does not end before the deadline is killed and has status 137.
finished run_parley(const std::vector<std::string>& arguments, const std::string& input = {});

class server_process {
  temporary_folder folder_;  // before what lies in it

 public:
  enum class when { now, later };

  // Writes config.yaml (the defaults that suit a test, see default_config, with the YAML in `overrides` laid
  // over them, section by section) and starts the server.
  explicit server_process(const std::string& overrides = {}, when start_it = when::now);

  // Stops the server, which has to exit with 0, and prints the end of its log where the test has failed.
  ~server_process();
  server_process(const server_process&) = delete;
  server_process& operator=(const server_process&) = delete;

  // Starts the server, on the port it had before if it ran before; throws where it does not come up.
  void start();

  // Starts the server, and comes back when it has come so far that it knows what to do with signals.
  void begin_start();

  // Starts the server and expects that it refuses: gives what it wrote until it ended.
  finished start_in_vain();

  // Sends the signal and waits; the exit status, or 128 and more for a signal.
  int stop(int signal = SIGTERM);
  void kill();
  int wait_for_exit(clock::time_point deadline = soon());
  void signal(int number);

  // config.yaml anew, for the next start.
  void configure(const std::string& overrides);

  std::uint16_t port() const { return port_; }
  pid_t pid() const { return process_; }
  const std::filesystem::path& folder() const { return folder_.path(); }
  std::filesystem::path data() const { return folder() / "data"; }
  std::filesystem::path www;        // served from the next start on
  bool obeys_file_modes = false;    // from the next start on, also where root runs the tests
  bool operators_are_added = true;  // before the first start
  bool log_is_read = true;          // from the next start on; else it goes into a pipe that nobody empties
  std::filesystem::path config_file() const { return folder() / "config.yaml"; }
  // What the server wrote to stdout after its first line; only when it has ended.
  std::string rest_of_stdout();

  std::string log() const { return read_file(folder() / "server.log"); }

  // How many sockets the server's process holds, listening ones included.
  std::size_t open_sockets() const;

  // Registers through the API, and logs in whom auth.operators names, who are added before the first start;
  // gives the cookie.
  std::string register_user(const std::string& name) const;

  // A socket logged in by the cookie, its `welcome` taken.
  websocket_client open(const std::string& cookie, const tls_options& tls = {}) const;

  // A socket that has joined the room as well.
  websocket_client enter(const std::string& cookie, const std::string& room = "lobby") const;

 private:
  std::vector<std::string> arguments() const;
  std::vector<std::string> operators() const;
  void add_operators() const;
  void launch();
  std::string read_line(clock::time_point deadline);

  pid_t process_ = -1;
  int output_ = -1;  // the server's stdout
  std::uint16_t port_ = 0;
};

inline const std::string good_password = "correct horse battery";

json credentials(const std::string& name, const std::string& password = good_password);
json join(const std::string& room = "lobby");
json say(const std::string& text, const std::string& id = {}, const std::string& room = "lobby");

// Says it and waits for the ack; gives the ack.
json say_and_wait(websocket_client& socket, const std::string& text);

}  // namespace parley::test
