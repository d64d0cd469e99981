#include "net/static_files.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>

#include <brotli/encode.h>
#include <zlib.h>

#include "net/openssl.hpp"
#include "net/script_comments.hpp"

namespace parley::net {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t max_files = 10'000;
constexpr std::uintmax_t max_bytes = 64 * 1024 * 1024;

struct media_type {
  std::string_view extension, type;
  bool compress;
};
constexpr std::array media_types{
    media_type{".html", "text/html; charset=utf-8", true},
    media_type{".css", "text/css; charset=utf-8", true},
    media_type{".js", "text/javascript; charset=utf-8", true},
    media_type{".mjs", "text/javascript; charset=utf-8", true},
    media_type{".json", "application/json", true},
    media_type{".webmanifest", "application/manifest+json", true},
    media_type{".svg", "image/svg+xml", true},
    media_type{".txt", "text/plain; charset=utf-8", true},
    media_type{".md", "text/markdown; charset=utf-8", true},
    media_type{".png", "image/png", false},
    media_type{".jpg", "image/jpeg", false},
    media_type{".webp", "image/webp", false},
    media_type{".ico", "image/x-icon", false},
    media_type{".woff2", "font/woff2", false},
    media_type{".mp3", "audio/mpeg", false},
    media_type{".ogg", "audio/ogg", false},
};
constexpr media_type unknown_type{"", "application/octet-stream", false};

media_type type_of(const fs::path& path) {
  const auto extension = path.extension().string();
  const auto found = std::find_if(media_types.begin(), media_types.end(),
                                  [&](const media_type& type) { return type.extension == extension; });
  return found == media_types.end() ? unknown_type : *found;
}

std::string gzip(const std::string& text) {
  z_stream stream{};
  constexpr int gzip_window = 15 + 16;
  if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, gzip_window, 9, Z_DEFAULT_STRATEGY) != Z_OK)
    return {};
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in =
      reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));  // zlib does not write to its input
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int result = deflate(&stream, Z_FINISH);
  out.resize(result == Z_STREAM_END ? stream.total_out : 0);
  deflateEnd(&stream);
  return out;
}

std::string brotli(const std::string& text) {
  // Measured on the page: quality 9 makes 58.4 KiB of it in 7 ms, 11 makes 53.3 KiB in 190 ms, once at start.
  // A larger window saves nothing.
  constexpr int quality = 11;
  constexpr int window_bits = 16;
  std::size_t size = BrotliEncoderMaxCompressedSize(text.size());
  std::string out(size, '\0');
  const bool compressed = BrotliEncoderCompress(quality, window_bits, BROTLI_MODE_TEXT, text.size(),
                                                reinterpret_cast<const std::uint8_t*>(text.data()), &size,
                                                reinterpret_cast<std::uint8_t*>(out.data())) == BROTLI_TRUE;
  out.resize(compressed ? size : 0);
  return out;
}

std::string keep_if_smaller(std::string compressed, const std::string& identity) {
  return compressed.size() < identity.size() ? std::move(compressed) : std::string();
}

std::string etag_of(const std::string& content) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  EVP_Digest(content.data(), content.size(), digest, nullptr, EVP_sha256(), nullptr);
  std::string text;
  for (int i = 0; i < 12; ++i) {
    static constexpr char hex[] = "0123456789abcdef";
    text += hex[digest[i] >> 4];
    text += hex[digest[i] & 15];
  }
  return text;
}

// Whether Accept-Encoding takes the coding: named, and not with q=0 (RFC 9110, 12.5.3).
bool accepts(std::string_view header, std::string_view coding) {
  while (!header.empty()) {
    const auto comma = std::min(header.find(','), header.size());
    auto item = header.substr(0, comma);
    header.remove_prefix(std::min(comma + 1, header.size()));
    item.remove_prefix(std::min(item.find_first_not_of(" \t"), item.size()));
    const auto name = item.substr(0, item.find_first_of(" \t;"));
    if (name != coding) continue;
    const auto weight = item.find("q=");
    return weight == std::string_view::npos ||
           item.substr(weight + 2).find_first_of("123456789") != std::string_view::npos;
  }
  return false;
}

