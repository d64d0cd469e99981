// One room as this page knows it: what was said in it, who is there. Plain data and the changes to it.

import { duration } from './text.js';

/** @typedef {import('./state.js').Room} Room */
/** @typedef {import('./state.js').Entry} Entry */
/** @typedef {import('./state.js').LogEntry} LogEntry */
/** @typedef {import('./state.js').MessageEntry} MessageEntry */
/** @typedef {import('./protocol.js').Said} Said */

/** What one page keeps of a room, and so the most messages in its document. */
export const most_entries = 500;
// Who missed more than this sees a gap, and the newest behind it.
const most_to_catch_up = 300;
const most_held = 500;

/** @param {string} name @returns {Room} */
export function new_room(name) {
  return {
    name, state: 'outside', reason: '', retry_at: 0, epoch: null, seq: 0, entries: [], more: false,
    behind: null, held: [], members: new Set(), count: 0,
    view: { topic: '', private: false, capacity: 0, slow_mode_ms: 0 }, role: 'member', muted_until: 0, barred: false, unread: 0,
    free_at: 0,
  };
}

/** @param {Room} room */
function trim(room) {
  if (room.entries.length <= most_entries) return;
  room.entries.splice(0, room.entries.length - most_entries);
  while (room.entries[0]?.kind === 'gap') room.entries.shift();
  room.more = true;
}

/** @param {Room} room @param {Entry} other @returns {other is LogEntry} */
export function is_of_epoch(room, other) {
  return other.kind !== 'gap' && other.key.startsWith(`${room.epoch}:`);
}

/** The connection is gone: what was heard beyond a hole is not kept, since a new join tells it again. @param {Room} room */
export function leave(room) {
  if (room.state !== 'unvisited') room.state = 'outside';
  room.behind = null;
  room.held = [];
}

/** @param {Room} room @param {number} milliseconds 0: not any more */
export function mute(room, milliseconds) {
  room.muted_until = milliseconds ? performance.now() + milliseconds : 0;
}

/** @param {Room} room */
export function is_muted(room) {
  return room.muted_until > performance.now();
}

/** Whether one is not in, and will not be by itself. @param {Room} room */
export function is_shut(room) {
  return room.state === 'refused' || room.state === 'unvisited';
}

/** The messages of others since one spoke last, as far as they are here. @param {Room} room @param {string} user */
export function unanswered(room, user) {
  let count = 0;
  for (let i = room.entries.length - 1; i >= 0; --i) {
    const entry = room.entries[i];
    if (entry?.kind !== 'message') continue;
    if (entry.from === user) break;
    ++count;
  }
  return count;
}

/** The messages of others after this seq, as far as they are here. @param {Room} room @param {number} seq @param {string} user */
export function said_after(room, seq, user) {
  return room.entries.filter((entry) => is_of_epoch(room, entry) && entry.seq > seq && entry.kind === 'message' && entry.from !== user).length;
}

/** What was done, in a sentence. @param {Said} event */
function in_words({ type, by = '', reason, topic, private: is_private, capacity, slow_mode_ms }) {
  if (type === 'removed') return `${by} removed a message${reason ? `: ${reason}` : ''}`;
  const changes = [];
  if (topic !== undefined) changes.push(topic ? `the topic: ${topic}` : 'no topic');
  if (is_private !== undefined) changes.push(is_private ? 'the room to private' : 'the room to public');
  if (capacity !== undefined) changes.push(`the seats to ${capacity}`);
  if (slow_mode_ms !== undefined) changes.push(slow_mode_ms ? `slow mode to ${duration(slow_mode_ms)}` : 'slow mode off');
  return `${by} set ${changes.join(', ')}`;
}

/** @param {Room} room @param {Said} said @returns {LogEntry} */
function entry(room, said) {
  const { type, seq, at, from = '', text = '', removed = false } = said;
  const key = `${room.epoch}:${seq}`;
  if (type === 'removed' || type === 'room') return { kind: 'event', key, seq, at, from: '', text: in_words(said) };
  return { kind: 'message', key, seq, at, from, text, removed };
}

