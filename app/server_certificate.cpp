#include "app/server_certificate.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include <spdlog/spdlog.h>
#include <unistd.h>

#include "app/config/host_name.hpp"

namespace parley {
namespace {

constexpr auto warning_interval = std::chrono::days(1);

// What a certificate of our own is made out to, besides this machine's name.
std::vector<std::string> certificate_hosts(const std::vector<std::string>& configured) {
  std::vector<std::string> hosts{"localhost", "127.0.0.1", "::1"};
  hosts.insert(hosts.end(), configured.begin(), configured.end());
  std::sort(hosts.begin(), hosts.end());
  hosts.erase(std::unique(hosts.begin(), hosts.end()), hosts.end());
  return hosts;
}

std::vector<std::string> name_of_machine() {
  char name[256] = {};
  if (gethostname(name, sizeof name - 1) != 0 || !is_host_name(name)) return {};
  return {name};
}

tl::expected<net::certificate_files, std::string> find_files(const config& settings,
                                                             server_certificate::time_point now) {
  if (settings.tls.automatic())
    return net::own_certificate(settings.resolve(settings.data.folder) / "tls",
                                certificate_hosts(settings.server.hosts), now, name_of_machine());
  return net::certificate_files{settings.resolve(settings.tls.certificate),
                                settings.resolve(settings.tls.key), false};
}

// One of our own is for all hosts, else it would have been made anew.
tl::expected<net::certificate_facts, std::string> check(const config& settings,
                                                        const net::certificate_files& files,
                                                        server_certificate::time_point now) {
  const auto hosts = settings.tls.automatic() ? std::vector<std::string>() : settings.server.hosts;
  return net::check_certificate(files, hosts, now);
}

}  // namespace

tl::expected<std::vector<std::string>, std::string> server_certificate::look(const config& settings,
                                                                             time_point now) {
  if (settings.tls.automatic()) return {};
  return check(settings, *find_files(settings, now), now).map([](const net::certificate_facts& facts) {
    return facts.faults;
  });
}

tl::expected<server_certificate, std::string> server_certificate::load(const config& settings,
                                                                       time_point now) {
  auto files = find_files(settings, now);
  if (!files) return tl::unexpected(files.error());
  auto facts = check(settings, *files, now);
  if (!facts) return tl::unexpected(facts.error());
  auto context = net::tls_context::create(*files);
  if (!context) return tl::unexpected(context.error());
  return server_certificate(settings, std::move(*files), std::move(*facts), std::move(*context));
}

server_certificate::server_certificate(const config& settings, net::certificate_files files,
                                       net::certificate_facts facts, net::tls_context context)
    : settings_(&settings),
      files_(std::move(files)),
      facts_(std::move(facts)),
      context_(std::move(context)) {}

void server_certificate::tell() const {
  if (files_.replaced)
    spdlog::warn(
        "made a new certificate: the one that was there has run out, does not fit its key, cannot be read or "
        "is for other hosts; those who have trusted it are warned again");
  for (const auto& fault : facts_.faults)
    spdlog::warn("{}: it is served, and browsers will turn people away", fault);
  spdlog::info("certificate {}, valid until {}", files_.certificate.string(), facts_.not_after);
  spdlog::info("SHA-256 fingerprint {}", facts_.sha256_fingerprint);
  if (settings_->tls.automatic())
    spdlog::info(
        "the certificate is self-signed, so browsers will warn once: compare the fingerprint and go on, or "
        "set tls.certificate and tls.key in config.yaml");
}

void server_certificate::reload(time_point now) {
  auto fresh = find_files(*settings_, now);
  auto facts = fresh ? check(*settings_, *fresh, now)
                     : tl::expected<net::certificate_facts, std::string>(tl::unexpect, fresh.error());
  if (facts && facts_.faults.empty() && !facts->faults.empty()) facts = tl::unexpected(facts->faults.front());
  const auto used = facts ? context_.use(*fresh) : tl::unexpected(facts.error());
  if (!used) return spdlog::error("{}; the certificate that was loaded before is still served", used.error());
  files_ = std::move(*fresh);
  facts_ = std::move(*facts);
  next_warning_ = {};
  tell();
  warn_of_end(now);
}

void server_certificate::warn_of_end(time_point now) {
  const auto left = facts_.expires - now;
  if (left > net::certificate_ends_soon || now < next_warning_) return;
  next_warning_ = now + warning_interval;
  const auto* const remedy = settings_->tls.automatic() ? "send the server SIGHUP, and it makes a new one"
                                                        : "renew it and send the server SIGHUP";
  const auto hours = std::chrono::floor<std::chrono::hours>(left).count();
  if (hours < 0)
    return spdlog::error("the certificate has ended at {}, and browsers turn everybody away: {}",
                         facts_.not_after, remedy);
  spdlog::warn("the certificate ends in {} days and {} hours, and browsers will turn everybody away: {}",
               hours / 24, hours % 24, remedy);
}

}  // namespace parley
