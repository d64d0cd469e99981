#pragma once
// Certificates as an operator brings them, good and bad.

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include "temporary_folder.hpp"

namespace parley::test {

enum class key_kind { ec, rsa };

using x509_owner = std::unique_ptr<X509, decltype(&X509_free)>;
using key_owner = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using bio_owner = std::unique_ptr<BIO, decltype(&BIO_free_all)>;

struct certificate_wish {
  key_kind kind = key_kind::ec;
  std::chrono::seconds valid_for = std::chrono::hours(24);  // from an hour ago; negative: it has expired
  std::string names = "DNS:localhost,IP:127.0.0.1,IP:::1";
  bool issued = false;       // by somebody else, whose certificate is not in the file
  bool with_issuer = false;  // it is
  bool encrypted = false;    // the key
};

inline x509_owner make_certificate(EVP_PKEY* key, const certificate_wish& wish, const char* subject,
                                   const char* issuer, EVP_PKEY* signed_by) {
  x509_owner certificate(X509_new(), X509_free);
  constexpr long two_hours = 7200;
  const auto last = static_cast<long>(wish.valid_for.count());
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), std::min(last, 0L) - two_hours);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), last);
  X509_set_pubkey(certificate.get(), key);
  const auto call = [](X509_NAME* name, const char* text) {
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(text), -1, -1,
                               0);
  };
  call(X509_get_subject_name(certificate.get()), subject);
  const std::unique_ptr<X509_NAME, decltype(&X509_NAME_free)> by(X509_NAME_new(), X509_NAME_free);
  call(by.get(), issuer);
  X509_set_issuer_name(certificate.get(), by.get());
  auto* names = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, wish.names.c_str());
  X509_add_ext(certificate.get(), names, -1);
  X509_EXTENSION_free(names);
  X509_sign(certificate.get(), signed_by, EVP_sha256());
  return certificate;
}

// Writes a certificate and its key.
inline void write_certificate(const std::filesystem::path& certificate_file,
                              const std::filesystem::path& key_file, const certificate_wish& wish) {
  const auto make_key = [&] {
    return key_owner(wish.kind == key_kind::ec ? EVP_EC_gen("P-256") : EVP_RSA_gen(2048), EVP_PKEY_free);
  };
  const auto key = make_key(), issuers_key = make_key();
  const auto certificate =
      make_certificate(key.get(), wish, "localhost", wish.issued ? "issuer" : "localhost",
                       wish.issued ? issuers_key.get() : key.get());
  write_file(certificate_file, "");
  write_file(key_file, "");
  const bio_owner one(BIO_new_file(certificate_file.c_str(), "w"), BIO_free_all);
  const bio_owner two(BIO_new_file(key_file.c_str(), "w"), BIO_free_all);
  std::string passphrase = "open sesame";
  bool written =
      PEM_write_bio_X509(one.get(), certificate.get()) == 1 &&
      PEM_write_bio_PrivateKey(two.get(), key.get(), wish.encrypted ? EVP_aes_128_cbc() : nullptr, nullptr, 0,
                               nullptr, wish.encrypted ? passphrase.data() : nullptr) == 1;
  if (wish.with_issuer)
    written = written &&
              PEM_write_bio_X509(
                  one.get(),
                  make_certificate(issuers_key.get(), {}, "issuer", "issuer", issuers_key.get()).get()) == 1;
  if (!written) throw std::runtime_error("cannot write " + certificate_file.string());
}

// One for localhost that is signed by itself.
inline void write_certificate(const std::filesystem::path& certificate_file,
                              const std::filesystem::path& key_file, key_kind kind = key_kind::ec,
                              std::chrono::seconds valid_for = std::chrono::hours(24)) {
  certificate_wish wish;
  wish.kind = kind;
  wish.valid_for = valid_for;
  write_certificate(certificate_file, key_file, wish);
}

// SHA-256 over the DER form, as bytes.
inline std::string fingerprint(const X509* certificate) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  X509_digest(certificate, EVP_sha256(), digest, &size);
  return std::string(reinterpret_cast<const char*>(digest), size);
}

inline std::string fingerprint(const std::filesystem::path& certificate_file) {
  const std::unique_ptr<BIO, decltype(&BIO_free_all)> file(BIO_new_file(certificate_file.c_str(), "r"),
                                                           BIO_free_all);
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(
      file ? PEM_read_bio_X509(file.get(), nullptr, nullptr, nullptr) : nullptr, X509_free);
  if (!certificate) throw std::runtime_error("no certificate in " + certificate_file.string());
  return fingerprint(certificate.get());
}

}  // namespace parley::test
