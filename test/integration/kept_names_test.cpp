// Names that nobody has and that are not for strangers: operators' names, those of users who are gone, and
// all of them where users.json is lost.

#include <boost/test/unit_test.hpp>

#include "attic.hpp"
#include "contains.hpp"
#include "server_process.hpp"

namespace parley::test {
namespace kept_names {
namespace {

int registering(const server_process& server, const std::string& name) {
  return http_client(server.port()).post("/api/register", credentials(name)).status;
}

finished run_on(const server_process& server, std::vector<std::string> arguments) {
  const std::vector<std::string> where{"--config", server.config_file(), "--data", server.data()};
  arguments.insert(arguments.end(), where.begin(), where.end());
  return run_parley(arguments, good_password + "\n");
}

// As an operator would with an editor.
void remove_from_users_json(const server_process& server, const std::vector<std::string>& keys) {
  const auto file = server.data() / "users.json";
  auto document = json::parse(read_file(file));
  for (const auto& key : keys) BOOST_TEST(document["users"].erase(key) == 1u);
  write_file(file, document.dump());
}

}  // namespace
}  // namespace kept_names

BOOST_AUTO_TEST_SUITE(kept_names)

BOOST_AUTO_TEST_CASE(an_operators_name_is_not_for_strangers) {
  server_process server("auth: {operators: [Root]}", server_process::when::later);
  server.operators_are_added = false;
  const auto checked = run_on(server, {"check"});
  BOOST_TEST(checked.status == 0);
  BOOST_TEST(contains(checked.err, "auth.operators names root"));
  server.start();
  BOOST_TEST(eventually(
      [&] { return contains(server.log(), "auth.operators names root, whom nobody has registered"); }));
  for (const auto* name : {"root", "ROOT"}) {
    const auto answer = http_client(server.port()).post("/api/register", credentials(name));
    BOOST_TEST(answer.status == 409);
    BOOST_TEST(answer.error_code() == "name_taken");
  }
  BOOST_TEST(server.stop() == 0);

  BOOST_TEST(contains(run_on(server, {"check"}).err, "parley user add root"));
  BOOST_TEST(run_on(server, {"user", "add", "root"}).status == 0);
  BOOST_TEST(run_on(server, {"check"}).err == "");
  server.start();
  BOOST_TEST(http_client(server.port()).post("/api/login", credentials("root")).status == 200);
}

BOOST_AUTO_TEST_CASE(lost_users_stop_the_start_where_their_rooms_are_left) {
  server_process server;
  say_and_wait(*std::make_unique<websocket_client>(server.enter(server.register_user("Ada"))), "hello");
  BOOST_TEST(server.stop() == 0);
  const auto users = server.data() / "users.json", copy = server.folder() / "users.json";
  std::filesystem::rename(users, copy);
  const auto refused = server.start_in_vain();
  BOOST_TEST(refused.status == 1);
  BOOST_TEST(contains(refused.err, users.string() + " is missing"));
  BOOST_TEST(contains(refused.err, "Put back a copy of users.json"));
  BOOST_TEST(contains(run_on(server, {"check"}).err, "is missing"));
  BOOST_TEST(contains(run_on(server, {"user", "add", "Ada"}).err, "is missing"));
  BOOST_TEST(!std::filesystem::exists(users));

  std::filesystem::rename(copy, users);
  server.start();
  BOOST_TEST(server.stop() == 0);
  for (const auto* file : {"users.json", "history.db", "history.db-wal", "history.db-shm"})
    std::filesystem::remove(server.data() / file);
  server.start();
  BOOST_TEST(registering(server, "Ada") == 201);
}

BOOST_AUTO_TEST_CASE(a_server_that_nobody_has_used_starts_again) {
  server_process server;
  BOOST_TEST(server.stop() == 0);
  server.start();
  BOOST_TEST(registering(server, "Ada") == 201);
}

BOOST_AUTO_TEST_CASE(of_users_who_are_gone_are_not_given_away) {
  server_process server;
  auto ada = server.enter(server.register_user("Ada")), bob = server.open(server.register_user("Bob")),
       eve = server.open(server.register_user("Eve"));
  server.register_user("Zoe");
  say_and_wait(ada, "hello");
  bob.send(own_rooms::create("attic"));
  bob.expect("settings");
  eve.send(join("@eve:ada"));
  eve.expect("joined");
  BOOST_TEST(server.stop() == 0);
  remove_from_users_json(server, {"ada", "bob", "eve", "zoe"});
  server.start();
  for (const auto* name : {"ADA", "bob", "Eve"}) BOOST_TEST(registering(server, name) == 409);
  BOOST_TEST(registering(server, "Zoe") == 201);  // who has left nothing
  BOOST_TEST(server.stop() == 0);
  BOOST_TEST(run_on(server, {"user", "add", "Ada"}).status == 0);
  server.start();
  BOOST_TEST(http_client(server.port()).post("/api/login", credentials("Ada")).status == 200);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace parley::test
