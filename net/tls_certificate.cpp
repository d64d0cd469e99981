#include "net/tls_certificate.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>

#include <asio/ip/address.hpp>
#include <fcntl.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>

#include "net/openssl.hpp"

namespace parley::net {
namespace {

using std::chrono::system_clock;

constexpr auto own_validity = std::chrono::hours(24 * 365);
constexpr std::size_t longest_chain = 20;
constexpr auto clock_skew =
    std::chrono::hours(1);  // a client whose clock is a little behind still accepts it

std::string system_error(const std::string& what, const std::filesystem::path& path) {
  return what + " " + path.string() + ": " + std::strerror(errno);
}

tl::expected<bio_ptr, std::string> open_to_read(const char* what, const std::filesystem::path& path) {
  // A plain open first: OpenSSL's own message for a file that is missing or not ours to read helps nobody.
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return tl::unexpected(system_error(std::string("cannot read the ") + what, path));
  struct stat status{};
  if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
    ::close(descriptor);
    return tl::unexpected("the " + std::string(what) + " " + path.string() + " is not a file");
  }
  return bio_ptr(BIO_new_fd(descriptor, BIO_CLOSE));
}

// The certificate of the server first; at most longest_chain of them.
tl::expected<std::vector<x509_ptr>, std::string> read_chain(const std::filesystem::path& path) {
  auto file = open_to_read("certificate", path);
  if (!file) return tl::unexpected(file.error());
  std::vector<x509_ptr> chain;
  while (chain.size() < longest_chain) {
    x509_ptr next(PEM_read_bio_X509(file->get(), nullptr, nullptr, nullptr));
    if (!next) break;
    chain.push_back(std::move(next));
  }
  auto reason = take_openssl_error();
  if (chain.empty())
    return tl::unexpected("the certificate " + path.string() + " is not a PEM certificate (" + reason + ")");
  return chain;
}

// Never asks on the terminal; tells that it was asked.
int no_passphrase(char*, int, int, void* asked) {
  *static_cast<bool*>(asked) = true;
  return -1;
}

tl::expected<evp_pkey_ptr, std::string> read_key(const std::filesystem::path& path) {
  auto file = open_to_read("key", path);
  if (!file) return tl::unexpected(file.error());
  bool encrypted = false;
  evp_pkey_ptr key(PEM_read_bio_PrivateKey(file->get(), nullptr, no_passphrase, &encrypted));
  const auto reason = key ? std::string() : take_openssl_error();
  if (encrypted)
    return tl::unexpected("the key " + path.string() +
                          " is encrypted; expected one without a passphrase, as `openssl pkey -in " +
                          path.string() + " -out plain.pem` makes it");
  if (!key) return tl::unexpected("the key " + path.string() + " is not a PEM private key (" + reason + ")");
  return key;
}

std::string to_text(const ASN1_TIME* time) {
  std::tm parts{};
  char text[40] = "unknown";
  if (ASN1_TIME_to_tm(time, &parts) == 1) std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S UTC", &parts);
  return text;
}

// -1, 0 or 1 as `time` is before, at or after `now`.
int compare(const ASN1_TIME* time, system_clock::time_point now) {
  return ASN1_TIME_cmp_time_t(time, system_clock::to_time_t(now));
}

std::string fingerprint(X509* certificate) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  X509_digest(certificate, EVP_sha256(), digest, &size);
  std::string text;
  for (unsigned i = 0; i < size; ++i) {
    static constexpr char hex[] = "0123456789ABCDEF";
    if (i != 0) text += ':';
    text += hex[digest[i] >> 4];
    text += hex[digest[i] & 15];
  }
  return text;
}

bool covers(X509* certificate, const std::string& host) {
  std::error_code not_an_address;
  asio::ip::make_address(host, not_an_address);
  return (not_an_address ? X509_check_host(certificate, host.c_str(), host.size(), 0, nullptr)
                         : X509_check_ip_asc(certificate, host.c_str(), 0)) == 1;
}

bool is_this_machine(const std::string& host) {
  return host == "localhost" || host == "127.0.0.1" || host == "::1";
}

std::string names_in(X509* certificate) {
  std::string names;
  const auto add = [&](const std::string& name) { names += (names.empty() ? "" : ", ") + name; };
  auto* all =
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
  for (int i = 0; i < sk_GENERAL_NAME_num(all); ++i) {
    const auto* name = sk_GENERAL_NAME_value(all, i);
    if (name->type != GEN_DNS) continue;
    const auto* text = reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.dNSName));
    const std::string dns(text, static_cast<std::size_t>(ASN1_STRING_length(name->d.dNSName)));
    const bool readable = std::ranges::all_of(dns, [](char c) { return c > ' ' && c < 0x7f; });
    if (readable) add(dns);
  }
  GENERAL_NAMES_free(all);
  return names.empty() ? "no name of the DNS" : names;
}

