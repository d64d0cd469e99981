#include "bench/worker.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>

#include <sys/epoll.h>
#include <unistd.h>

namespace parley::bench {
namespace {

constexpr std::size_t buffer_size = 64 * 1024;
constexpr int events_at_once = 64;
constexpr nanoseconds entry_deadline = 20 * second;  // without anybody getting in

// After a round: how long to wait for stragglers, without one coming and in all.
constexpr nanoseconds quiet_at_end = 3 * second / 2;
constexpr nanoseconds longest_end = 15 * second;

}  // namespace

worker::worker(const endpoint& server, std::uint32_t clients, std::uint32_t rooms, std::uint32_t first,
               std::uint32_t step)
    : server_(server),
      share_{clients, rooms, first, step},
      context_(client_context()),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      clients_(first < clients ? (clients - first + step - 1) / step : 0),
      buffer_(buffer_size) {
  if (epoll_ < 0) throw std::runtime_error(std::string("epoll_create1: ") + std::strerror(errno));
}

worker::~worker() {
  ::close(epoll_);
}

// --- coming in ---

void worker::connect(std::uint32_t at_once) {
  std::size_t started = 0;
  auto deadline = now() + entry_deadline;
  auto were_inside = inside_;
  while (inside_ < clients_.size() && dropped_ == 0) {
    for (; started < clients_.size() && opening_ < at_once; ++started) start(started);
    wait(now() + second / 10);
    if (inside_ != were_inside) deadline = now() + entry_deadline;
    were_inside = inside_;
    if (now() < deadline) continue;
    ++dropped_;
    first_drop_ = "nobody got in for 20 s";
  }
}

void worker::start(std::size_t at) {
  auto& who = clients_[at];
  const auto number = share_.number_of(at);
  const auto token = server_.tokens.empty() ? std::string_view() : std::string_view(server_.tokens[number]);
  who.link.start(context_.get(), server_.port, number, upgrade_request(server_.spoken, server_.port, token),
                 server_.resume.empty() ? nullptr : server_.resume[number].get());
  ++opening_;
  epoll_event wanted{};
  wanted.events = who.events = who.link.wanted_events();
  wanted.data.u64 = at;
  if (who.link.descriptor() < 0 || ::epoll_ctl(epoll_, EPOLL_CTL_ADD, who.link.descriptor(), &wanted) != 0) {
    who.link.close(who.link.why().empty() ? "cannot be waited for" : who.link.why());
    advance(at);
  }
}

void worker::enter(client& who, std::string_view payload) {
  if (!who.greeted && payload.starts_with(greeting(server_.spoken))) {
    who.greeted = true;
    for (const auto& message : first_messages(server_.spoken, server_.first_room + room_of(who)))
      who.link.send(frame_type::text, message);
  } else if (payload.starts_with(sign_of_entry(server_.spoken))) {
    who.inside = true;
    ++inside_;
    --opening_;
    if (who.link.resumed()) ++resumed_;
  } else if (payload.starts_with(R"({"type":"error","code":"name_taken")")) {
    // Somebody else has made the room.
  } else if (payload.starts_with(R"({"type":"error","code":"no_such_room")")) {
    who.link.send(frame_type::text,
                  first_messages(server_.spoken, server_.first_room + room_of(who)).back());  // not made yet
  } else if (payload.starts_with(R"({"type":"error")")) {
    who.link.close(payload);
  }
}

// --- the loop ---

void worker::wait(nanoseconds until) {
  std::array<epoll_event, events_at_once> ready;
  const auto left = std::max<nanoseconds>(until - now(), 0);
  const timespec timeout{left / second, left % second};
  const int count = ::epoll_pwait2(epoll_, ready.data(), events_at_once, &timeout, nullptr);
  for (int i = 0; i < count; ++i) {
    now_ = now();
    if (play_.round) publish_due();
    advance(ready[static_cast<std::size_t>(i)].data.u64);
  }
}

void worker::advance(std::size_t at) {
  auto& who = clients_[at];
  who.link.advance(buffer_, [&](frame_type type, std::string_view payload) { on_frame(who, type, payload); });

  if (who.link.state() == connection::phase::open && !who.inside && sign_of_entry(server_.spoken).empty()) {
    who.inside = true;
    ++inside_;
    --opening_;
  }
  if (who.link.state() == connection::phase::closed) {
    if (who.gone) return;
    who.gone = true;
    who.inside ? --inside_ : --opening_;
    if (dropped_++ == 0) first_drop_ = who.link.why();
    return;
  }
  if (who.events == who.link.wanted_events()) return;
  epoll_event wanted{};
  wanted.events = who.events = who.link.wanted_events();
  wanted.data.u64 = at;
  ::epoll_ctl(epoll_, EPOLL_CTL_MOD, who.link.descriptor(), &wanted);
}

void worker::on_frame(client& who, frame_type type, std::string_view payload) {
  switch (type) {
    case frame_type::text:
      return on_text(who, payload);
    case frame_type::ping:
      return who.link.send(frame_type::pong, payload);
    case frame_type::close: {
      std::string why = "was closed by the server";
      if (payload.size() >= 2) {
        const auto high = static_cast<std::uint8_t>(payload[0]);
        const auto low = static_cast<std::uint8_t>(payload[1]);
        why += " with " + std::to_string(high * 256 + low) + " " + std::string(payload.substr(2));
      }
      return who.link.close(why);
    }
    default:
      return;
  }
}

void worker::on_text(client& who, std::string_view payload) {
  if (!who.inside) return enter(who, payload);
  if (play_.round) {
    if (const auto number = who.books->take(who.place, payload)) return record_delivery(*number);
  }
  if (payload.starts_with(R"({"type":"error")")) {
    if (play_.seen.refused++ == 0) play_.seen.first_refusal = payload;
  } else if (!question(server_.spoken).empty() && payload == question(server_.spoken)) {
    who.link.send(frame_type::text, reply(server_.spoken));
  }
}

void worker::attend(nanoseconds duration) {
  const auto until = now() + duration;
  while (now() < until) wait(until);
}

void worker::collect_sessions(std::vector<tls_session>& all) const {
  for (std::size_t i = 0; i < clients_.size(); ++i) all[share_.number_of(i)] = clients_[i].link.session();
}

// --- a round ---

tally worker::play(const schedule& round, const std::function<void()>& at_edge) {
  play_ = {};
  play_.round = &round;
  play_.books.reserve(share_.rooms);
  for (std::uint32_t room = 0; room < share_.rooms; ++room)
    play_.books.emplace_back(round, round.count_of(room, share_.all));
  play_.next = next_own(0);
  for (auto& who : clients_) {
    who.place = {};
    who.books = &play_.books[room_of(who)];
    if (who.inside) play_.owed += who.books->owed();
  }

  const auto run_until = [this](nanoseconds end) {
    while ((now_ = now()) < end) {
      publish_due();
      wait(play_.next < play_.round->count() ? std::min(end, play_.round->due(play_.next)) : end);
    }
  };
  run_until(round.measured_from());
  at_edge();
  const auto cpu = thread_cpu_time();
  const auto begun = now();
  play_.in_measured_time = true;
  run_until(round.end());
  play_.in_measured_time = false;
  play_.seen.measured = now() - begun;
  play_.seen.cpu = thread_cpu_time() - cpu;
  at_edge();

  publish_due();
  const auto last = now() + longest_end;
  auto quiet = now() + quiet_at_end;
  while (play_.delivered < play_.owed && now() < last && now() < quiet) {
    const auto before = play_.delivered;
    wait(now() + millisecond * 10);
    if (play_.delivered != before) quiet = now() + quiet_at_end;
  }
  finish_books();
  play_.round = nullptr;
  return std::move(play_.seen);
}

void worker::publish_due() {
  while (play_.next < play_.round->count() && play_.round->due(play_.next) <= now_) {
    auto& who = clients_[(play_.round->sender(play_.next, share_.all) - share_.first) / share_.step];
    who.link.send(frame_type::text,
                  publication(server_.spoken, server_.first_room + play_.round->room(play_.next, share_.all),
                              {play_.round->round(), play_.next}, play_.round->text_size()));
    if (play_.round->is_measured(play_.next))
      play_.seen.lateness.record(now() - play_.round->due(play_.next));
    play_.next = next_own(play_.next + 1);
  }
}

// The first message from this number on that one of these clients has to send.
std::uint32_t worker::next_own(std::uint32_t number) const {
  while (number < play_.round->count() &&
         play_.round->sender(number, share_.all) % share_.step != share_.first)
    ++number;
  return number;
}

void worker::record_delivery(std::uint32_t number) {
  ++play_.delivered;
  if (play_.in_measured_time) ++play_.seen.deliveries;
  if (play_.round->is_measured(number)) play_.seen.latency.record(now_ - play_.round->due(number));
}

void worker::finish_books() {
  for (const auto& who : clients_) play_.seen.lost += who.books->lost_to(who.place);
  for (const auto& room : play_.books) {
    play_.seen.doubled += room.doubled();
    play_.seen.out_of_order += room.out_of_order();
    play_.seen.of_other_rounds += room.of_other_rounds();
  }
}

}  // namespace parley::bench
