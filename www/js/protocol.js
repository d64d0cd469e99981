// What travels between page and server, as docs/protocol.md says. Types only: no page loads this file.

/**
 * @typedef {object} Limits  A zero switches that limit off.
 * @property {number} message_length code points
 * @property {number} message_interval_ms
 * @property {number} frame_size bytes
 * @property {number} warn_after_ms
 * @property {number} kick_after_ms
 * @property {'input' | 'message'} activity what counts as a sign of life
 */
/**
 * An event of a room's log. In an array of them a message goes without its type.
 * @typedef {object} Said
 * @property {'message' | 'removed' | 'room'} [type]
 * @property {number} seq
 * @property {number} at
 * @property {string} [from] of a message
 * @property {string} [text] of a message, unless it was removed
 * @property {boolean} [removed]
 * @property {string} [by] who removed or changed something
 * @property {number} [target] the seq of the message that was removed
 * @property {string} [reason]
 * @property {string} [topic] what was changed, as far as it is there
 * @property {boolean} [private]
 * @property {number} [capacity]
 * @property {number} [slow_mode_ms]
 */
/** @typedef {'member' | 'moderator' | 'owner' | 'operator'} Role */
/**
 * What a room shows of itself.
 * @typedef {object} View
 * @property {string} topic
 * @property {string} [owner]
 * @property {boolean} private
 * @property {number} capacity 0: no bound
 * @property {number} slow_mode_ms
 */
/** @typedef {{type: 'welcome', user: string, limits: Limits, rooms: string[]}} Welcome */
/** @typedef {{room: string, count: number} & View} Listed */
/** @typedef {{type: 'rooms', rooms: Listed[], more: boolean, next?: string}} Listing */
/** @typedef {{type: 'settings', room: string, invite?: string, moderators: string[], banned: string[], muted: string[]} & View} Settings */
/** @typedef {{room: string, seq: number, from: string, parts: string[], at: number}} Found  of `parts` every second one matched */
/** @typedef {{type: 'found', query: string, messages: Found[], more: boolean}} FoundPage */
/** @typedef {{type: 'typing', room: string, user: string}} Typing */
/** @typedef {{type: 'standing', room: string, role: Role, muted_ms: number, by: string, reason?: string}} Standing */
/** @typedef {{type: 'left', room: string, by: string, banned: boolean, reason?: string}} Left */
/** @typedef {{type: 'invited', room: string, by: string}} Invited */
/** @typedef {{type: 'unread', room: string, after: number, count: number, more: boolean}} Unread */
/**
 * @typedef {object} JoinedRoom
 * @property {'joined'} type
 * @property {string} room
 * @property {string | number} epoch
 * @property {number} seq
 * @property {number} count
 * @property {string[]} [members] left out in a room too large to list
 * @property {Said[]} messages oldest first
 * @property {boolean} [more]
 * @property {boolean} [recovered]
 * @property {Role} role
 * @property {string} [invite]
 * @property {number} [muted_ms]
 */
/** @typedef {JoinedRoom & View} Joined */
/**
 * @typedef {object} HistoryFrame
 * @property {'history'} type
 * @property {string} room
 * @property {Said[]} messages oldest first
 * @property {boolean} more there is more beyond them
 * @property {boolean} complete nothing is missing between them and the place that was asked for
 */
/** @typedef {{type: 'message', room: string} & Said} MessageFrame */
/** @typedef {{type: 'ack', id: string, room: string, seq: number}} Ack */
/** @typedef {{type: 'presence', room: string, joined?: string[], left?: string[], count: number}} Presence */
/** @typedef {{type: 'warning', kick_in_ms?: number, active?: boolean}} Warning */
/**
 * @typedef {object} ErrorFrame
 * @property {'error'} type
 * @property {string} code
 * @property {string} message
 * @property {string} [id]
 * @property {string} [room]
 * @property {number} [retry_after_ms]
 */
/** @typedef {Welcome | Joined | HistoryFrame | MessageFrame | Ack | Presence | Warning | ErrorFrame} ServerFrame */

export {};
