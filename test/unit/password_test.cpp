#include <algorithm>
#include <ctime>
#include <limits>
#include <set>
#include <string>

#include <boost/test/unit_test.hpp>

#include "auth/common_passwords.hpp"
#include "auth/encoding.hpp"
#include "auth/password_hash.hpp"
#include "auth/password_policy.hpp"

BOOST_AUTO_TEST_SUITE(password)

using namespace parley::auth;

namespace {

std::string repeat(std::string_view text, int times) {
  std::string result;
  while (times-- > 0) result += text;
  return result;
}

// As cheap as the algorithms go: the tests are about what is compared, not about the cost.
constexpr hash_settings cheap_scrypt = {hash_algorithm::scrypt, 4, 1, 1, 1};
constexpr hash_settings cheap_pbkdf2 = {hash_algorithm::pbkdf2, 4, 1, 1, 10};

constexpr std::string_view sha256_of_password =
    "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8";

}  // namespace

BOOST_AUTO_TEST_CASE(policy_counts_code_points_and_refuses_with_a_reason) {
  struct row {
    std::string password;
    std::string_view reason;  // empty: it will do
  };
  const std::string snowman = "\xE2\x98\x83";
  const std::string emoji = "\xF0\x9F\x92\xAC";
  const row table[] = {
      {"kiosk-52", ""},
      {"kiosk-5", "at least 8"},
      {"", "at least 8"},
      {repeat(snowman, 7), "at least 8"},
      {repeat(snowman, 8), ""},
      {repeat(emoji, 128), ""},
      {repeat(emoji, 129), "at most 128"},
      {repeat("kd", 64), ""},
      {repeat("kd", 64) + "x", "at most 128"},
      {repeat("a", 1'000'000), "at most 128"},
      {"a space and \t tab", ""},
      {std::string("nul\0inside", 10), ""},
      {"kiosk-5\xFF", "UTF-8"},                  // no such byte
      {"kiosk-52\x80", "UTF-8"},                 // a continuation on its own
      {"kiosk-52\xC3", "UTF-8"},                 // cut short
      {"kiosk-52\xC0\xAF", "UTF-8"},             // overlong
      {"kiosk-52\xE0\x80\xAF", "UTF-8"},         // overlong
      {"kiosk-52\xF0\x80\x80\xAF", "UTF-8"},     // overlong
      {"kiosk-52\xED\xA0\x80", "UTF-8"},         // a surrogate
      {"kiosk-52\xF4\x90\x80\x80", "UTF-8"},     // past U+10FFFF
      {"kiosk-52\xF4\x8F\xBF\xBF", ""},          // U+10FFFF
      {"kiosk-52\xED\x9F\xBF\xEE\x80\x80", ""},  // on both sides of the surrogates
      {"Ada.Lovelace", "user name"},
      {"aDA.lOVELACE", "user name"},
      {"Ada.Lovelace1", ""},
      {"password1", "most common"},
      {"PassWord1", "most common"},
  };
  const auto name = *user_name::parse("ada.lovelace");
  for (const auto& [text, reason] : table) {
    BOOST_TEST_CONTEXT(text.substr(0, 40)) {
      const auto refusal = refuse_password(text, name);
      BOOST_TEST(refusal.has_value() == !reason.empty(), refusal.value_or("not refused"));
      if (refusal) BOOST_TEST(refusal->find(reason) != std::string::npos, *refusal);
    }
  }
}

BOOST_AUTO_TEST_CASE(at_least_a_thousand_common_passwords_are_known) {
  BOOST_TEST(common_password_count() >= 1000U);
  for (const auto* common :
       {"12345678",   "123456789", "1234567890", "87654321",  "password",  "Password1",  "PASSWORD123",
        "passw0rd",   "P@ssw0rd",  "qwertyuiop", "qwerty123", "asdfghjkl", "1q2w3e4r",   "1qaz2wsx",
        "11111111",   "00000000",  "aaaaaaaa",   "abcdefgh",  "abcd1234",  "123123123",  "iloveyou",
        "sunshine",   "princess",  "football",   "baseball",  "superman",  "starwars",   "trustno1",
        "letmein1",   "welcome1",  "admin123",   "dragon123", "monkey123", "summer2024", "January2020",
        "Liverpool1", "michael1",  "zxcvbnm123", "computer",  "whatever",  "changeme",   "20002000"})
    BOOST_TEST(is_common_password(common), common);
  for (const auto* rare :
       {"kiosk-52", "marmalade skies", "passwordless-future", "12345679", "aaaaaaab", "", "short"})
    BOOST_TEST(!is_common_password(rare), rare);
}

