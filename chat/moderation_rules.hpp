#pragma once
// Who may do what to whom in a room, and what an act of moderation makes of the room's record. Pure
// functions.

#include <optional>
#include <string>

#include "chat/clock.hpp"
#include "chat/moderation.hpp"
#include "chat/room_record.hpp"
#include "chat/validation.hpp"

namespace parley::chat {

// Why somebody may not do this in the room; nothing where they may.
std::optional<std::string> why_not(const room_name& room, const room_record& record, const actor& who,
                                   const moderation& act);

// What the act makes of the record. False where a list of it is full.
bool apply(const moderation& act, room_record& record, unix_ms at);

}  // namespace parley::chat
