// What the page knows, in the store and of each room. Types only: no page loads this file.

/** @typedef {import('./protocol.js').Said} Said */
/** @typedef {{kind: 'message', key: string, seq: number, at: number, from: string, text: string, removed: boolean}} MessageEntry */
/** @typedef {{kind: 'event', key: string, seq: number, at: number, from: string, text: string}} EventEntry  somebody did something */
/** @typedef {MessageEntry | EventEntry} LogEntry */
/** @typedef {{kind: 'gap', key: string, loads: boolean}} GapEntry  something may be missing here, and can be asked for */
/** @typedef {LogEntry | GapEntry} Entry */
/**
 * @typedef {object} Room
 * @property {string} name
 * @property {'outside' | 'joining' | 'joined' | 'full' | 'refused' | 'unvisited'} state unvisited: the address has led there
 * @property {string} reason why it could not be joined
 * @property {number} retry_at when it will be tried again, on the clock of performance.now()
 * @property {string | number | null} epoch null before the first join
 * @property {number} seq the last event this page has seen
 * @property {Entry[]} entries oldest first, at most `most_entries`
 * @property {boolean} more the server keeps older messages than the first of these
 * @property {number | null} behind the seq up to which this page is catching up; until then
 * @property {Said[]} held keeps what is said meanwhile
 * @property {Set<string> | null} members null where the room is too large to list them
 * @property {number} count
 * @property {import('./protocol.js').View} view
 * @property {import('./protocol.js').Role} role one's own
 * @property {number} free_at when one may speak here again, where that is later than elsewhere
 * @property {number} muted_until on the clock of performance.now(); 0 where one is not muted
 * @property {boolean} barred to knock again would not help
 * @property {number} unread messages of others that came while one looked elsewhere
 */
/**
 * @typedef {object} Waiting  One's own message that is not in the room yet.
 * @property {string} id
 * @property {string} room
 * @property {string} text
 * @property {number} at
 * @property {'waiting' | 'sent' | 'stored' | 'refused'} state
 * @property {number} seq of a stored one
 * @property {string} reason of a refused one
 * @property {number} sent_on the connection, by its number on this page
 * @property {number} tries how often it was sent and not answered
 * @property {boolean} hidden what looks like it has come back after a reconnect; the ack will tell
 */
/**
 * @typedef {object} State
 * @property {string} user empty while nobody is logged in
 * @property {import('./protocol.js').Limits} limits
 * @property {import('./connection.js').Link} link
 * @property {Map<string, Room>} rooms
 * @property {string} current the room that is shown
 * @property {string} home the room that everybody enters
 * @property {Waiting[]} waiting oldest first
 * @property {number} free_at when the next message may be sent, on performance.now()
 * @property {{until: number, total: number} | null} warning that the idle clock is about to run out
 * @property {string} notice something that went wrong, for the line under the header
 */

export {};
