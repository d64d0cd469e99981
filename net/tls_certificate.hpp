#pragma once
// The certificate and key a server presents: made by ourselves where an operator brought none, checked where
// he did.

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include <tl/expected.hpp>

namespace parley::net {

// PEM files: the certificate (with its chain, leaf first) and its private key.
struct certificate_files {
  std::filesystem::path certificate;
  std::filesystem::path key;
  bool replaced = false;  // other ones, which were no good any more
};

// What is worth telling about a certificate.
struct certificate_facts {
  std::string sha256_fingerprint;                 // AA:BB:..., of the DER form, as browsers show it
  std::string not_after;                          // "2027-11-24 10:00:00 UTC"
  std::chrono::system_clock::time_point expires;  // the same
  std::vector<std::string> faults;                // for which browsers turn people away, a sentence each
};

// One that ends so soon is worth a warning, and our own is made again at the next start.
constexpr auto certificate_ends_soon = std::chrono::days(7);

// Looks whether the files can be served with: readable, PEM, a key without a passphrase that belongs to the
// certificate. The error is a sentence for the operator that names the file. What can be served and will be
// refused by browsers is among the faults: a certificate that has expired, is not valid yet, is not for one
// of `hosts` (none: not looked at; what can only be this machine counts where nothing else is named), or
// comes without the certificate of its issuer.
tl::expected<certificate_facts, std::string> check_certificate(const certificate_files& files,
                                                               const std::vector<std::string>& hosts,
                                                               std::chrono::system_clock::time_point now);

// Gives the server's own self-signed certificate in `folder` (certificate.pem, key.pem with mode 0600), made
// now where there is none, where it has expired or is about to, or where it does not cover `hosts`: ECDSA
// P-256, valid for a year. `hosts` are DNS names and IP literals for the subjectAltName; it is made for
// `also`, too, and not again where they change: the name of a container is another one each time. The error
// is a sentence for the operator.
tl::expected<certificate_files, std::string> own_certificate(const std::filesystem::path& folder,
                                                             const std::vector<std::string>& hosts,
                                                             std::chrono::system_clock::time_point now,
                                                             const std::vector<std::string>& also = {});

}  // namespace parley::net
