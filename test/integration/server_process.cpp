#include "server_process.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <utility>

#include <boost/test/results_collector.hpp>
#include <boost/test/unit_test.hpp>
#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <yaml-cpp/yaml.h>

namespace parley::test {
namespace {

// Cheap hashing, no throttling of one address by many tests' log-ins, and limits out of the way of what is
// not about them.
constexpr const char* default_config = R"(
server: {address: 127.0.0.1, shards: 2}
limits: {message_interval: 0, flood: off, frame_rate: off, byte_rate: off, user_share: 100, address_share: 100, connections_per_address: 0, sockets_per_user: 0}
timeouts: {ping: 0}
idle: {warn_after: 0, kick_after: 0}
auth: {hash: pbkdf2, pbkdf2_rounds: 1000, attempts: 1000 in 1m, registrations: 1000 in 1m}
presence: {interval: 0}
log: {level: debug}
)";

std::string merged_config(const std::string& overrides) {
  auto config = YAML::Load(default_config);
  if (sanitizer == "thread")
    config["server"]["shards"] = 4;  // more of them than cores: more orders of events
  for (const auto& section : YAML::Load(overrides))
    for (const auto& key : section.second)
      config[section.first.as<std::string>()][key.first.as<std::string>()] = key.second;
  YAML::Emitter text;
  text << config;
  return text.c_str() + std::string("\n");
}

// Runs the binary with stdout and stderr to these descriptors.
pid_t spawn(const std::vector<std::string>& arguments, int input, int output, int error,
            bool obeys_file_modes = false) {
  const char* binary = std::getenv("PARLEY_BINARY");
  if (!binary) throw std::runtime_error("PARLEY_BINARY has to name the server to test; ctest sets it");
  std::vector<char*> argv{const_cast<char*>(binary)};
  for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child < 0) throw std::runtime_error(std::string("fork: ") + std::strerror(errno));
  if (child > 0) return child;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // a test that is killed leaves no server behind
  if (::getppid() != parent) ::_exit(127);
  ::signal(SIGXFSZ, SIG_IGN);  // so that a test can make writes fail with RLIMIT_FSIZE
  ::signal(SIGPIPE, SIG_DFL);
  if (obeys_file_modes) ::prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE);  // refused to who does not have it
  ::dup2(input, STDIN_FILENO);
  ::dup2(output, STDOUT_FILENO);
  ::dup2(error, STDERR_FILENO);
  ::execv(argv[0], argv.data());
  ::_exit(127);
}

int to_status(int waited) {
  return WIFEXITED(waited) ? WEXITSTATUS(waited) : 128 + WTERMSIG(waited);
}

int wait_for_process(pid_t process, clock::time_point deadline) {
  int status = 0;
  const auto ended = [&] { return ::waitpid(process, &status, WNOHANG) == process; };
  if (eventually(ended, deadline)) return to_status(status);
  ::kill(process, SIGKILL);
  ::waitpid(process, &status, 0);
  return to_status(status);
}

bool test_has_failed() {
  namespace framework = boost::unit_test::framework;
  const auto id = framework::current_test_case_id();
  return std::uncaught_exceptions() > 0 || !boost::unit_test::results_collector.results(id).passed();
}

int open_or_throw(const std::filesystem::path& path, int flags) {
  const int descriptor = ::open(path.c_str(), flags | O_CLOEXEC, 0600);
  if (descriptor < 0) throw std::runtime_error(path.string() + ": " + std::strerror(errno));
  return descriptor;
}

}  // namespace

finished run_parley(const std::vector<std::string>& arguments, const std::string& input) {
  temporary_folder folder;
  write_file(folder.path() / "in", input);
  const int in = open_or_throw(folder.path() / "in", O_RDONLY);
  const int out = open_or_throw(folder.path() / "out", O_WRONLY | O_CREAT);
  const int err = open_or_throw(folder.path() / "err", O_WRONLY | O_CREAT);
  const pid_t process = spawn(arguments, in, out, err);
  for (const int descriptor : {in, out, err}) ::close(descriptor);
  const int status = wait_for_process(process, soon());
  return {status, read_file(folder.path() / "out"), read_file(folder.path() / "err")};
}

server_process::server_process(const std::string& overrides, when start_it) : www(folder_.path() / "www") {
  configure(overrides);
  write_file(www / "index.html", "<!doctype html><title>A page</title>");
  if (start_it == when::now) start();
}

server_process::~server_process() {
  if (process_ > 0) {
    const int status = stop(SIGTERM);
    BOOST_CHECK_MESSAGE(status == 0, "the server ended with " << status);
  }
  const auto written = log();
  constexpr std::size_t enough = 6000;
  for (const auto* finding : {"Sanitizer", "runtime error:"}) {
    const auto found = written.find(finding);
    BOOST_CHECK_MESSAGE(found == std::string::npos, "the server's log holds a " << finding);
    if (found != std::string::npos)
      std::cerr << "--- the finding\n" << written.substr(written.rfind('\n', found) + 1, enough) << '\n';
  }
  if (test_has_failed())
    std::cerr << "--- the server's log\n"
              << written.substr(written.size() - std::min(written.size(), enough)) << "--- end of the log\n";
  if (output_ >= 0) ::close(output_);
}

void server_process::configure(const std::string& overrides) {
  write_file(config_file(), merged_config(overrides));
}