BOOST_AUTO_TEST_CASE(scrypt_agrees_with_rfc_7914) {
  BOOST_CHECK(
      verify_password("password",
                      "$scrypt$ln=10,r=8,p=16$TmFDbA$/bq+HJ00cgB4VucZDQHp/nxq18vII3gw53N2Y0s3MWIurzDZLiKjiG"
                      "/xCSedmDDaxyevuUqD7m2DYMvfoswGQA",
                      cheap_scrypt)
          .matches);
  BOOST_CHECK(
      verify_password("pleaseletmein",
                      "$scrypt$ln=14,r=8,p=1$U29kaXVtQ2hsb3JpZGU$cCO9yzr9c0hGHAbNgf046/2o+7qQT44+qbVD9lRdofL"
                      "VQylVYT8Pz2LUlwUkKpr55h6F3A1lHkDfzwF7RVdYhw",
                      cheap_scrypt)
          .matches);
}

BOOST_AUTO_TEST_CASE(pbkdf2_agrees_with_rfc_7914) {
  BOOST_CHECK(
      verify_password("passwd",
                      "$pbkdf2-sha256$i=1$c2FsdA$VawEblbjCJ/sFpHCJUS2BflBhSFt3gRl5oudV8INrLxJypzM8Xm2RZkWZLO"
                      "dd+8xfHG4RbHjC9UJESBB06GXgw",
                      cheap_scrypt)
          .matches);
  BOOST_CHECK(
      verify_password("Password",
                      "$pbkdf2-sha256$i=80000$TmFDbA$TdzY9guYviGDDO5e8icB+WQaRBjQTAQUrv8Ih2s0q1ah1CWhIlgzVJr"
                      "bhBtRybMXaicr3ruh0HhHj2Kzl/M8jQ",
                      cheap_scrypt)
          .matches);
}