/** Takes the text out of what was removed, where it is here. @param {Room} room @param {Said} said */
function blank(room, said) {
  if (said.type !== 'removed') return;
  const gone = room.entries.find((other) => is_of_epoch(room, other) && other.seq === said.target);
  if (gone?.kind === 'message') Object.assign(gone, { text: '', removed: true });
}

/** What a new event does to what is here already. @param {Room} room @param {Said} said */
function take_effect(room, said) {
  blank(room, said);
  if (said.type === 'room') {
    const { topic, private: is_private, capacity, slow_mode_ms } = said;
    for (const [name, value] of Object.entries({ topic, private: is_private, capacity, slow_mode_ms }))
      if (value !== undefined) Object.assign(room.view, { [name]: value });
  }
}

/**
 * Merges the answer to a join: after a first join the last messages, after a reconnect what came in between.
 * @param {Room} room
 * @param {import('./protocol.js').Joined} frame
 * @returns {LogEntry[]} what is new
 */
export function apply_joined(room, frame) {
  // A room that counts less than this page has seen was put back from a backup.
  const known = room.epoch === frame.epoch && frame.seq >= room.seq;
  if (!known && room.epoch === frame.epoch) room.entries = [];
  room.behind = null;
  room.held = [];
  const first = frame.messages[0];
  // Nothing is missing where the server says so, or where what it sent reaches back to what is here already.
  const partly = frame.recovered === true && frame.more === true;
  const complete = known && !partly && (frame.recovered === true || (first !== undefined && first.seq <= room.seq + 1));
  const seen = known ? room.seq : -1;
  const catches_up = partly && frame.seq - seen <= most_to_catch_up;
  room.state = 'joined';
  room.epoch = frame.epoch;
  room.count = frame.count;
  room.members = frame.members ? new Set(frame.members) : null;
  room.role = frame.role;
  mute(room, frame.muted_ms ?? 0);
  room.barred = false;
  if (known) for (const said of frame.messages) take_effect(room, said);
  const { topic, owner, private: is_private, capacity, slow_mode_ms } = frame;
  room.view = { topic, owner, private: is_private, capacity, slow_mode_ms };
  const added = frame.messages.filter(({ seq }) => seq > seen).map((said) => entry(room, said));
  if (catches_up) {
    room.entries.push(...added);
    room.seq = added.at(-1)?.seq ?? seen;
    room.behind = frame.seq;
    trim(room);
    return added;
  }
  // What comes behind a gap are the newest: the ones that a recovery begins with are further back.
  const newest = partly ? [] : added;
  if (!known && room.entries.length) {
    room.more = false;  // what lies before the old entries cannot be asked for
    const again = new Set(added.map(({ at, from, text }) => `${at} ${from} ${text}`));
    room.entries = room.entries.filter((old) => old.kind === 'gap' || !again.has(`${old.at} ${old.from} ${old.text}`));
  }
  const missed = !complete && (!known || frame.seq > seen);
  if (!room.entries.length) room.more = frame.more === true || newest.length < added.length;
  else if (missed)
    room.entries.push({ kind: 'gap', key: `${frame.epoch}:gap:${frame.seq}`, loads: frame.more === true });
  room.entries.push(...newest);
  room.seq = Math.max(seen, frame.seq, newest.at(-1)?.seq ?? 0);
  trim(room);
  return newest;
}

/**
 * One more page of what was missed. `behind` is null when it was the last.
 * @param {Room} room
 * @param {import('./protocol.js').HistoryFrame} page
 * @returns {LogEntry[]} what is new
 */
