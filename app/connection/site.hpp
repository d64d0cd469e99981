#pragma once
// Which site this is: the hosts under which it is asked for, and the origins (RFC 6454) that are its own.

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "net/authority.hpp"

namespace parley {

// Immutable; shared by all shards.
class site {
 public:
  // The operator's names for it (server.hosts), and the machine's own.
  site(const std::vector<std::string>& hosts, const std::string& machine);

  // Whether somebody who asks for this host means us. An address does, and localhost; but a name that anybody
  // may point at this machine (DNS rebinding) does not. What a proxy calls us is the proxy's affair.
  bool answers_to(const net::authority& host, bool by_proxy) const;

  // Whether a page of this origin, in a request for this host, is one of ours. A proxy may have written
  // another Host, and have another port.
  bool is_own(std::string_view origin, const net::authority& host, bool by_proxy) const;

 private:
  std::set<std::string> hosts_, machine_;  // in lower case, addresses as net::authority has them
};

}  // namespace parley
