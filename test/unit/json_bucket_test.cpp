// What is a JSON document's own, beside what every bucket does (bucket_test.cpp).

#include "auth/json_bucket.hpp"

#include <boost/test/unit_test.hpp>
#include <sys/stat.h>

#include "auth/bucket_folder.hpp"
#include "full_disk.hpp"
#include "temporary_folder.hpp"

namespace json_bucket {

namespace auth = parley::auth;
using access = auth::bucket_folder::access;
using reason = auth::bucket_failure::reason;
using parley::test::full_disk;
using parley::test::read_file;
using parley::test::temporary_folder;
using parley::test::write_file;

namespace {

constexpr auth::document_kind things = {"parley-things", "things"};
constexpr auth::document_kind others = {"parley-others", "others"};

// A thing has a text.
std::string thing(auth::entry_reader& entry) {
  const auto text = entry.text("text");
  entry.refuse_others({"text"});
  return "{\"text\":" + nlohmann::json(text).dump() + "}";
}

std::string thing_of(std::string_view text) {
  return "{\"text\":\"" + std::string(text) + "\"}";
}

struct folder_fixture {
  temporary_folder folder;
  std::filesystem::path path = folder / "things.json";

  tl::expected<std::unique_ptr<auth::bucket>, std::string> open(access wanted = access::read_write) const {
    const auto buckets = auth::bucket_folder::open(folder.path(), wanted);
    if (!buckets) return tl::unexpected(buckets.error());
    return buckets->open_bucket(things, thing);
  }

  std::unique_ptr<auth::bucket> opened(access wanted = access::read_write) const {
    auto result = open(wanted);
    if (!result) BOOST_FAIL(result.error());
    return std::move(*result);
  }

  // Every replacement is another file.
  ino_t inode() const {
    struct stat status{};
    BOOST_REQUIRE(::stat(path.c_str(), &status) == 0);
    return status.st_ino;
  }
};

auth::bucket::revision made(auth::bucket& records, const auth::bucket::ticket& ticket) {
  const auto result = records.commit(ticket);
  if (!result) BOOST_FAIL(result.error().text);
  return *result;
}

}  // namespace

}  // namespace json_bucket

BOOST_FIXTURE_TEST_SUITE(json_bucket, folder_fixture)

BOOST_AUTO_TEST_CASE(no_file_is_an_empty_bucket_and_opening_writes_none) {
  const auto records = opened();
  BOOST_TEST(!records->get("ada").has_value());
  BOOST_TEST(folder.listing() == "");
}

BOOST_AUTO_TEST_CASE(the_file_is_one_document_with_an_entry_to_a_line) {
  const auto records = opened();
  made(*records, records->create("zoe", thing_of("z")));
  const auto ada = made(*records, records->create("ada", thing_of("a")));
  records->create("bob \"b\"", thing_of("b"));
  records->create("eve", thing_of("e"));
  records->remove("eve");
  made(*records, records->replace("ada", thing_of("A"), ada));
  BOOST_TEST(read_file(path) ==
             "{\n"
             "  \"format\": \"parley-things\",\n"
             "  \"version\": 1,\n"
             "  \"things\": {\n"
             "    \"ada\": {\"text\":\"A\"},\n"
             "    \"bob \\\"b\\\"\": {\"text\":\"b\"},\n"
             "    \"zoe\": {\"text\":\"z\"}\n"
             "  }\n"
             "}\n");
  BOOST_TEST(folder.listing() == "things.json");
  for (const auto* key : {"ada", "bob \"b\"", "zoe"}) made(*records, records->remove(key));
  BOOST_TEST(read_file(path) ==
             "{\n  \"format\": \"parley-things\",\n  \"version\": 1,\n  \"things\": {}\n}\n");
}

BOOST_AUTO_TEST_CASE(opened_again_it_has_the_same_records) {
  {
    const auto records = opened();
    const auto ada = made(*records, records->create("ada", thing_of("1")));
    made(*records, records->replace("ada", thing_of("2"), ada));
    made(*records, records->create("bob", thing_of("3")));
    made(*records, records->create("eve", thing_of("4")));
    made(*records, records->remove("eve"));
  }
  const auto records = opened();
  std::string seen;
  records->watch(
      [&](const auth::bucket::event& event) { seen.append(event.key).append(*event.value).append(" "); });
  BOOST_TEST(seen == "ada" + thing_of("2") + " bob" + thing_of("3") + " ");
  const auto bob = records->get("bob");
  BOOST_REQUIRE(bob);
  made(*records, records->replace("bob", thing_of("5"), bob->number));
  BOOST_CHECK(records->commit(records->create("ada", thing_of("6"))).error().why == reason::exists);
}

