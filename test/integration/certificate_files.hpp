#pragma once
// Certificates as an operator brings them, good and bad.

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include "temporary_folder.hpp"

namespace parley::test {

enum class key_kind { ec, rsa };

// Writes a self-signed certificate for localhost and its key; valid from an hour ago until `valid_for` from
// now, so a negative duration makes an expired one.
inline void write_certificate(const std::filesystem::path& certificate_file,
                              const std::filesystem::path& key_file, key_kind kind = key_kind::ec,
                              std::chrono::seconds valid_for = std::chrono::hours(24)) {
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
      kind == key_kind::ec ? EVP_EC_gen("P-256") : EVP_RSA_gen(2048), EVP_PKEY_free);
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(X509_new(), X509_free);
  constexpr long two_hours = 7200;
  const auto last = static_cast<long>(valid_for.count());
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), std::min(last, 0L) - two_hours);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), last);
  X509_set_pubkey(certificate.get(), key.get());
  auto* name = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("localhost"),
                             -1, -1, 0);
  X509_set_issuer_name(certificate.get(), name);
  auto* names =
      X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1,IP:::1");
  X509_add_ext(certificate.get(), names, -1);
  X509_EXTENSION_free(names);
  X509_sign(certificate.get(), key.get(), EVP_sha256());

  write_file(certificate_file, "");
  write_file(key_file, "");
  const std::unique_ptr<BIO, decltype(&BIO_free_all)> one(BIO_new_file(certificate_file.c_str(), "w"),
                                                          BIO_free_all);
  const std::unique_ptr<BIO, decltype(&BIO_free_all)> two(BIO_new_file(key_file.c_str(), "w"), BIO_free_all);
  if (PEM_write_bio_X509(one.get(), certificate.get()) != 1 ||
      PEM_write_bio_PrivateKey(two.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1)
    throw std::runtime_error("cannot write " + certificate_file.string());
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
