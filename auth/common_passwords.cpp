#include "auth/common_passwords.hpp"

#include <array>
#include <string>
#include <unordered_set>

#include "auth/encoding.hpp"
#include "auth/password_length.hpp"

// Leaked passwords are alike the world over: runs of digits and letters, walks over the keyboard, a group
// typed twice, and a word (a name, a team, a season, a feeling, the service itself) with a year or a few
// digits behind it. The table is made from these families instead of listing every member.

namespace parley::auth {
namespace {

// As many to a line as fit, which clang-format would undo.
// clang-format off

// Chosen as they are.
constexpr auto whole = std::to_array<std::string_view>({
    "!qaz2wsx", "00112233", "01020304", "0123456789", "09876543", "0987654321", "10203040", "11112222",
    "1111222233334444", "11223344", "1122334455", "112233445566", "12121212", "123123123", "123321123",
    "12341234", "123412345", "1234512345", "123454321", "12345678910", "123456789a", "123456789q",
    "123456789z", "12345678a", "12345678q", "1234567a", "1234567q", "12344321", "123456654321",
    "1234567887654321", "123456abc", "123456qwerty", "12345qwert", "123abc123", "123qweasd", "123qweasdzxc",
    "123qwe123", "123qweqwe", "12qwaszx", "147258369", "14725836", "1478963258", "159357159", "159753159",
    "159753456", "1a2b3c4d", "1a2b3c4d5e", "1g2w3e4r", "1q2w3e4r", "1q2w3e4r5t", "1q2w3e4r5t6y", "1qa2ws3ed",
    "1qaz1qaz", "1qaz2wsx", "1qaz2wsx3edc", "1qaz@wsx", "1qazxsw2", "1v7upjw3nt", "20202020", "21212121",
    "22446688", "23232323", "24681012", "25802580", "31415926", "314159265", "36925814", "369258147",
    "3rjs1la7qe", "741852963", "74108520", "78945612", "789456123", "789456123a", "789632145", "852456852",
    "87654321", "876543210", "88888888a", "951753852", "963852741", "987654321", "9876543210", "98765432",
    "98989898", "a1234567", "a12345678", "a123456789", "a1b2c3d4", "a1b2c3d4e5", "aa123456", "aa12345678",
    "aaaa1111", "aaa111222", "abc12345", "abc123456", "abc123456789", "abc123abc", "abc123abc123",
    "abcabcabc", "abcd1234", "abcd12345", "abcd123456", "abcde12345", "abcdef123", "access14", "admin123456",
    "adminadmin", "administrator", "allblacks", "angel1234", "anthony1", "asd123456", "asdasd123",
    "asdasdasd", "asdf1234", "asdf12345", "asdfasdf", "asdfqwer", "asdfzxcv", "azertyui", "azertyuiop",
    "babygirl1", "backspace", "bailey123", "baseball1", "beautiful1", "blink182", "buster123", "changeit",
    "changeme", "changeme1", "changeme123", "charlie1", "chelseafc", "comeonin", "computer1", "cocacola",
    "coca-cola", "correcthorse", "correct horse battery staple", "correcthorsebatterystaple",
    "defaultpassword", "dontforget", "dragon123", "easytoremember", "enter123", "fcbarcelona", "firstlast",
    "football1", "forgetit", "fuckoff1", "fuckyou1", "fuckyou123", "fuckyou2", "gfhjkm123", "godisgood",
    "godislove", "guest123", "hardtoguess", "helloworld", "helloworld1", "hello1234", "iamthebest",
    "idontknow", "idontcare", "ilovegod", "ilovejesus", "ilovehim", "ilovemom", "ilovemyself",
    "ilovemyfamily", "iloveyou!", "iloveyou1", "iloveyou12", "iloveyou123", "iloveyou2", "iloveyou3",
    "iloveyoubaby", "iloveyouso", "iloveyousomuch", "iloveu123", "inuyasha1", "jesus123", "jesuschrist",
    "jesusislord", "jordan23", "justdoit", "killer123", "kissmyass", "lakers24", "letmein!", "letmein1",
    "letmein12", "letmein123", "letmeinnow", "lifeisgood", "liverpoolfc", "loveforever", "loveme123",
    "lovelove", "loveyou1", "loveyou123", "loveyou2", "manchesterunited", "manutd123", "master123",
    "mercedesbenz", "metallica1", "michael1", "monkey123", "mustang1", "mybirthday", "mynameis",
    "mynewpassword", "mypassword", "mypassword1", "mysecret", "n0password", "newpassword", "newpassword1",
    "nopass123", "nopassword", "notapassword", "nothing1", "ohmygod1", "openopen", "opensesame",
    "oldpassword", "p4ssw0rd", "p@$$w0rd", "p@ssw0rd", "p@ssw0rd1", "p@ssw0rd123", "p@ssword", "p@ssword1",
    "p@ssword123", "pa$$w0rd", "pa$$word", "pa55w0rd", "pa55word", "pass1234", "pass12345", "pass123456",
    "passpass", "passport1", "passw0rd", "passw0rd!", "passw0rd1", "passw0rd123", "passwd123", "passwort",
    "passwort1", "password!", "password!1", "password!123", "password.", "password01", "password1!",
    "password10", "password11", "password12!", "password123!", "password123.", "password2", "password21",
    "password22", "password3", "password4", "password5", "password6", "password69", "password7", "password77",
    "password8", "password88", "password9", "password99", "password@1", "password@123", "password_",
    "passwordpassword", "passwords", "phoenix1", "playboy1", "playstation", "playstation1", "pokemon123",
    "princess1", "q1w2e3r4", "q1w2e3r4t5", "q1w2e3r4t5y6", "qazqazqaz", "qazwsx123", "qazwsxedc",
    "qazwsxedc123", "qazwsxedcrfv", "qazxswedc", "qazxcvbn", "qqqq1111", "qwaszx12", "qwe123456", "qwe123qwe",
    "qweasd123", "qweasdzxc", "qweasdzxc123", "qweqwe123", "qweqweqwe", "qwer1234", "qwer12345", "qwer123456",
    "qwerasdf", "qwerqwer", "qwert12345", "qwert123456", "qwerty1234567", "qwerty123456789", "qwertyasdfgh",
    "qwertyqwerty", "qwertyuiop1", "qwertyuiop123", "qwertyuiop[]", "qwertyuiopasdfghjklzxcvbnm", "qwertz123",
    "qwertzui", "qwertzuiop", "readonly", "realmadrid", "realmadrid1", "redsox04", "rememberme", "root1234",
    "rootroot", "samsung123", "secret123", "secretpassword", "shadow123", "skywalker", "slipknot1",
    "soccer123", "spongebob1", "starwars1", "sunshine1", "superman1", "superuser", "supervisor", "sysadmin",
    "tempest1", "temppass", "temppassword", "test1234", "test12345", "test123456", "testtest", "testtest1",
    "testing1", "testing123", "testpassword", "thankyou", "thankyou1", "thankgod", "thisismypassword",
    "trustno1", "trustno1!", "trustme1", "trustnoone", "user1234", "useruser", "vfhbyf123", "wachtwoord",
    "welcome!", "welcome01", "welcome1!", "welcome123!", "welcome2", "welcomeback", "whatever1", "whoami123",
    "whoareyou", "windowsxp", "woaini1314", "woaini520", "xxxxxxxx1", "yankees1", "youandme", "yourmom1",
    "yourname", "zaq12wsx", "zaq1xsw2", "zaq1zaq1", "zaq1@wsx", "zaqwsxcde", "zxc123456", "zxcasdqwe",
    "zxcvbnm1", "zxcvbnm12", "zxcvbnm123", "zxcvbnm,./", "zxcvzxcv", "zxczxczxc", "qwe12345", "1234qwer",
    "1234qwerasdf", "1234asdf", "1234abcd", "123456qw", "123456aa", "123456as", "5201314520", "520131400",
    "contraseña", "contrasena", "contrasena1", "motdepasse", "motdepasse1", "haslohaslo", "haslo123",
    "haslo1234", "senha123", "senha1234", "parola123", "parola1234", "teamo123", "tequiero", "tequiero1",
    "bonjour1", "bonjour123", "doudou123", "hallo123", "hallo1234", "schatz123", "schalke04", "geheim123",
    "ichliebedich", "welkom01", "welkom123", "zaqwsx123", "polska123", "marseille13", "azerty123",
    "azerty1234", "azerty12345", "azerty123456", "antonio1", "estrella1", "mariposa", "mariposa1", "princesa",
    "princesa1", "bellissima", "juventus1", "forzajuve", "forzaroma", "ciaociao", "amoremio", "tiamo123",
    "liverpool1", "arsenal1", "everton1",
});

// Chosen with something from `endings` behind them, or alone where they are long enough.
constexpr auto words = std::to_array<std::string_view>({
    "password", "passwort", "qwerty", "qwertyuiop", "asdfgh", "asdfghjkl", "zxcvbn", "zxcvbnm", "letmein",
    "welcome", "admin", "login", "secret", "master", "dragon", "monkey", "shadow", "sunshine", "princess",
    "football", "baseball", "basketball", "soccer", "hockey", "superman", "batman", "spiderman", "starwars",
    "pokemon", "naruto", "minecraft", "iloveyou", "lovely", "loveme", "forever", "angel", "butterfly",
    "flower", "rainbow", "chocolate", "cookie", "banana", "orange", "cheese", "pepper", "ginger", "summer",
    "winter", "spring", "autumn", "january", "february", "march", "april", "june", "july", "august",
    "september", "october", "november", "december", "monday", "tuesday", "wednesday", "thursday", "friday",
    "saturday", "sunday", "michael", "jordan", "charlie", "daniel", "thomas", "robert", "george", "andrew",
    "joshua", "matthew", "william", "anthony", "alexander", "jessica", "jennifer", "ashley", "michelle",
    "nicole", "amanda", "samantha", "elizabeth", "hannah", "sophie", "maria", "jasmine", "victoria",
    "vanessa", "london", "america", "canada", "germany", "france", "brasil", "mexico", "liverpool", "chelsea",
    "arsenal", "barcelona", "juventus", "yankees", "lakers", "cowboys", "steelers", "computer", "internet",
    "samsung", "google", "facebook", "whatever", "killer", "hunter", "ranger", "mustang", "ferrari", "harley",
    "yamaha", "freedom", "success", "blessed", "jesus", "heaven", "family", "diamond", "silver", "purple",
    "yellow", "tigger", "buster", "bailey", "hello", "guest", "test", "user", "root", "pass", "parley",
    "chat", "changeme", "abcdef", "abcdefg", "azerty", "soleil", "doudou", "schatz", "hallo", "fussball",
    "computadora", "estrella", "alejandro", "corazon", "amorcito", "trustno", "access", "nothing", "merlin",
    "matrix", "phoenix", "maverick", "midnight", "snowball", "patrick", "scooter", "mercedes", "corvette",
    "einstein", "creative", "hardcore", "elephant", "dolphin", "panther", "thunder", "champion", "warrior",
    "christian", "precious", "sweetheart", "beautiful", "babygirl", "slipknot", "metallica", "nirvana",
});

constexpr auto endings = std::to_array<std::string_view>({
    "", "!", "0", "00", "01", "1", "1!", "10", "11", "12", "123", "123!", "1234", "12345", "123456", "2",
    "21", "22", "23", "3", "5", "7", "69", "77", "88", "99", "123456789", "12345678", "@123", "2000", "2010",
    "2012", "2015", "2018", "2019", "2020", "2021", "2022", "2023", "2024", "2025", "2026",
});

// Walked over from any key to any other, forwards and backwards.
constexpr auto walks = std::to_array<std::string_view>({
    "01234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop",
    "azertyuiop",
});

// Typed until the field is long enough.
constexpr auto groups = std::to_array<std::string_view>({
    "12", "21", "10", "13", "69", "123", "321", "1234", "4321", "12345", "123456", "ab", "abc", "abcd", "qwe",
    "asd", "zxc", "qwer", "asdf", "zxcv", "qaz", "wsx", "1q", "q1", "a1", "1a", "qw", "as", "love", "pass",
    "test", "ha", "la", "lol", "xo", "xyz", "no", "yes", "blah",
});

// clang-format on

using table = std::unordered_set<std::string>;

void add(table& passwords, const std::string& password) {
  if (password.size() >= shortest_password) passwords.insert(ascii_lower(password));
}

void add_walks(table& passwords, std::string_view keys) {
  const std::string back(keys.rbegin(), keys.rend());
  for (const std::string_view path : {keys, std::string_view(back)})
    for (std::size_t from = 0; from < path.size(); ++from)
      for (std::size_t length = shortest_password; from + length <= path.size(); ++length)
        add(passwords, std::string(path.substr(from, length)));
}

void add_repetitions(table& passwords, std::string_view group) {
  constexpr std::size_t longest = 16;
  std::string repeated(group);
  while (repeated.size() <= longest) {
    add(passwords, repeated);
    repeated += group;
  }
}

// Days of birth written as eight digits are left out on purpose: they are many, and none of them is common.
table build() {
  table passwords;
  for (const auto password : whole) add(passwords, std::string(password));
  for (const auto word : words)
    for (const auto ending : endings) add(passwords, std::string(word).append(ending));
  for (const auto keys : walks) add_walks(passwords, keys);
  for (const auto group : groups) add_repetitions(passwords, group);
  for (const char key : std::string_view("0123456789abcdefghijklmnopqrstuvwxyz.*!"))
    add_repetitions(passwords, std::string(1, key));
  for (int year = 1950; year <= 2030; ++year) add(passwords, std::to_string(year) + std::to_string(year));
  return passwords;
}

const table& common_passwords() {
  static const table passwords = build();
  return passwords;
}

}  // namespace

bool is_common_password(std::string_view password) {
  return common_passwords().contains(ascii_lower(password));
}

std::size_t common_password_count() {
  return common_passwords().size();
}

}  // namespace parley::auth
