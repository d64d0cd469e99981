// The certificate the server makes, and the one an operator brings.

#include <boost/test/unit_test.hpp>
#include <openssl/ec.h>
#include <unistd.h>

#include "certificate_files.hpp"
#include "contains.hpp"
#include "server_process.hpp"

namespace parley::test {
BOOST_AUTO_TEST_SUITE(certificate)
namespace {

std::filesystem::path find_file(const std::filesystem::path& folder, const std::string& name) {
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.path().filename() == name) return entry.path();
  throw std::runtime_error("no " + name + " in " + folder.string());
}

std::string served_fingerprint(const server_process& server) {
  const tls_client client(server.port());
  return fingerprint(client.certificate());
}

struct operators_files {
  temporary_folder folder;
  std::filesystem::path certificate = folder.path() / "site.pem";
  std::filesystem::path key = folder.path() / "site.key";

  std::string config() const {
    return "tls: {certificate: " + certificate.string() + ", key: " + key.string() + "}";
  }

  // What the server writes when it refuses to start with these files.
  std::string refusal() const {
    server_process server(config(), server_process::when::later);
    const auto result = server.start_in_vain();
    BOOST_TEST(result.status == 78);
    BOOST_TEST(result.out == "");
    return result.err;
  }

  // What `parley check` says of them.
  finished checked(const std::string& more = {}) const {
    const server_process server(config() + more, server_process::when::later);
    return run_parley({"check", server.config_file()});
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(is_made_at_the_first_start) {
  server_process server;
  const tls_client client(server.port());
  X509* made = client.certificate();

  char curve[80] = {};
  EVP_PKEY_get_group_name(X509_get0_pubkey(made), curve, sizeof curve, nullptr);
  BOOST_TEST(curve == std::string("prime256v1"));
  BOOST_TEST(X509_check_host(made, "localhost", 0, 0, nullptr) == 1);
  BOOST_TEST(X509_check_ip_asc(made, "127.0.0.1", 0) == 1);
  BOOST_TEST(X509_check_ip_asc(made, "::1", 0) == 1);
  char host[256] = {};
  ::gethostname(host, sizeof host - 1);
  BOOST_TEST_INFO(host);
  BOOST_TEST(X509_check_host(made, host, 0, 0, nullptr) == 1);

  int days = 0, seconds = 0;
  ASN1_TIME_diff(&days, &seconds, nullptr, X509_get0_notAfter(made));
  BOOST_TEST(days >= 364);
  BOOST_TEST(days <= 366);
  BOOST_TEST(mode_of(find_file(server.data(), "key.pem")) == 0600u);
}

BOOST_AUTO_TEST_CASE(is_kept_at_the_second_start) {
  server_process server;
  const auto first = served_fingerprint(server);
  BOOST_TEST(server.stop() == 0);
  server.start();
  BOOST_TEST((served_fingerprint(server) == first));
}

BOOST_AUTO_TEST_CASE(is_kept_where_only_the_name_of_the_machine_is_another_one) {
  server_process server("", server_process::when::later);
  const auto file = server.data() / "tls" / "certificate.pem";
  write_certificate(file, server.data() / "tls" / "key.pem", key_kind::ec, 24h * 30);  // without its name
  server.start();
  BOOST_TEST((served_fingerprint(server) == fingerprint(file)));
  BOOST_TEST(lacks(server.log(), "made a new certificate"));
}

BOOST_AUTO_TEST_CASE(is_made_again_when_it_has_expired) {
  server_process server;
  BOOST_TEST(server.stop() == 0);
  const auto file = find_file(server.data(), "certificate.pem");
  write_certificate(file, find_file(server.data(), "key.pem"), key_kind::ec, -1min);
  const auto expired = fingerprint(file);
  server.start();
  const tls_client client(server.port());
  BOOST_TEST((fingerprint(client.certificate()) != expired));
  BOOST_TEST(X509_cmp_current_time(X509_get0_notAfter(client.certificate())) == 1);
}

BOOST_AUTO_TEST_CASE(of_an_operator_is_served) {
  operators_files files;
  write_certificate(files.certificate, files.key);
  server_process server(files.config());
  BOOST_TEST((served_fingerprint(server) == fingerprint(files.certificate)));
}

BOOST_AUTO_TEST_CASE(path_is_looked_up_from_the_folder_of_the_config_file) {
  server_process server("tls: {certificate: site.pem, key: site.key}", server_process::when::later);
  write_certificate(server.folder() / "site.pem", server.folder() / "site.key");
  server.start();
  BOOST_TEST((served_fingerprint(server) == fingerprint(server.folder() / "site.pem")));
}

BOOST_AUTO_TEST_CASE(brings_hsts_only_when_it_is_an_operators) {
  operators_files files;
  write_certificate(files.certificate, files.key);
  server_process with_operators(files.config()), with_own;
  const auto hsts = http_client(with_operators.port()).get("/").header("Strict-Transport-Security");
  BOOST_TEST(contains(hsts, "max-age="));
  BOOST_TEST(!http_client(with_own.port()).get("/").has_header("Strict-Transport-Security"));
}

BOOST_AUTO_TEST_CASE(with_another_certificates_key_is_refused) {
  operators_files files, others;
  write_certificate(files.certificate, files.key);
  write_certificate(others.certificate, others.key);
  std::filesystem::copy_file(others.key, files.key, std::filesystem::copy_options::overwrite_existing);
  const auto said = files.refusal();
  BOOST_TEST(contains(said, files.key));
  BOOST_TEST(contains(said, "does not belong"));
}

BOOST_AUTO_TEST_CASE(that_has_expired_is_served_with_a_loud_warning) {
  operators_files files;
  write_certificate(files.certificate, files.key, key_kind::ec, -1min);
  server_process server(files.config());
  BOOST_TEST((served_fingerprint(server) == fingerprint(files.certificate)));
  BOOST_TEST(eventually([&] { return contains(server.log(), "the certificate has ended"); }));
  BOOST_TEST(contains(server.log(), "expired at"));
}

BOOST_AUTO_TEST_CASE(that_browsers_will_refuse_is_told_by_check_and_served) {
  struct row {
    certificate_wish wish;
    std::string config, said;
  };
  certificate_wish expired, of_another, without_chain;
  expired.valid_for = -1min;
  of_another.names = "DNS:www.example.org,DNS:example.org";
  without_chain.issued = true;
  for (const auto& [wish, config, said] :
       {row{expired, "", "expired at"},
        row{of_another, "",
            "is not for localhost, which server.hosts names; it is for www.example.org, example.org"},
        row{of_another, "\nserver: {hosts: [chat.example.org, localhost]}", "is not for chat.example.org"},
        row{without_chain, "", "fullchain.pem"}}) {
    operators_files files;
    write_certificate(files.certificate, files.key, wish);
    const auto result = files.checked(config);
    BOOST_TEST(result.status == 78);
    BOOST_TEST(contains(result.err, said));
    BOOST_TEST(contains(result.err, files.certificate));
    BOOST_TEST(contains(result.err, "1 mistake in the configuration"));
    server_process server(files.config() + config);
    BOOST_TEST(eventually([&] { return contains(server.log(), said); }));
  }
}

BOOST_AUTO_TEST_CASE(that_is_good_has_nothing_for_check_to_tell) {
  certificate_wish issued, for_hosts;
  issued.issued = issued.with_issuer = true;
  for_hosts.names = "DNS:*.example.org";
  for (const auto& wish : {certificate_wish(), issued, for_hosts}) {
    operators_files files;
    write_certificate(files.certificate, files.key, wish);
    const auto result = files.checked(
        wish.names == for_hosts.names ? "\nserver: {hosts: [localhost, chat.example.org]}" : "");
    BOOST_TEST(result.err == "");
    BOOST_TEST(result.status == 0);
  }
}

BOOST_AUTO_TEST_CASE(that_the_server_refuses_is_refused_by_check) {
  operators_files files;
  const auto check_refused = [&](const std::string& said) {
    const auto result = files.checked();
    BOOST_TEST(result.status == 78);
    BOOST_TEST(contains(result.err, said));
    BOOST_TEST(contains(files.refusal(), said));
  };
  check_refused("No such file");
  certificate_wish encrypted;
  encrypted.encrypted = true;
  write_certificate(files.certificate, files.key, encrypted);
  check_refused("is encrypted; expected one without a passphrase");
  write_certificate(files.certificate, files.folder.path() / "other.key");
  write_certificate(files.folder.path() / "other.pem", files.key);
  check_refused("does not belong");
  write_file(files.certificate, read_file(files.certificate) + read_file(files.folder.path() / "other.pem"));
  check_refused("which has to be the first");
}

BOOST_AUTO_TEST_CASE(that_ends_within_a_week_is_served_with_a_warning) {
  operators_files files;
  write_certificate(files.certificate, files.key, key_kind::ec, 75h);
  server_process server(files.config());
  BOOST_TEST(
      eventually([&] { return contains(server.log(), "the certificate ends in 3 days and 2 hours"); }));
  BOOST_TEST(contains(server.log(), "renew it"));
  server_process fresh;
  fresh.stop();
  BOOST_TEST(lacks(fresh.log(), "the certificate ends"));
}

BOOST_AUTO_TEST_CASE(that_is_not_there_is_refused) {
  operators_files files;
  const auto said = files.refusal();
  BOOST_TEST(contains(said, files.certificate));
  BOOST_TEST(contains(said, "No such file"));
}

BOOST_AUTO_TEST_CASE(whose_key_is_not_there_is_refused) {
  operators_files files;
  write_certificate(files.certificate, files.key);
  std::filesystem::remove(files.key);
  const auto said = files.refusal();
  BOOST_TEST(contains(said, files.key));
  BOOST_TEST(contains(said, "No such file"));
}

BOOST_AUTO_TEST_CASE(that_is_not_pem_is_refused) {
  operators_files files;
  write_certificate(files.certificate, files.key);
  write_file(files.certificate, "this is no certificate");
  const auto said = files.refusal();
  BOOST_TEST(contains(said, files.certificate));
  BOOST_TEST(contains(said, "PEM"));
}

BOOST_AUTO_TEST_CASE(that_cannot_be_read_is_refused) {
  operators_files files;
  write_certificate(files.certificate, files.key);
  std::filesystem::remove(files.key);
  std::filesystem::create_directory(files.key);  // even root cannot read a folder as a key
  const auto said = files.refusal();
  BOOST_TEST(contains(said, files.key));
  BOOST_TEST(contains(said, "not a file"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace parley::test