// Whether browsers can get from the certificate to a root that they know: by what stands in the file, or
// where this machine knows the issuer for a root. What comes after the issuer is not looked at, since which
// roots browsers know is not known here.
bool leads_on(const std::vector<x509_ptr>& chain) {
  X509* const leaf = chain.front().get();
  if (X509_NAME_cmp(X509_get_subject_name(leaf), X509_get_issuer_name(leaf)) == 0) return true;  // its own
  for (const auto& each : chain)
    if (X509_check_issued(each.get(), leaf) == X509_V_OK) return true;
  const x509_store_ptr roots(X509_STORE_new());
  const x509_store_ctx_ptr look_up(X509_STORE_CTX_new());
  X509* issuer = nullptr;
  const bool known = roots && look_up && X509_STORE_set_default_paths(roots.get()) == 1 &&
                     X509_STORE_CTX_init(look_up.get(), roots.get(), leaf, nullptr) == 1 &&
                     X509_STORE_CTX_get1_issuer(&issuer, look_up.get(), leaf) == 1;
  X509_free(issuer);
  ERR_clear_error();
  return known;
}

std::string is_not_for(const std::string& file, const std::string& host, const std::string& names) {
  return "the certificate " + file + " is not for " + host + ", which server.hosts names; it is for " + names;
}

std::vector<std::string> faults_of(const std::vector<x509_ptr>& chain, const std::string& file,
                                   const std::vector<std::string>& hosts, system_clock::time_point now) {
  std::vector<std::string> faults;
  X509* const leaf = chain.front().get();
  if (compare(X509_get0_notAfter(leaf), now) < 0)
    faults.push_back("the certificate " + file + " expired at " + to_text(X509_get0_notAfter(leaf)) +
                     "; renew it");
  if (compare(X509_get0_notBefore(leaf), now) > 0)
    faults.push_back("the certificate " + file + " is not valid before " +
                     to_text(X509_get0_notBefore(leaf)) + "; wait, or look at this machine's clock");
  const bool only_this_machine = std::ranges::all_of(hosts, is_this_machine);
  for (const auto& host : hosts)
    if (!covers(leaf, host) && (only_this_machine || !is_this_machine(host)))
      faults.push_back(is_not_for(file, host, names_in(leaf)));
  if (!leads_on(chain))
    faults.push_back("the certificate " + file +
                     " comes without that of its issuer; put what leads to its root below it, as in the "
                     "fullchain.pem of ACME clients");
  return faults;
}

bool own_is_still_good(const certificate_files& files, const std::vector<std::string>& hosts,
                       system_clock::time_point now) {
  const auto facts = check_certificate(files, {}, now);
  if (!facts || !facts->faults.empty()) return false;
  const auto chain = read_chain(files.certificate);
  return chain && std::ranges::all_of(
                      hosts, [&](const std::string& host) { return covers(chain->front().get(), host); });
}

bool add_extension(X509* certificate, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
  if (!extension) return false;
  const bool added = X509_add_ext(certificate, extension, -1) == 1;
  X509_EXTENSION_free(extension);
  return added;
}

std::string subject_alt_name(const std::vector<std::string>& hosts) {
  std::string value;
  for (const auto& host : hosts) {
    std::error_code not_an_address;
    asio::ip::make_address(host, not_an_address);
    value += (value.empty() ? "" : ",") + std::string(not_an_address ? "DNS:" : "IP:") + host;
  }
  return value;
}

x509_ptr make_certificate(EVP_PKEY* key, const std::vector<std::string>& hosts,
                          system_clock::time_point now) {
  x509_ptr certificate(X509_new());
  unsigned char serial[16];
  if (!certificate || RAND_bytes(serial, sizeof serial) != 1) return nullptr;
  serial[0] &= 0x7f;  // RFC 5280, 4.1.2.2: positive
  BIGNUM* number = BN_bin2bn(serial, sizeof serial, nullptr);
  BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate.get()));
  BN_free(number);

  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_TIME_set(X509_getm_notBefore(certificate.get()), system_clock::to_time_t(now - clock_skew));
  ASN1_TIME_set(X509_getm_notAfter(certificate.get()), system_clock::to_time_t(now + own_validity));
  X509_set_pubkey(certificate.get(), key);

  X509_NAME* name = X509_get_subject_name(certificate.get());
  const auto* common_name = reinterpret_cast<const unsigned char*>("Parley self-signed");
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, common_name, -1, -1, 0);
  X509_set_issuer_name(certificate.get(), name);

  const bool complete = add_extension(certificate.get(), NID_basic_constraints, "critical,CA:FALSE") &&
                        add_extension(certificate.get(), NID_key_usage, "critical,digitalSignature") &&
                        add_extension(certificate.get(), NID_ext_key_usage, "serverAuth") &&
                        add_extension(certificate.get(), NID_subject_key_identifier, "hash") &&
                        add_extension(certificate.get(), NID_subject_alt_name, subject_alt_name(hosts)) &&
                        X509_sign(certificate.get(), key, EVP_sha256()) != 0;
  return complete ? std::move(certificate) : nullptr;
}