BOOST_AUTO_TEST_CASE(what_was_hashed_matches_and_nothing_else_does) {
  for (const auto& settings : {cheap_scrypt, cheap_pbkdf2}) {
    const auto stored = hash_password("kiosk-52", settings);
    BOOST_TEST_CONTEXT(stored) {
      const auto right = verify_password("kiosk-52", stored, settings);
      BOOST_TEST(right.matches);
      BOOST_TEST(!right.outdated);
      for (const auto wrong : {"kiosk-53", "Kiosk-52", "kiosk-52 ", "", "kiosk-5"}) {
        const auto result = verify_password(wrong, stored, settings);
        BOOST_TEST(!result.matches, wrong);
        BOOST_TEST(!result.outdated, wrong);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(passwords_are_told_apart_behind_a_nul) {
  const auto stored = hash_password(std::string_view("same\0one", 8), cheap_scrypt);
  BOOST_TEST(verify_password(std::string_view("same\0one", 8), stored, cheap_scrypt).matches);
  BOOST_TEST(!verify_password(std::string_view("same\0two", 8), stored, cheap_scrypt).matches);
}

BOOST_AUTO_TEST_CASE(hashes_have_the_phc_form_and_a_salt_of_their_own) {
  std::set<std::string> seen;
  for (int i = 0; i < 20; ++i) seen.insert(hash_password("kiosk-52", cheap_scrypt));
  BOOST_TEST(seen.size() == 20U);
  // 16 bytes are 22 characters of base64 and 32 are 43.
  const auto& scrypt = *seen.begin();
  BOOST_TEST(scrypt.starts_with("$scrypt$ln=4,r=1,p=1$"), scrypt);
  BOOST_TEST(scrypt.size() == 21U + 22U + 1U + 43U, scrypt);
  const auto pbkdf2 = hash_password("kiosk-52", cheap_pbkdf2);
  BOOST_TEST(pbkdf2.starts_with("$pbkdf2-sha256$i=10$"), pbkdf2);
  BOOST_TEST(pbkdf2.size() == 20U + 22U + 1U + 43U, pbkdf2);
}

BOOST_AUTO_TEST_CASE(a_hash_of_other_settings_matches_and_is_outdated) {
  const auto scrypt = hash_password("kiosk-52", cheap_scrypt);
  const auto pbkdf2 = hash_password("kiosk-52", cheap_pbkdf2);
  struct row {
    const std::string& stored;
    hash_settings current;
    bool outdated;
  };
  const row table[] = {
      {scrypt, cheap_pbkdf2, true},
      {pbkdf2, cheap_scrypt, true},
      {scrypt, {hash_algorithm::scrypt, 5, 1, 1, 1}, true},
      {scrypt, {hash_algorithm::scrypt, 4, 2, 1, 1}, true},
      {scrypt, {hash_algorithm::scrypt, 4, 1, 2, 1}, true},
      {pbkdf2, {hash_algorithm::pbkdf2, 4, 1, 1, 11}, true},
      {scrypt,
       {hash_algorithm::scrypt, 4, 1, 1, 99},
       false},  // what the other algorithm would cost does not matter
      {pbkdf2, {hash_algorithm::pbkdf2, 9, 9, 9, 10}, false},
  };
  for (const auto& [stored, current, outdated] : table) {
    const auto result = verify_password("kiosk-52", stored, current);
    BOOST_TEST(result.matches);
    BOOST_TEST(result.outdated == outdated, stored);
  }
}

BOOST_AUTO_TEST_CASE(an_imported_sha256_matches_in_either_case_and_is_outdated) {
  std::string upper(sha256_of_password);
  for (auto& digit : upper)
    if (digit >= 'a') digit = static_cast<char>(digit - 'a' + 'A');
  for (const auto& hex : {std::string(sha256_of_password), upper}) {
    const auto right = verify_password("password", "$sha256$" + hex, cheap_scrypt);
    BOOST_TEST(right.matches);
    BOOST_TEST(right.outdated);
    BOOST_TEST(!verify_password("Password", "$sha256$" + hex, cheap_scrypt).matches);
  }
}

BOOST_AUTO_TEST_CASE(a_malformed_or_absurdly_expensive_hash_matches_nothing_and_is_not_worked_on) {
  const std::string salt = "$AAAAAAAAAAAAAAAAAAAAAA$";
  const std::string hash(43, 'A');
  const std::string table[] = {
      "",
      "$",
      "password",
      "$scrypt$",
      "$scrypt$ln=4,r=1,p=1",
      "$scrypt$ln=4,r=1,p=1" + salt,
      "$scrypt$ln=4,r=1,p=1$" + hash,
      "$scrypt$ln=4,r=1,p=1$$" + hash,
      "$scrypt$ln=4,r=1,p=1" + salt + hash + "=",
      "$scrypt$ln=4,r=1,p=1" + salt + hash + "$",
      "$scrypt$ln=4,r=1,p=1" + salt + "AAAA",
      "$scrypt$ln=4,r=1,p=1" + salt + std::string(1'000'000, 'A'),
      "$scrypt$ln=4,r=1,p=1$" + std::string(1'000'000, 'A') + "$" + hash,
      "$scrypt$ln=4,r=1" + salt + hash,
      "$scrypt$r=1,ln=4,p=1" + salt + hash,
      "$scrypt$ln=-4,r=1,p=1" + salt + hash,
      "$scrypt$ln=+4,r=1,p=1" + salt + hash,
      "$scrypt$ln=04,r=1,p=1" + salt + hash,
      "$scrypt$ln=0,r=1,p=1" + salt + hash,
      "$scrypt$ln=4,r=0,p=1" + salt + hash,
      "$scrypt$ln=4,r=1,p=0" + salt + hash,
      "$scrypt$ln=63,r=1,p=1" + salt + hash,
      "$scrypt$ln=64,r=1,p=1" + salt + hash,
      "$scrypt$ln=20,r=8,p=1" + salt + hash,
      "$scrypt$ln=4,r=4294967295,p=4294967295" + salt + hash,
      "$scrypt$ln=14,r=8,p=1000" + salt + hash,
      "$scrypt$ln=99999999999999999999,r=1,p=1" + salt + hash,
      "$pbkdf2-sha256$i=0" + salt + hash,
      "$pbkdf2-sha256$i=4294967295" + salt + hash,
      "$pbkdf2-sha256$i=10000001" + salt + hash,
      "$pbkdf2-sha256$" + salt + hash,
      "$sha256$",
      "$sha256$" + std::string(63, '0'),
      "$sha256$" + std::string(66, '0'),
      "$sha256$" + std::string(64, 'g'),
      "$md5$" + std::string(32, '0'),
      // True hashes of kiosk-52, each just past one bound: memory, steps, rounds.
      "$scrypt$ln=18,r=8,p=1$U29kaXVtQ2hsb3JpZGU$2dF58w7qP1MgpSbWC1x4WZZB7DHUzGbKeY6DJT87r3U",
      "$scrypt$ln=14,r=8,p=33$U29kaXVtQ2hsb3JpZGU$0/6MN1PLdSLjDzgIVJzrOWsNzvij5r5fuzVhHfAlOPU",
      "$pbkdf2-sha256$i=10000001$U29kaXVtQ2hsb3JpZGU$HnHUJK2WMxPXP5bRJV73a6gVdgtaQ++EF3jLnnZ4cDU",
  };
  for (const auto& stored : table)
    for (const auto password : {"", "password", "kiosk-52"})
      BOOST_TEST(!verify_password(password, stored, cheap_scrypt).matches, stored.substr(0, 60));
}

BOOST_AUTO_TEST_CASE(whatever_does_not_match_costs_the_same) {
  // Processor time of this thread, the least of a few: what a busy machine adds is not the work's.
  const auto cost = [](auto&& work) {
    double least = std::numeric_limits<double>::max();
    for (int i = 0; i < 5; ++i) {
      timespec before{}, after{};
      ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &before);
      work();
      ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &after);
      least = std::min(least, static_cast<double>(after.tv_sec - before.tv_sec) * 1e9 +
                                  static_cast<double>(after.tv_nsec - before.tv_nsec));
    }
    return least;
  };
  for (const auto& settings : {hash_settings{hash_algorithm::scrypt, 12, 8, 1, 1},
                               hash_settings{hash_algorithm::pbkdf2, 1, 1, 1, 50'000}}) {
    const auto stored = hash_password("kiosk-52", settings);
    const auto legacy = "$sha256$" + std::string(sha256_of_password);
    const auto wrong = cost([&] { verify_password("kiosk-53", stored, settings); });
    for (const auto other : {cost([&] { verify_nothing("kiosk-53", settings); }),
                             cost([&] { verify_password("kiosk-53", legacy, settings); }),
                             cost([&] { verify_password("kiosk-53", "", settings); })}) {
      BOOST_TEST(other > wrong / 5);
      BOOST_TEST(other < wrong * 5);
    }
  }
}

BOOST_AUTO_TEST_CASE(base64_and_hex_are_read_only_as_they_are_written) {
  const std::vector<std::uint8_t> bytes = {0xFB, 0xFF, 0xBF, 0x00, 0x01};
  BOOST_TEST(base64(bytes) == "+/+/AAE");
  BOOST_TEST(base64url(bytes) == "-_-_AAE");
  BOOST_CHECK(from_base64("+/+/AAE") == bytes);
  for (const auto wrong : {"+/+/AAE=", "+/+/AAF", "-_-_AAE", "A", "AAAAA", "AA A", "AA\n"})
    BOOST_TEST(!from_base64(wrong).has_value(), wrong);
  BOOST_CHECK(from_hex("fbFFbf0001") == bytes);
  for (const auto wrong : {"f", "0x", "fg", " f"}) BOOST_TEST(!from_hex(wrong).has_value(), wrong);
}

BOOST_AUTO_TEST_CASE(what_can_be_compared_with_is_known) {
  BOOST_TEST(is_password_hash(hash_password("password", cheap_scrypt)));
  BOOST_TEST(is_password_hash(hash_password("password", cheap_pbkdf2)));
  BOOST_TEST(is_password_hash("$sha256$" + std::string(sha256_of_password)));
  for (const std::string_view stored :
       {"", "password", "$argon2id$v=19$m=65536,t=2,p=1$c2FsdHNhbHQ$aGFzaA", "$2b$12$abcdefghijklmnopqrstuv",
        "$sha256$", "$sha256$abcd", "$scrypt$", "$scrypt$ln=40,r=8,p=1$c2FsdA$aGFzaGhhc2hoYXNoaGFzaA",
        "$pbkdf2-sha256$i=10$c2FsdA$"}) {
    BOOST_TEST_INFO(stored);
    BOOST_TEST(!is_password_hash(stored));
  }
}

BOOST_AUTO_TEST_SUITE_END()
