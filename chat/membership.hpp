#pragma once
// What one socket's membership of one room can be, seen from the socket. The room's home decides who is in;
// this machine keeps in step with it while questions and answers are on their way. Answers come in the order
// in which the home gave them. A pure decision: whoever holds the membership carries it out.
//
//                        join        leave      entered      not_entered   put_out
//   outside              entering    -          outside      outside       outside
//                        ask         refuse     go_back      tell          -
//   entering             entering    leaving    in           outside       put_out_meanwhile
//                        -           -          take_place   tell          tell
//   in                   entering    outside    in           in            outside
//                        ask_again   go         -            -             be_gone
//   leaving              entering    leaving    outside      outside       leaving
//                        -           refuse     see_and_go   tell          -
//   put_out_meanwhile    entering    -          outside      outside       put_out_meanwhile
//                        -           refuse     go_back      tell          -
//
// `entering`: it has asked and has no answer yet, whether it was in before (ask_again) or not. `leaving`: it
// does not want to come in any more, and the answer is still on its way. `put_out_meanwhile`: somebody who
// looks after the room has put it out before the answer has come, so that answer does not let it in.

#include <array>
#include <cstdint>

namespace parley::chat {

enum class membership_state : std::uint8_t { outside, entering, in, leaving, put_out_meanwhile };

// The first two are the client's wishes; the others come from the room's home.
enum class membership_event : std::uint8_t { join, leave, entered, not_entered, put_out };

enum class membership_action : std::uint8_t {
  nothing,
  ask,         // the home, to be let in
  ask_again,   // give the place up, and ask the home to be told once more
  take_place,  // show what the home says, and take the place that it names
  go,          // give the place up, and tell the home
  be_gone,     // give the place up and show what the home says: for it one is out already
  go_back,     // tell the home that one does not come after all
  see_and_go,  // show what the home says, and tell it so
  tell,        // show what the home says
  refuse,      // the wish: one is not in
};

struct membership_step {
  membership_state next;
  membership_action act;
  bool operator==(const membership_step&) const = default;
};

constexpr membership_step next_step(membership_state now, membership_event what) {
  using enum membership_state;
  using act = membership_action;
  constexpr std::array<std::array<membership_step, 5>, 5> table{{
      {{{entering, act::ask},
        {outside, act::refuse},
        {outside, act::go_back},
        {outside, act::tell},
        {outside, act::nothing}}},
      {{{entering, act::nothing},
        {leaving, act::nothing},
        {in, act::take_place},
        {outside, act::tell},
        {put_out_meanwhile, act::tell}}},
      {{{entering, act::ask_again},
        {outside, act::go},
        {in, act::nothing},
        {in, act::nothing},
        {outside, act::be_gone}}},
      {{{entering, act::nothing},
        {leaving, act::refuse},
        {outside, act::see_and_go},
        {outside, act::tell},
        {leaving, act::nothing}}},
      {{{entering, act::nothing},
        {put_out_meanwhile, act::refuse},
        {outside, act::go_back},
        {outside, act::tell},
        {put_out_meanwhile, act::nothing}}},
  }};
  return table[static_cast<std::size_t>(now)][static_cast<std::size_t>(what)];
}

}  // namespace parley::chat