export function apply_missed(room, page) {
  if (room.behind === null) return [];
  const until = room.behind;
  const missed = page.messages.filter(({ seq }) => seq > room.seq && seq <= until);
  for (const said of missed) take_effect(room, said);
  const added = missed.map((said) => entry(room, said));
  if (!page.complete) room.entries.push({ kind: 'gap', key: `${room.epoch}:gap:${room.seq}`, loads: false });
  room.entries.push(...added);
  room.seq = added.at(-1)?.seq ?? room.seq;
  if (!page.more || !added.length || room.seq >= until) added.push(...release(room, until));
  trim(room);
  return added;
}

/**
 * What was missed could not be had: a gap stands for it, and the room goes on.
 * @param {Room} room
 * @returns {LogEntry[]} what is new
 */
export function give_up(room) {
  if (room.behind === null) return [];
  room.entries.push({ kind: 'gap', key: `${room.epoch}:gap:${room.seq}`, loads: true });
  return release(room, room.behind);
}

/** Has caught up: what was held is shown. @param {Room} room @param {number} until @returns {LogEntry[]} */
function release(room, until) {
  room.seq = Math.max(room.seq, until);
  room.behind = null;
  return room.held.splice(0).flatMap((said) => apply_message(room, said));
}

/**
 * A page of what was said before `before`, into its place: at the front, or behind a gap, which it may close.
 * @param {Room} room
 * @param {number} before
 * @param {import('./protocol.js').HistoryFrame} page
 */
export function apply_older(room, before, page) {
  const found = room.entries.findIndex((other) => is_of_epoch(room, other) && other.seq >= before);
  const place = found < 0 ? room.entries.length : found;
  const gap = room.entries[place - 1];
  const reaches = room.entries.slice(0, place).filter((other) => is_of_epoch(room, other)).at(-1)?.seq ?? -1;
  // How the room was set then is not how it is set now.
  for (const said of page.messages) blank(room, said);
  const new_here = page.messages.filter(({ seq }) => seq > reaches && seq < before);
  const closed = new_here.length < page.messages.length;
  const added = new_here.slice(-Math.max(most_entries - room.entries.length, 1)).map((said) => entry(room, said));
  if (place === 0) room.more = page.more || added.length < new_here.length;
  room.entries.splice(place, 0, ...added);
  if (gap?.kind !== 'gap') return;
  if (closed && added.length === new_here.length) room.entries.splice(place - 1, 1);
  else gap.loads = page.more || closed;
}

/**
 * Where a page before the first message that is here ends; null where there is none to be had, or no room for it.
 * @param {Room} room
 */
export function front_of(room) {
  const first = room.entries[0];
  const has_room = room.entries.length < most_entries;
  return room.more && has_room && first && is_of_epoch(room, first) ? first.seq : null;
}

/** Where a gap ends: the seq of the first message behind it. @param {Room} room @param {string} key */
export function end_of_gap(room, key) {
  const place = room.entries.findIndex((other) => other.key === key);
  const next = room.entries.slice(place + 1).find((other) => is_of_epoch(room, other));
  return next && is_of_epoch(room, next) ? next.seq : room.seq + 1;
}

/**
 * @param {Room} room
 * @param {Said} said
 * @returns {LogEntry[]} what is new: nothing when it is here already, more than it where it came too soon to be caught up with
 */
export function apply_message(room, said) {
  if (said.seq <= room.seq) return [];
  const released = [];
  if (room.behind !== null) {
    if (room.held.length < most_held) {
      room.held.push(said);
      return [];
    }
    released.push(...give_up(room));
  }
  take_effect(room, said);
  const added = entry(room, said);
  room.seq = said.seq;
  room.entries.push(added);
  trim(room);
  return [...released, added];
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
  const after = room.entries.findIndex((other) => is_of_epoch(room, other) && other.seq > said.seq);
  const place = after < 0 ? room.entries.length : after;
  // Beyond what is here it comes with what is around it, and alone it would hide that something is missing there.
  if (place === 0 ? room.more : room.entries[place - 1]?.kind === 'gap') return;
  room.entries.splice(place, 0, added);
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