// Whether If-None-Match names the tag; the comparison is weak (RFC 9110, 13.1.2).
bool names_etag(std::string_view header, const std::string& quoted) {
  return header == "*" || header.find(quoted) != std::string_view::npos;
}

bool is_below(const fs::path& path, const fs::path& folder) {
  const auto mismatch = std::mismatch(folder.begin(), folder.end(), path.begin(), path.end());
  return mismatch.first == folder.end();
}

}  // namespace

tl::expected<static_files, std::string> static_files::load(const fs::path& folder) {
  static_files result;
  std::error_code error;
  const auto root = fs::canonical(folder, error);
  if (error || !fs::is_directory(root))
    return tl::unexpected("the folder of the page, " + folder.string() + ", is not there");

  std::uintmax_t bytes = 0;
  for (auto entry = fs::recursive_directory_iterator(root, error); !error && entry != fs::end(entry);
       entry.increment(error)) {
    if (entry->path().filename().string().starts_with('.')) {
      entry.disable_recursion_pending();
      continue;
    }
    std::error_code gone;
    const auto real = fs::canonical(entry->path(), gone);
    if (gone || !fs::is_regular_file(real) || !is_below(real, root)) continue;
    bytes += fs::file_size(real, gone);
    if (result.files_.size() >= max_files || bytes > max_bytes)
      return tl::unexpected("the folder " + root.string() + " holds more than 10,000 files or 64 MiB");

    std::ifstream stream(real, std::ios::binary);
    std::string content{std::istreambuf_iterator<char>(stream), {}};
    if (!stream) return tl::unexpected("cannot read " + real.string());
    const auto type = type_of(real);
    if (type.extension == ".js") content = without_comments(content);
    file loaded{std::string(type.type), etag_of(content), std::move(content), {}, {}};
    if (type.compress) {
      loaded.gzip = keep_if_smaller(gzip(loaded.identity), loaded.identity);
      loaded.brotli = keep_if_smaller(brotli(loaded.identity), loaded.identity);
    }
    result.files_.emplace("/" + entry->path().lexically_relative(root).generic_string(), std::move(loaded));
  }
  if (error) return tl::unexpected("cannot read the folder " + root.string() + ": " + error.message());
  if (!result.contains("/")) return tl::unexpected("the folder " + root.string() + " has no index.html");
  return result;
}

const static_files::file* static_files::find(std::string_view path) const {
  const auto found = files_.find(path == "/" ? std::string_view("/index.html") : path);
  return found == files_.end() ? nullptr : &found->second;
}

http_response static_files::serve(const http_request& request) const {
  const file* found = find(request.path());
  http_response response;
  if (!found) {
    response.status = 404;
    return response;
  }
  const auto& accepted = request.header("Accept-Encoding");
  std::string_view body = found->identity, coding;
  if (!found->brotli.empty() && accepts(accepted, "br")) {
    body = found->brotli;
    coding = "br";
  } else if (!found->gzip.empty() && accepts(accepted, "gzip")) {
    body = found->gzip;
    coding = "gzip";
  }
  const auto etag = '"' + found->etag + (coding.empty() ? "" : "-" + std::string(coding)) + '"';

  response.headers = {{"ETag", etag}, {"Cache-Control", "no-cache"}, {"Vary", "Accept-Encoding"}};
  if (names_etag(request.header("If-None-Match"), etag)) {
    response.status = 304;
    return response;
  }
  response.headers.emplace_back("Content-Type", found->content_type);
  if (!coding.empty()) response.headers.emplace_back("Content-Encoding", coding);
  response.static_body = body;
  return response;
}

}  // namespace parley::net
