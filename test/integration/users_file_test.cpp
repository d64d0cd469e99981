// users.json: private, whole after every crash, never half written when there is no room, and left alone when
// it is not ours.

#include <boost/test/unit_test.hpp>
#include <sys/mount.h>
#include <unistd.h>

#include "contains.hpp"
#include "file_size_limit.hpp"
#include "server_process.hpp"

namespace parley::test {
BOOST_AUTO_TEST_SUITE(users_file)
namespace {

std::filesystem::path users_json(const server_process& server) {
  return server.data() / "users.json";
}

// The names in the file, in lower case; throws where it is not JSON.
std::vector<std::string> names_in(const std::filesystem::path& file) {
  std::vector<std::string> names;
  const auto document = json::parse(read_file(file));
  for (const auto& [name, user] : document.at("users").items()) names.push_back(name);
  return names;
}

bool holds(const std::filesystem::path& file, const std::string& name) {
  const auto names = names_in(file);
  return std::find(names.begin(), names.end(), name) != names.end();
}

void send_registration(http_client& browser, const std::string& name) {
  browser.cookie.clear();
  browser.send("POST", "/api/register", {{"Content-Type", "application/json"}}, credentials(name).dump());
}

// A disk of 256 KiB, where we may mount one.
class tiny_disk {
 public:
  explicit tiny_disk(const std::filesystem::path& folder) : folder_(folder) {
    std::filesystem::create_directories(folder);
    mounted_ = ::mount("parley-test", folder.c_str(), "tmpfs", 0, "size=256k,mode=700") == 0;
  }
  ~tiny_disk() {
    if (mounted_) ::umount2(folder_.c_str(), MNT_DETACH);
  }
  tiny_disk(const tiny_disk&) = delete;
  tiny_disk& operator=(const tiny_disk&) = delete;

  bool mounted() const { return mounted_; }
  void fill() const {
    std::ofstream stream(folder_ / "filler", std::ios::binary);
    while (stream << std::string(4096, 'x') && stream.flush()) continue;
  }
  void make_room() const { std::filesystem::remove(folder_ / "filler"); }

 private:
  std::filesystem::path folder_;
  bool mounted_ = false;
};

void check_nothing_is_half_registered(server_process& server, const std::string& name) {
  http_client browser(server.port());
  const auto answer = browser.post("/api/register", credentials(name));
  BOOST_TEST_CONTEXT(answer.body) {
    BOOST_TEST(answer.status == 503);
    BOOST_TEST(answer.error_code() == "unavailable");
    BOOST_TEST(browser.cookie == "");
  }
  BOOST_TEST(browser.post("/api/login", credentials(name)).status == 401);
  BOOST_TEST(!holds(users_json(server), name));
}

}  // namespace

BOOST_AUTO_TEST_CASE(is_private_and_holds_no_password) {
  server_process server;
  server.register_user("Ada");
  BOOST_TEST(mode_of(users_json(server)) == 0600u);
  BOOST_TEST(holds(users_json(server), "ada"));
  BOOST_TEST(lacks(read_file(users_json(server)), good_password));
  BOOST_TEST(contains(read_file(users_json(server)), "$pbkdf2-sha256$i=1000$"));
}

BOOST_AUTO_TEST_CASE(holds_hashes_at_the_cost_that_was_configured) {
  const std::vector<std::pair<std::string, std::string>> hashes{
      {"auth: {hash: scrypt}", "$scrypt$ln=14,r=8,p=5$"},
      {"auth: {hash: pbkdf2, pbkdf2_rounds: 600000}", "$pbkdf2-sha256$i=600000$"}};
  for (const auto& [config, hash] : hashes) {
    server_process server(config);
    server.register_user("Ada");
    BOOST_TEST(contains(read_file(users_json(server)), hash));
    BOOST_TEST(http_client(server.port()).post("/api/login", credentials("Ada")).status == 200);
  }
}

BOOST_AUTO_TEST_CASE(is_valid_after_every_registration) {
  server_process server;
  for (int i = 0; i < 10; ++i) {
    const auto name = "user" + std::to_string(i);
    server.register_user(name);
    BOOST_TEST(holds(users_json(server), name));
  }
}

BOOST_AUTO_TEST_CASE(keeps_no_token_beside_it) {
  server_process server;
  const auto cookie = server.register_user("Ada");
  const auto token = cookie.substr(cookie.find('=') + 1);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(server.data()))
    if (entry.is_regular_file()) BOOST_TEST(lacks(read_file(entry.path()), token));
}