std::vector<std::string> server_process::arguments() const {
  return {"serve",  "--config", config_file(), "--port", std::to_string(port_),
          "--data", data(),     "--www",       www};
}

void server_process::launch() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("cannot make a pipe");
  const int log_file = open_or_throw(folder() / "server.log", O_WRONLY | O_CREAT | O_APPEND);
  const int nothing = open_or_throw("/dev/null", O_RDONLY);
  int narrow[2] = {-1, -1};  // the server itself keeps the end to read from, so it stays open
  if (!log_is_read && (::pipe(narrow) != 0 || ::fcntl(narrow[1], F_SETPIPE_SZ, 4096) < 0))
    throw std::runtime_error("cannot make a narrow pipe");
  process_ = spawn(arguments(), nothing, ends[1], log_is_read ? log_file : narrow[1], obeys_file_modes);
  for (const int descriptor : narrow)
    if (descriptor >= 0) ::close(descriptor);
  for (const int descriptor : {ends[1], log_file, nothing}) ::close(descriptor);
  if (output_ >= 0) ::close(output_);
  output_ = ends[0];
}

std::string server_process::read_line(clock::time_point deadline) {
  std::string line;
  for (char c = 0;;) {
    wait_for(output_, POLLIN, deadline);
    if (::read(output_, &c, 1) != 1 || c == '\n') return line;
    line += c;
  }
}

std::vector<std::string> server_process::operators() const {
  const auto named = YAML::LoadFile(config_file())["auth"]["operators"];
  return named ? named.as<std::vector<std::string>>() : std::vector<std::string>();
}

void server_process::add_operators() const {
  for (const auto& name : operators())
    run_parley({"user", "add", name, "--config", config_file(), "--data", data()}, good_password + "\n");
}

void server_process::start() {
  if (operators_are_added && !std::filesystem::exists(data())) add_operators();
  launch();
  const auto line = read_line(soon());
  if (line.rfind("listening on https://", 0) != 0) {
    const int status = wait_for_exit();
    throw std::runtime_error("the server said \"" + line + "\" and ended with " + std::to_string(status));
  }
  port_ = static_cast<std::uint16_t>(std::stoul(line.substr(line.rfind(':') + 1)));
}

void server_process::begin_start() {
  launch();
  const auto holds_signals = [&] {
    const auto status = read_file("/proc/" + std::to_string(process_) + "/status");
    const auto at = status.find("SigBlk:");
    return at != std::string::npos && (std::stoull(status.substr(at + 8, 16), nullptr, 16) & 0x4000) != 0;
  };
  if (!eventually(holds_signals)) throw std::runtime_error("the server never held SIGTERM back");
}

finished server_process::start_in_vain() {
  const auto before = log().size();
  launch();
  const int status = wait_for_exit();
  return {status, rest_of_stdout(), log().substr(before)};
}

std::string server_process::rest_of_stdout() {
  std::string rest;
  for (char c = 0; ::read(output_, &c, 1) == 1;) rest += c;
  return rest;
}

int server_process::stop(int number) {
  signal(number);
  return wait_for_exit();
}

void server_process::kill() {
  stop(SIGKILL);
}

int server_process::wait_for_exit(clock::time_point deadline) {
  return wait_for_process(std::exchange(process_, -1), deadline);
}

void server_process::signal(int number) {
  if (process_ > 0) ::kill(process_, number);
}

std::size_t server_process::open_sockets() const {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/" + std::to_string(process_) + "/fd")) {
    std::error_code gone;
    const auto target = std::filesystem::read_symlink(entry.path(), gone).string();
    if (!gone && target.rfind("socket:", 0) == 0) ++count;
  }
  return count;
}

std::string server_process::register_user(const std::string& name) const {
  http_client browser(port_);
  const auto all = operators();
  const bool is_added = operators_are_added && std::find(all.begin(), all.end(), name) != all.end();
  const auto answer = browser.post(is_added ? "/api/login" : "/api/register", credentials(name));
  if (answer.status != (is_added ? 200 : 201) || browser.cookie.empty())
    throw std::runtime_error("registering " + name + " was answered with " + std::to_string(answer.status) +
                             " " + answer.body);
  return browser.cookie;
}

websocket_client server_process::open(const std::string& cookie, const tls_options& tls) const {
  upgrade how;
  how.cookie = cookie;
  how.tls = tls;
  websocket_client socket(port_, how);
  socket.expect("welcome");
  return socket;
}

websocket_client server_process::enter(const std::string& cookie, const std::string& room) const {
  auto socket = open(cookie);
  socket.send(join(room));
  socket.expect("joined");
  return socket;
}

json credentials(const std::string& name, const std::string& password) {
  return {{"username", name}, {"password", password}};
}

json join(const std::string& room) {
  return {{"type", "join"}, {"room", room}};
}

json say(const std::string& text, const std::string& id, const std::string& room) {
  json message{{"type", "message"}, {"room", room}, {"text", text}};
  if (!id.empty()) message["id"] = id;
  return message;
}

json say_and_wait(websocket_client& socket, const std::string& text) {
  static int last = 0;
  const auto id = "m" + std::to_string(++last);
  socket.send(say(text, id));
  for (;;) {
    auto ack = socket.expect("ack");
    if (ack["id"] == id) return ack;
  }
}

}  // namespace parley::test