// What root makes for a server that runs as somebody else is of no use to it; others may not give, and need
// not.
void give_to_owner_of(const std::filesystem::path& model, const std::filesystem::path& made) {
  struct stat owner{};
  if (::stat(model.c_str(), &owner) == 0 && ::chown(made.c_str(), owner.st_uid, owner.st_gid) != 0) errno = 0;
}

// Writes beside the target, mode 0600, and renames, so that a crash leaves the old file or the new one.
template <class Write>
tl::expected<void, std::string> replace_file(const std::filesystem::path& path, Write&& write) {
  const std::filesystem::path temporary = path.string() + ".new";
  ::unlink(temporary.c_str());
  const int descriptor = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0) return tl::unexpected(system_error("cannot write", temporary));
  bio_ptr file(BIO_new_fd(descriptor, BIO_NOCLOSE));
  const bool written = write(file.get()) == 1 && ::fsync(descriptor) == 0;
  const int saved = errno;
  ::close(descriptor);
  give_to_owner_of(path.parent_path(), temporary);
  if (written && ::rename(temporary.c_str(), path.c_str()) == 0) return {};
  if (!written) errno = saved;
  auto error = system_error("cannot write", path);
  ::unlink(temporary.c_str());
  ERR_clear_error();
  return tl::unexpected(error);
}

}  // namespace

tl::expected<certificate_facts, std::string> check_certificate(const certificate_files& files,
                                                               const std::vector<std::string>& hosts,
                                                               system_clock::time_point now) {
  const auto chain = read_chain(files.certificate);
  if (!chain) return tl::unexpected(chain.error());
  const auto key = read_key(files.key);
  if (!key) return tl::unexpected(key.error());
  const auto is_of_key = [&](const x509_ptr& each) {
    return X509_check_private_key(each.get(), key->get()) == 1;
  };
  if (!is_of_key(chain->front())) {
    const bool elsewhere = std::ranges::any_of(*chain, is_of_key);
    ERR_clear_error();
    return tl::unexpected("the key " + files.key.string() + " does not belong to the certificate " +
                          files.certificate.string() +
                          (elsewhere ? ", but to another one in that file, which has to be the first" : ""));
  }
  const ASN1_TIME* end = X509_get0_notAfter(chain->front().get());
  std::tm parts{};
  ASN1_TIME_to_tm(end, &parts);
  return certificate_facts{fingerprint(chain->front().get()), to_text(end),
                           system_clock::from_time_t(::timegm(&parts)),
                           faults_of(*chain, files.certificate.string(), hosts, now)};
}

tl::expected<certificate_files, std::string> own_certificate(const std::filesystem::path& folder,
                                                             const std::vector<std::string>& hosts,
                                                             system_clock::time_point now,
                                                             const std::vector<std::string>& also) {
  certificate_files files{folder / "certificate.pem", folder / "key.pem"};
  if (own_is_still_good(files, hosts, now + certificate_ends_soon)) {
    ::chmod(files.key.c_str(), 0600);  // it may have been copied here
    return files;
  }

  std::error_code error;
  files.replaced =
      std::filesystem::exists(files.certificate, error) || std::filesystem::exists(files.key, error);
  std::filesystem::create_directories(folder, error);
  if (error) return tl::unexpected("cannot make the folder " + folder.string() + ": " + error.message());
  ::chmod(folder.c_str(), 0700);
  give_to_owner_of(folder.parent_path(), folder);

  const evp_pkey_ptr key(EVP_EC_gen("P-256"));
  auto names = hosts;
  for (const auto& more : also)
    if (std::ranges::find(names, more) == names.end()) names.push_back(more);
  const x509_ptr certificate = key ? make_certificate(key.get(), names, now) : nullptr;
  if (!certificate) return tl::unexpected("cannot make a certificate: " + take_openssl_error());

  // The key first: a crash between the two leaves a pair that does not match, which the next start makes
  // again.
  auto written = replace_file(files.key, [&](BIO* file) {
    return PEM_write_bio_PrivateKey(file, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  });
  if (written)
    written = replace_file(files.certificate,
                           [&](BIO* file) { return PEM_write_bio_X509(file, certificate.get()); });
  if (!written) return tl::unexpected(written.error());
  return files;
}

}  // namespace parley::net
