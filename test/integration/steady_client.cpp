#include "steady_client.hpp"

#include <algorithm>
#include <thread>

#include <boost/test/unit_test.hpp>

namespace parley::test {
namespace {

// Enough of them to know what goes wrong.
constexpr std::size_t longest_complaints = 2000;

// What comes to a client that has entered its rooms and asks for nothing.
const std::vector<std::string> what_comes_unasked{"message", "ack", "error"};

constexpr int largest_page = 200;
constexpr int small_page = 10;  // so that it often takes several

// What comes after that seq, as soon as the server gives so many pages.
json page_after(websocket_client& socket, const std::string& room, std::uint64_t seq, int limit) {
  for (;;) {
    socket.send({{"type", "history"}, {"room", room}, {"after", seq}, {"limit", limit}});
    auto answer = socket.expect_one_of({"history", "error"});
    if (answer["type"] == "history") return answer;
    if (!answer.contains("retry_after_ms")) throw std::runtime_error("got no page: " + answer.dump());
    std::this_thread::sleep_for(milliseconds(answer["retry_after_ms"].get<int>()));
  }
}

// Whether a client comes back by itself: 4000 to 4499 say so, as does a server that restarts.
bool invites_back(int close_code) {
  constexpr int none = 0, restarting = 1012;
  return close_code == none || close_code == restarting || (close_code >= 4000 && close_code < 4500);
}

std::string first_difference(const seq_to_text& seen, const seq_to_text& kept) {
  const auto [in_seen, in_kept] = std::mismatch(seen.begin(), seen.end(), kept.begin(), kept.end());
  const auto show = [](const seq_to_text& all, seq_to_text::const_iterator at) {
    return at == all.end() ? "nothing" : std::to_string(at->first) + " \"" + at->second + '"';
  };
  return show(seen, in_seen) + " where the room keeps " + show(kept, in_kept);
}

}  // namespace

seq_to_text all_history(websocket_client& socket, const std::string& room) {
  seq_to_text all;
  std::uint64_t last = 0;
  for (bool more = true; more;) {
    const auto page = page_after(socket, room, last, largest_page);
    for (const auto& message : page["messages"]) {
      const auto seq = message["seq"].get<std::uint64_t>();
      BOOST_TEST(seq > last, "the history goes from " << last << " to " << seq);
      all.emplace(seq, message["text"]);
      last = seq;
    }
    more = page["more"];
  }
  return all;
}

steady_client::steady_client(const server_process& server, std::string name,
                             const std::vector<std::string>& rooms)
    : name_(std::move(name)), cookie_(server.register_user(name_)) {
  for (const auto& room : rooms) rooms_[room];
}

void steady_client::connect(std::uint16_t port) {
  upgrade how;
  how.cookie = cookie_;
  socket_.emplace(port, how);
  socket_->expect("welcome");
  for (auto& [name, room] : rooms_) enter(name, room);
  for (const auto& [name, room] : rooms_)
    for (const auto& id : room.unacknowledged) socket_->send(test::say(id, id, name));
}

bool steady_client::attempt(const std::function<void()>& step) {
  try {
    step();
    return true;
  } catch (const socket_closed& closed) {
    if (!invites_back(closed.how.code)) complain(closed.what());
  } catch (const connection_ended&) {
  } catch (const tls_refused& refused) {
    if (refused.alert != 0) complain(refused.what());
  } catch (const std::exception& other) {
    complain(other.what());
  }
  socket_.reset();
  return false;
}

void steady_client::enter(const std::string& name, known_room& room) {
  const bool comes_back = !room.epoch.empty();
  auto request = join(name);
  if (comes_back) {
    request["after"] = room.last;
    request["epoch"] = room.epoch;
  }
  socket_->send(request);
  const auto joined = socket_->expect_one_of({"joined", "error"});
  if (joined["type"] == "error") throw std::runtime_error("could not enter: " + joined.dump());
  if (comes_back && joined["recovered"] != true) complain("nothing recovered: " + joined.dump());
  room.epoch = joined["epoch"];
  const bool has_more = joined["more"];
  // Who is new is shown the end of a longer history, and reads it from its beginning instead.
  if (comes_back || !has_more)
    for (const auto& message : joined["messages"]) saw(room, message);
  const auto seq = joined["seq"].get<std::uint64_t>();
  if (has_more) fetch_up_to(seq, name, room);
  room.last = std::max(room.last, seq);
}

void steady_client::fetch_up_to(std::uint64_t seq, const std::string& name, known_room& room) {
  for (bool more = true; more && room.last < seq;) {
    const auto page = page_after(*socket_, name, room.last, small_page);
    if (page["complete"] != true)
      complain("a page with a hole before it, after " + std::to_string(room.last));
    for (const auto& message : page["messages"])
      if (message["seq"].get<std::uint64_t>() <= seq) saw(room, message);  // what is newer comes live
    more = page["more"];
  }
}

void steady_client::say(const std::string& room) {
  const auto id = name_ + '-' + std::to_string(++said_);
  rooms_.at(room).unacknowledged.push_back(id);
  socket_->send(test::say(id, id, room));
}

void steady_client::listen(clock::time_point until) {
  try {
    for (;;) take(socket_->expect_one_of(what_comes_unasked, until));
  } catch (const timed_out&) {
  }
}

void steady_client::read_acks() {
  while (waits_for_acks()) take(socket_->expect_one_of(what_comes_unasked));
}

void steady_client::read_until(const std::string& room, std::uint64_t seq) {
  while (in(room).last < seq) take(socket_->expect_one_of(what_comes_unasked));
}

void steady_client::take(const json& frame) {
  if (frame["type"] == "error") return complain("was refused: " + frame.dump());
  auto& room = rooms_.at(frame["room"]);
  if (frame["type"] == "message")
    saw(room, frame);
  else
    acknowledge(room, frame);
}

void steady_client::saw(known_room& room, const json& message) {
  const auto seq = message["seq"].get<std::uint64_t>();
  if (seq <= room.last) complain("saw " + message.dump() + " after " + std::to_string(room.last));
  room.seen.emplace(seq, message["text"]);
  room.last = std::max(room.last, seq);
}

void steady_client::acknowledge(known_room& room, const json& ack) {
  const std::string id = ack["id"];
  if (std::erase(room.unacknowledged, id) == 0) complain("did not wait for " + ack.dump());
  room.acknowledged.emplace(id, ack["seq"]);
}

bool steady_client::waits_for_acks() const {
  return std::any_of(rooms_.begin(), rooms_.end(),
                     [](const auto& room) { return !room.second.unacknowledged.empty(); });
}

void steady_client::complain(const std::string& what) {
  if (complaints.size() < longest_complaints) complaints += what + '\n';
}

void check_agreement(const std::vector<steady_client>& clients, const std::string& room,
                     const seq_to_text& kept) {
  std::map<std::string, int> last_of;  // what each client said last, as its number
  for (const auto& [seq, text] : kept) {
    const auto dash = text.rfind('-');
    const int number = std::stoi(text.substr(dash + 1));
    auto& last = last_of[text.substr(0, dash)];
    BOOST_TEST(number > last, "the room " << room << " keeps " << text << " after number " << last);
    last = number;
  }
  std::size_t acknowledged = 0;
  for (const auto& client : clients) {
    BOOST_TEST_CONTEXT(client.name() << " in " << room) {
      const auto& known = client.in(room);
      BOOST_TEST(client.complaints == "");
      BOOST_TEST(known.unacknowledged.empty());
      BOOST_TEST((known.seen == kept), "has seen " << first_difference(known.seen, kept));
      for (const auto& [id, seq] : known.acknowledged)
        BOOST_TEST((kept.contains(seq) && kept.at(seq) == id), id << " is not kept as " << seq);
      acknowledged += known.acknowledged.size();
    }
  }
  BOOST_TEST(acknowledged == kept.size());
}

}  // namespace parley::test