BOOST_AUTO_TEST_CASE(an_entry_becomes_what_the_store_writes) {
  write_file(path,
             R"({"format": "parley-things", "version": 1, "things": { "ada": {  "text" : "\u0041" } }})");
  BOOST_TEST(opened()->get("ada")->value == thing_of("A"));
}

BOOST_AUTO_TEST_CASE(an_entry_that_is_not_valid_is_told_with_its_place) {
  const std::string text =
      "{\"format\": \"parley-things\", \"version\": 1, \"things\": {\n\"ada\": {\"text\": 1}}}";
  write_file(path, text);
  const auto result = open();
  BOOST_REQUIRE(!result);
  BOOST_TEST(result.error() == path.string() + ":2:9: \"text\" of \"ada\" is not a text");
  BOOST_TEST(read_file(path) == text);
}

BOOST_AUTO_TEST_CASE(what_is_staged_together_is_one_write_and_what_is_refused_is_none) {
  const auto records = opened();
  std::vector<auth::bucket::ticket> tickets;
  for (int i = 0; i < 100; ++i) tickets.push_back(records->create("key" + std::to_string(i), thing_of("x")));
  made(*records, tickets.front());
  const auto written = inode();
  for (const auto& ticket : tickets) made(*records, ticket);
  BOOST_TEST(!records->commit(records->create("key1", thing_of("y"))).has_value());
  BOOST_TEST(inode() == written);
}

BOOST_AUTO_TEST_CASE(a_write_that_fails_says_why_and_leaves_the_file_alone) {
  const auto records = opened();
  made(*records, records->create("ada", thing_of("1")));
  const auto before = read_file(path);
  const auto ticket = records->create("bob", thing_of("2"));
  const auto failed = [&] {
    const full_disk full(0);
    return records->commit(ticket);
  }();
  BOOST_REQUIRE(!failed);
  BOOST_CHECK(failed.error().why == reason::unavailable);
  BOOST_TEST(failed.error().text == "cannot write " + path.string() + ".new: File too large");
  BOOST_TEST(read_file(path) == before);
  BOOST_TEST(folder.listing() == "things.json");
}

BOOST_AUTO_TEST_CASE(buckets_of_a_folder_share_its_lock_until_the_last_is_gone) {
  std::unique_ptr<auth::bucket> first;
  std::unique_ptr<auth::bucket> second;
  {
    const auto buckets = auth::bucket_folder::open(folder.path());
    BOOST_REQUIRE(buckets);
    first = *buckets->open_bucket(things, thing);
    second = *buckets->open_bucket(others, thing);
  }
  made(*first, first->create("ada", thing_of("1")));
  made(*second, second->create("ada", thing_of("2")));
  BOOST_TEST(folder.listing() == "others.json things.json");
  first.reset();
  const auto locked_out = open();
  BOOST_REQUIRE(!locked_out);
  BOOST_TEST(locked_out.error() == "the folder " + folder.path().string() +
                                       " is in use by another parley process; stop that one first");
  second.reset();
  BOOST_TEST(open().has_value());
}

BOOST_AUTO_TEST_CASE(for_reading_only_it_takes_no_lock_and_writes_nothing) {
  const auto writer = opened();
  made(*writer, writer->create("ada", thing_of("1")));
  const auto reader = opened(access::read_only);
  BOOST_TEST(reader->is_read_only());
  BOOST_TEST(reader->get("ada")->value == thing_of("1"));
  const auto written = inode();
  const auto refused = reader->commit(reader->create("bob", thing_of("2")));
  BOOST_REQUIRE(!refused);
  BOOST_CHECK(refused.error().why == reason::unavailable);
  BOOST_TEST(refused.error().text == path.string() + " is open for reading only");
  BOOST_TEST(inode() == written);
  BOOST_TEST(auth::bucket_folder::open(folder / "absent", access::read_only).has_value());
  BOOST_TEST(folder.listing() == "things.json");
}

BOOST_AUTO_TEST_SUITE_END()
