#pragma once
// What one socket's membership of one room can be, seen from the socket. The room's home decides who is in;
// this machine keeps in step with it while questions and answers are on their way. Answers come in the order
// in which the home gave them. A pure decision: whoever holds the membership carries it out.
//
//                        join          leave      entered      not_entered   put_out
//   outside              entering      -          outside      outside       outside
//                        ask           refuse     go_back      tell          -
//   entering             entering      leaving    in           outside       entering
//                        -             -          take_place   tell          -
//   in                   asking_again  outside    in           in            outside
//                        ask_again     go         -            -             be_gone
//   asking_again         asking_again  leaving    in           outside       put_out_meanwhile
//                        -             -          take_place   tell          tell
//   leaving              entering      leaving    outside      outside       leaving
//                        -             refuse     see_and_go   tell          -
//   put_out_meanwhile    entering      -          outside      outside       put_out_meanwhile
//                        -             refuse     go_back      tell          -
//
// `entering`: it has asked to be let in and has no answer yet. What puts it out before the answer concerns an
// earlier stay, since the home has told of it first. `asking_again`: it is in and asks to be told once more.
// `leaving`: it does not want to come in any more, and the answer is still on its way. `put_out_meanwhile`:
// it asked to be told once more, and somebody who looks after the room has put it out before: the answer will
// say so (`entered` would be a mistake of the home).

#include <array>
#include <cstdint>

namespace parley::chat {

enum class membership_state : std::uint8_t {
  outside,
  entering,
  in,
  asking_again,
  leaving,
  put_out_meanwhile
};

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
  constexpr std::array<std::array<membership_step, 5>, 6> table{{
      {{{entering, act::ask},
        {outside, act::refuse},
        {outside, act::go_back},
        {outside, act::tell},
        {outside, act::nothing}}},  // outside
      {{{entering, act::nothing},
        {leaving, act::nothing},
        {in, act::take_place},
        {outside, act::tell},
        {entering, act::nothing}}},  // entering
      {{{asking_again, act::ask_again},
        {outside, act::go},
        {in, act::nothing},
        {in, act::nothing},
        {outside, act::be_gone}}},  // in
      {{{asking_again, act::nothing},
        {leaving, act::nothing},
        {in, act::take_place},
        {outside, act::tell},
        {put_out_meanwhile, act::tell}}},  // asking_again
      {{{entering, act::nothing},
        {leaving, act::refuse},
        {outside, act::see_and_go},
        {outside, act::tell},
        {leaving, act::nothing}}},  // leaving
      {{{entering, act::nothing},
        {put_out_meanwhile, act::refuse},
        {outside, act::go_back},
        {outside, act::tell},
        {put_out_meanwhile, act::nothing}}},  // put_out_meanwhile
  }};
  return table[static_cast<std::size_t>(now)][static_cast<std::size_t>(what)];
}

}  // namespace parley::chat