BOOST_AUTO_TEST_CASE(keeps_every_user_that_got_its_answer_when_the_server_is_killed_in_a_burst) {
  server_process server("auth: {hashing_threads: 2}");
  std::vector<std::string> answered;
  int last = 0;
  for (int crash = 0; crash < 4; ++crash) {
    std::vector<http_client> crowd;
    std::vector<std::string> asked;
    for (int i = 0; i < 8; ++i) crowd.emplace_back(server.port());
    for (auto& one : crowd) send_registration(one, asked.emplace_back("user" + std::to_string(last++)));
    // Another moment in each round: after the first answer, the third, ...
    for (int i = 0; i <= 2 * crash; ++i)
      if (crowd[i].receive().status == 201) answered.push_back(asked[i]);
    server.kill();
    const auto names = names_in(users_json(server));
    for (const auto& name : answered) {
      BOOST_TEST_INFO(name);
      BOOST_TEST(std::count(names.begin(), names.end(), name) == 1);
    }
    server.start();
  }
  BOOST_TEST(answered.size() >= 4u);
  http_client browser(server.port());
  for (const auto& name : answered) BOOST_TEST(browser.post("/api/login", credentials(name)).status == 200);
}

BOOST_AUTO_TEST_CASE(that_is_not_ours_stops_the_start_and_stays_as_it_was) {
  const std::vector<std::pair<std::string, std::string>> files{
      {"{\n  \"format\": \"parley-users\",\n  oops\n}", ":3:3"},
      {"", ":1:1"},
      {"{\"format\": \"parley-users\", \"version\": 1, \"users\": {\"ada\"", ":1:"},
      {"[]", ":1:"},
      {"{\"format\": \"somebody-elses\", \"version\": 1, \"users\": {}}", "users.json"},
      {"{\"format\": \"parley-users\", \"version\": 2, \"users\": {}}", "version"},
      {"{\"format\": \"parley-users\", \"version\": 1, \"users\": {\"ada\": {\"name\": \"Ada\"}}}", "ada"},
      {"{\"format\": \"parley-users\", \"version\": 1, \"users\": {\"ada\": {\"name\": \"Ada\", "
       "\"password\": "
       "\"$argon2id$v=19$m=65536$c2FsdA$aGFzaA\", \"created\": 1}}}",
       "is no hash that this Parley knows"},
      {"{\"ada\": \"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\"}", "users.json"}};
  for (const auto& [content, said] : files) {
    server_process server("", server_process::when::later);
    write_file(users_json(server), content);
    const auto result = server.start_in_vain();
    BOOST_TEST_CONTEXT(content << " got " << result.err) {
      BOOST_TEST(result.status != 0);
      BOOST_TEST(result.status < 128);
      BOOST_TEST(result.out == "");
      BOOST_TEST(contains(result.err, users_json(server)));
      BOOST_TEST(contains(result.err, said));
      BOOST_TEST(read_file(users_json(server)) == content);
    }
  }
}

BOOST_AUTO_TEST_CASE(that_cannot_grow_fails_a_registration_and_nothing_else) {
  server_process server("{log: {level: error}, history: {mode: memory}}");
  auto ada = server.enter(server.register_user("Ada"));
  {
    const file_size_limit full(server.pid(), 16);
    check_nothing_is_half_registered(server, "bob");
    say_and_wait(ada, "still here");
    BOOST_TEST(http_client(server.port()).get("/").status == 200);
  }
  server.register_user("bob");
  BOOST_TEST(holds(users_json(server), "bob"));
}

BOOST_AUTO_TEST_CASE(on_a_full_disk_fails_a_registration_and_works_again_when_there_is_room) {
  temporary_folder folder;
  const tiny_disk disk(folder.path() / "disk");
  if (!disk.mounted()) {
    BOOST_TEST_MESSAGE("not allowed to mount a disk here");
    return;
  }
  server_process server("data: {min_free: 0}", server_process::when::later);
  std::filesystem::create_directory_symlink(folder.path() / "disk", server.data());
  server.start();
  server.register_user("Ada");
  disk.fill();
  check_nothing_is_half_registered(server, "bob");
  disk.make_room();
  server.register_user("bob");
  BOOST_TEST(holds(users_json(server), "bob"));
  BOOST_TEST(server.stop() == 0);
  server.start();
  BOOST_TEST(http_client(server.port()).post("/api/login", credentials("bob")).status == 200);
  BOOST_TEST(server.stop() == 0);
}

BOOST_AUTO_TEST_CASE(leaves_no_temporary_files_behind) {
  server_process server("log: {level: error}");
  server.register_user("Ada");
  std::size_t files = 0;
  const auto count = [&] {
    const std::filesystem::recursive_directory_iterator all(server.data());
    return static_cast<std::size_t>(std::distance(begin(all), end(all)));
  };
  files = count();
  {
    const file_size_limit full(server.pid(), 16);
    http_client(server.port()).post("/api/register", credentials("bob"));
  }
  BOOST_TEST(count() == files);
  BOOST_TEST(names_in(users_json(server)).size() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace parley::test
