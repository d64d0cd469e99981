// A fixed piece of work for callgrind: messages through parsing, limits, the room's log, framing and fan-out
// to the members of a room, over a transport in memory. bench/instructions.sh counts the instructions a
// delivery takes and compares them with the figure that is kept for this compiler.

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "chat/client_frame.hpp"
#include "chat/fanout.hpp"
#include "chat/rate_limiter.hpp"
#include "chat/room.hpp"
#include "net/websocket.hpp"

namespace {

using namespace parley;
using namespace std::chrono_literals;

constexpr std::size_t members = 200;
constexpr std::size_t messages = 500;
constexpr std::size_t messages_per_batch = 10;

struct transport final : chat::subscriber {
  void deliver(std::span<const char> frames) noexcept override {
    taken += frames.size();
    last = frames.back();
  }
  std::size_t taken = 0;
  char last = 0;
};

std::string publication(std::size_t number) {
  return R"({"type":"message","room":"lobby","text":"remark number )" + std::to_string(1000 + number) +
         R"(","id":"m)" + std::to_string(1000 + number) + R"("})";
}

// By this name callgrind knows where to begin and to end.
__attribute__((noinline)) std::size_t play_fixed_work() {
  chat::room room(chat::room_name::parse("lobby").value(), {0, 500, 50}, {},
                  std::make_unique<chat::memory_room_log>("epoch", 10'000));
  chat::fanout fanout;
  std::vector<transport> sockets(members);
  std::vector<std::unique_ptr<chat::subscription>> places;
  for (std::size_t i = 0; i < members; ++i) {
    const auto name = "user" + std::to_string(100 + i);
    (void)room.join({{name, name}, {}, {}}, 0);
    places.push_back(std::make_unique<chat::subscription>(sockets[i]));
    fanout.add(*places.back(), 0);
  }
  chat::interval_limiter limiter;
  chat::time_point now{1h};
  std::string batch;
  room.listen([&](const chat::room::published& published) {
    if (published.frame) net::append_frame(batch, net::opcode::text, *published.frame);
  });
  for (std::size_t i = 0; i < messages; ++i) {
    const auto frame = chat::parse_client_frame(publication(i));
    const auto& message = std::get<chat::message_frame>(*frame);
    const auto text = chat::message_text::parse(message.text, 50);
    now += 1s;
    if (limiter.try_take(now, 1s)) return 0;
    (void)room.publish({{"user100", "user100"}, message.id, *text, {}}, now, 1'790'000'000'000);
    if ((i + 1) % messages_per_batch != 0) continue;
    fanout.deliver(batch);
    batch.clear();
  }
  std::size_t taken = 0;
  for (const auto& socket : sockets) taken += socket.taken;
  return taken;
}

}  // namespace

int main() {
  const auto bytes = play_fixed_work();
  std::printf("%zu deliveries, %zu bytes\n", members * messages, bytes);
  return bytes == 0 ? 1 : 0;
}
