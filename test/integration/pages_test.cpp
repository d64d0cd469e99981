// The page's files: types, caching, compression, security headers, and paths that try to leave the folder.

#include <algorithm>
#include <sstream>

#include <boost/test/unit_test.hpp>
#include <dlfcn.h>
#include <zlib.h>

#include "contains.hpp"
#include "server_process.hpp"

namespace parley::test {
BOOST_AUTO_TEST_SUITE(pages)
namespace {

std::string gunzip(const std::string& packed) {
  z_stream stream{};
  constexpr int gzip_window = 15 + 16;
  std::string out(1'000'000, '\0');
  if (inflateInit2(&stream, gzip_window) != Z_OK) throw std::runtime_error("inflateInit2");
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int result = inflate(&stream, Z_FINISH);
  out.resize(result == Z_STREAM_END ? stream.total_out : 0);
  inflateEnd(&stream);
  return out;
}

// The decoder lies beside the encoder the server links, and only this test wants it.
std::string unbrotli(const std::string& packed) {
  using decoder = int (*)(std::size_t, const std::uint8_t*, std::size_t*, std::uint8_t*);
  void* library = ::dlopen("libbrotlidec.so.1", RTLD_NOW);
  const auto decode =
      library ? reinterpret_cast<decoder>(::dlsym(library, "BrotliDecoderDecompress")) : nullptr;
  if (!decode) throw std::runtime_error("libbrotlidec.so.1 is not there");
  std::string out(1'000'000, '\0');
  std::size_t size = out.size();
  const int done = decode(packed.size(), reinterpret_cast<const std::uint8_t*>(packed.data()), &size,
                          reinterpret_cast<std::uint8_t*>(out.data()));
  out.resize(done == 1 ? size : 0);
  return out;
}

// A small page of every kind of file, and a secret beside it.
struct site {
  site() : server("", server_process::when::later) {
    write_file(server.www / "js/main.js", script);
    write_file(server.www / "css/page.css", "p { color: red }");
    write_file(server.www / "picture.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>");
    write_file(server.www / "site.webmanifest", "{}");
    write_file(server.www / ".hidden", "secret");
    write_file(server.folder() / "secret.txt", "secret");
    std::filesystem::create_symlink(server.folder() / "secret.txt", server.www / "link.txt");
    server.start();
  }
  std::string script = [] {
    std::string text;
    for (int i = 0; i < 500; ++i) text += "export const answer" + std::to_string(i) + " = 42;\n";
    return text;
  }();
  server_process server;
};

// Whether it is the script with each line in its place, as it was or, where a comment stood, without it.
bool is_without_comments(const std::string& sent, const std::string& script) {
  std::istringstream sent_lines(sent), lines(script);
  bool is_shorter = false;
  std::string line;
  for (std::string wanted; std::getline(lines, wanted);) {
    if (!std::getline(sent_lines, line) || !wanted.ends_with(line)) return false;
    if (line == wanted) continue;
    const auto comment = wanted.substr(std::min(wanted.find_first_not_of(' '), wanted.size()));
    if (!comment.starts_with("//") && !comment.starts_with("/**") && !comment.starts_with("*")) return false;
    is_shorter = true;
  }
  return is_shorter && !std::getline(sent_lines, line);
}

void check_security_headers(const http_answer& answer) {
  const auto policy = answer.header("Content-Security-Policy");
  BOOST_TEST(contains(policy, "default-src"));
  BOOST_TEST(contains(policy, "frame-ancestors 'none'"));
  BOOST_TEST(lacks(policy, "unsafe-"));
  BOOST_TEST(answer.header("X-Content-Type-Options") == "nosniff");
  BOOST_TEST(!answer.header("Referrer-Policy").empty());
  BOOST_TEST(answer.header("Cross-Origin-Opener-Policy") == "same-origin");
  BOOST_TEST(!answer.has_header("Strict-Transport-Security"));
  BOOST_TEST(!answer.has_header("Server"));
}

}  // namespace

BOOST_FIXTURE_TEST_CASE(files_have_their_types, site) {
  http_client client(server.port());
  const std::vector<std::pair<std::string, std::string>> types{
      {"/", "text/html; charset=utf-8"},
      {"/index.html", "text/html; charset=utf-8"},
      {"/js/main.js", "text/javascript; charset=utf-8"},
      {"/css/page.css", "text/css; charset=utf-8"},
      {"/picture.svg", "image/svg+xml"},
      {"/site.webmanifest", "application/manifest+json"}};
  for (const auto& [path, type] : types) {
    const auto answer = client.get(path);
    BOOST_TEST_INFO(path);
    BOOST_TEST(answer.status == 200);
    BOOST_TEST(answer.header("Content-Type") == type);
  }
  BOOST_TEST(client.get("/js/main.js").body == script);
  BOOST_TEST(client.get("/js/main.js?version=2").body == script);
}

BOOST_FIXTURE_TEST_CASE(the_own_page_is_served_whole, site) {
  BOOST_TEST(server.stop() == 0);
  server.www = std::filesystem::path(PARLEY_SOURCE_DIR) / "www";
  server.start();
  http_client client(server.port());
  BOOST_TEST(contains(client.get("/").body, "<title>"));
  for (const auto& entry : std::filesystem::recursive_directory_iterator(server.www)) {
    if (!entry.is_regular_file() || entry.path().filename().string().front() == '.') continue;
    const auto answer = client.get("/" + entry.path().lexically_relative(server.www).generic_string());
    BOOST_TEST_INFO(entry.path());
    BOOST_TEST(answer.status == 200);
    const auto source = read_file(entry.path());
    if (entry.path().extension() == ".js")
      BOOST_TEST(is_without_comments(answer.body, source));
    else
      BOOST_TEST((answer.body == source));
    BOOST_TEST(answer.header("Content-Type") != "application/octet-stream");
  }
}

BOOST_FIXTURE_TEST_CASE(an_etag_saves_the_second_transfer, site) {
  http_client client(server.port());
  const auto first = client.get("/js/main.js");
  const auto tag = first.header("ETag");
  BOOST_TEST(tag.size() > 2);
  const auto again = client.get("/js/main.js", {{"If-None-Match", tag}});
  BOOST_TEST(again.status == 304);
  BOOST_TEST(again.header("ETag") == tag);
  BOOST_TEST(client.get("/js/main.js", {{"If-None-Match", "\"other\", " + tag}}).status == 304);
  BOOST_TEST(client.get("/js/main.js", {{"If-None-Match", "W/" + tag}}).status == 304);
  BOOST_TEST(client.get("/js/main.js", {{"If-None-Match", "\"other\""}}).status == 200);
}

BOOST_FIXTURE_TEST_CASE(a_changed_file_has_another_etag, site) {
  const auto tag = http_client(server.port()).get("/js/main.js").header("ETag");
  BOOST_TEST(server.stop() == 0);
  write_file(server.www / "js/main.js", script + "changed");
  server.start();
  BOOST_TEST(http_client(server.port()).get("/js/main.js", {{"If-None-Match", tag}}).status == 200);
}

BOOST_FIXTURE_TEST_CASE(text_is_compressed_as_the_browser_takes_it, site) {
  http_client client(server.port());
  const auto with = [&](const std::string& accepted) {
    return client.get("/js/main.js", {{"Accept-Encoding", accepted}});
  };
  const auto brotli = with("gzip, deflate, br");
  BOOST_TEST(brotli.header("Content-Encoding") == "br");
  BOOST_TEST(unbrotli(brotli.body) == script);
  const auto gzip = with("gzip");
  BOOST_TEST(gzip.header("Content-Encoding") == "gzip");
  BOOST_TEST(gunzip(gzip.body) == script);
  for (const auto* none : {"identity", "br;q=0, gzip;q=0.0", "zstd", ""}) {
    const auto plain = with(none);
    BOOST_TEST_INFO(none);
    BOOST_TEST(!plain.has_header("Content-Encoding"));
    BOOST_TEST(plain.body == script);
  }
  for (const auto& answer : {brotli, gzip}) {
    BOOST_TEST(contains(answer.header("Vary"), "Accept-Encoding"));
    BOOST_TEST(answer.header("Content-Type") == "text/javascript; charset=utf-8");
  }
  BOOST_TEST(brotli.header("ETag") != gzip.header("ETag"));
}

BOOST_FIXTURE_TEST_CASE(no_path_leaves_the_folder, site) {
  for (const std::string& path : std::vector<std::string>{"/../secret.txt",
                                                          "/js/../../secret.txt",
                                                          "/%2e%2e/secret.txt",
                                                          "/%2e%2e%2fsecret.txt",
                                                          "/..%2fsecret.txt",
                                                          "//secret.txt",
                                                          "/..\\secret.txt",
                                                          "/..%5csecret.txt",
                                                          "/%252e%252e/secret.txt",
                                                          "/js/main.js%00.html",
                                                          "/.hidden",
                                                          "/link.txt",
                                                          "/./../secret.txt",
                                                          "/....//secret.txt",
                                                          "/%c0%ae%c0%ae/secret.txt",
                                                          "/js",
                                                          "/js/",
                                                          "//etc/passwd",
                                                          "/;/../secret.txt",
                                                          "/%2Findex.html"}) {
    const auto answer = http_client(server.port()).get(path);
    BOOST_TEST_CONTEXT(path) {
      BOOST_TEST((answer.status == 404 || answer.status == 400));
      BOOST_TEST(lacks(answer.body, "secret"));
      BOOST_TEST(lacks(answer.body, "root:"));
    }
  }
  http_client nul(server.port());
  nul.send_raw(std::string("GET /index.html\0.txt HTTP/1.1\r\nHost: localhost\r\n\r\n", 53));
  BOOST_TEST(nul.receive().status == 400);
}

BOOST_FIXTURE_TEST_CASE(every_answer_has_the_security_headers, site) {
  http_client client(server.port());
  for (const auto* path : {"/", "/nothing", "/api/session", "/api/nothing"}) {
    BOOST_TEST_CONTEXT(path) {
      check_security_headers(client.get(path));
    }
  }
  for (const auto* path : {"/js/main.js", "/css/page.css"}) {  // the page's policy governs what it asks for
    BOOST_TEST_CONTEXT(path) {
      const auto answer = client.get(path);
      BOOST_TEST(answer.header("X-Content-Type-Options") == "nosniff");
      BOOST_TEST(answer.header("Cross-Origin-Resource-Policy") == "same-origin");
    }
  }
  BOOST_TEST_CONTEXT("a failed log-in") {
    check_security_headers(client.post("/api/login", credentials("nobody")));
  }
  BOOST_TEST_CONTEXT("a wrong method") {
    check_security_headers(client.request("DELETE", "/"));
  }
  http_client garbage(server.port());
  garbage.send_raw("GARBAGE\r\n\r\n");
  BOOST_TEST_CONTEXT("a broken request") {
    check_security_headers(garbage.receive());
  }
}

BOOST_FIXTURE_TEST_CASE(api_answers_are_not_cached, site) {
  http_client client(server.port());
  BOOST_TEST(client.get("/api/session").header("Cache-Control") == "no-store");
}

BOOST_FIXTURE_TEST_CASE(a_folder_without_a_page_stops_the_start, site) {
  BOOST_TEST(server.stop() == 0);
  server.www = server.folder() / "nowhere";
  const auto result = server.start_in_vain();
  BOOST_TEST(result.status != 0);
  BOOST_TEST(contains(result.err, "nowhere"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace parley::test
