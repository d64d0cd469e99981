#pragma once
// A room that Ada has made, and how a client that no page restrains asks for things in it.

#include "contains.hpp"
#include "server_process.hpp"

namespace parley::test {
namespace own_rooms {

inline json create(const std::string& room, json fields = json::object()) {
  fields.update({{"type", "create"}, {"room", room}});
  return fields;
}

inline json configure(const std::string& room, json fields = json::object()) {
  fields.update({{"type", "configure"}, {"room", room}});
  return fields;
}

inline json act(const std::string& what, const std::string& user, json fields = json::object(),
                const std::string& room = "attic") {
  fields.update({{"type", "moderate"}, {"room", room}, {"act", what}, {"user", user}});
  return fields;
}

inline json removal_of(const json& seq, const std::string& room = "attic") {
  return {{"type", "moderate"}, {"room", room}, {"act", "remove"}, {"seq", seq}, {"reason", "rude"}};
}

inline json expect_joined(websocket_client& socket, const std::string& room, const std::string& invite = "") {
  auto request = join(room);
  if (!invite.empty()) request["invite"] = invite;
  socket.send(request);
  return socket.expect("joined");
}

// The room as the list shows it, or null.
inline json listed(websocket_client& socket, const std::string& room, const std::string& query = "") {
  socket.send({{"type", "rooms"}, {"query", query}});
  const auto listing = socket.expect("rooms");
  for (const auto& entry : listing["rooms"])
    if (entry["room"] == room) return entry;
  return nullptr;
}

inline json expect_message(websocket_client& socket, const std::string& text) {
  for (;;) {
    auto message = socket.expect("message");
    if (message["text"] == text) return message;
  }
}

// Says something and gives its seq.
inline json seq_of(websocket_client& socket, const std::string& text, const std::string& room = "attic") {
  socket.send(say(text, text, room));
  return socket.expect("ack")["seq"];
}

// Ada owns the room, bob is in it; eve is not. Root is an operator.
struct attic {
  server_process server{"{auth: {operators: [root]}, rooms: {capacity: 50}}"};
  std::string ada_cookie = server.register_user("Ada"), bob_cookie = server.register_user("bob"),
              eve_cookie = server.register_user("eve"), root_cookie = server.register_user("root");
  websocket_client ada = server.open(ada_cookie), bob = server.open(bob_cookie);

  attic() {
    ada.send(create("attic"));
    ada.expect("settings");
    expect_joined(ada, "attic");
    expect_joined(bob, "attic");
  }
  // Has it done, and waits until it is.
  void moderate(websocket_client& by, const json& what) {
    by.send(what);
    by.expect("moderated");
  }
};

}  // namespace own_rooms
}  // namespace parley::test
