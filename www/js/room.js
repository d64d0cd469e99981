// One room as this page knows it: what was said in it, who is there. Plain data and the changes to it.

/** @typedef {import('./protocol.js').Said} Said */
/** @typedef {{kind: 'message', key: string} & Said} MessageEntry */
/** @typedef {{kind: 'gap', key: string}} GapEntry  something may be missing here */
/** @typedef {MessageEntry | GapEntry} Entry */
/**
 * @typedef {object} Room
 * @property {string} name
 * @property {'outside' | 'joining' | 'joined' | 'full' | 'refused'} state
 * @property {string} reason why it could not be joined
 * @property {number} retry_at when it will be tried again, on the clock of performance.now()
 * @property {string | number | null} epoch null before the first join
 * @property {number} seq the last event this page has seen
 * @property {Entry[]} entries oldest first, at most `most_entries`
 * @property {Set<string> | null} members null where the room is too large to list them
 * @property {number} count
 */

/** What one page keeps of a room, and so the most messages in its document. */
export const most_entries = 500;

/** @param {string} name @returns {Room} */
export function new_room(name) {
  return {
    name, state: 'outside', reason: '', retry_at: 0, epoch: null, seq: 0, entries: [], members: new Set(), count: 0,
  };
}

/** @param {Room} room */
function trim(room) {
  if (room.entries.length > most_entries) room.entries.splice(0, room.entries.length - most_entries);
}

/** @param {Room} room @param {Said} said @returns {MessageEntry} */
function entry(room, { seq, from, text, at }) {
  return { kind: 'message', key: `${room.epoch}:${seq}`, seq, from, text, at };
}

/**
 * Merges the answer to a join: after a first join the last messages, after a reconnect what came in between.
 * @param {Room} room
 * @param {import('./protocol.js').Joined} frame
 * @returns {MessageEntry[]} what is new
 */
export function apply_joined(room, frame) {
  const known = room.epoch === frame.epoch;
  const first = frame.messages[0];
  // Nothing is missing where the server says so, or where what it sent reaches back to what is here already.
  const complete = known && ((frame.recovered === true && !frame.more) || (first !== undefined && first.seq <= room.seq + 1));
  const seen = known ? room.seq : -1;
  room.state = 'joined';
  room.epoch = frame.epoch;
  room.count = frame.count;
  room.members = frame.members ? new Set(frame.members) : null;
  const added = frame.messages.filter(({ seq }) => seq > seen).map((said) => entry(room, said));
  const missed = !complete && (!known || frame.seq > seen);
  if (missed && room.entries.length) room.entries.push({ kind: 'gap', key: `${frame.epoch}:gap:${frame.seq}` });
  room.entries.push(...added);
  room.seq = Math.max(seen, frame.seq, added.at(-1)?.seq ?? 0);
  trim(room);
  return added;
}

/**
 * @param {Room} room
 * @param {Said} said
 * @returns {MessageEntry | null} null when it is here already
 */
export function apply_message(room, said) {
  if (said.seq <= room.seq) return null;
  const added = entry(room, said);
  room.seq = said.seq;
  room.entries.push(added);
  trim(room);
  return added;
}

/**
 * One's own message that was stored while nobody listened: the room's later events never carry it again, so it takes
 * its place by `seq`.
 * @param {Room} room
 * @param {Said} said
 */
export function insert_own(room, said) {
  const added = entry(room, said);
  if (room.entries.some(({ key }) => key === added.key)) return;
  const after = room.entries.findIndex((other) => other.kind === 'message' && other.seq > said.seq &&
    other.key.startsWith(`${room.epoch}:`));
  room.entries.splice(after < 0 ? room.entries.length : after, 0, added);
  trim(room);
}

/**
 * A presence frame may repeat what is known: members are a set.
 * @param {Room} room
 * @param {import('./protocol.js').Presence} frame
 */
export function apply_presence(room, frame) {
  room.count = frame.count;
  if (!frame.joined && !frame.left) {
    room.members = null;  // too large by now to name everybody
    return;
  }
  room.members ??= new Set();  // small enough again, and then `joined` names everybody
  for (const name of frame.joined ?? []) room.members.add(name);
  for (const name of frame.left ?? []) room.members.delete(name);
}
