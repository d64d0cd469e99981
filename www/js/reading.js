// How far each room was read, in this tab and the others, and how much in it is unread.

import { concerns_rooms, load_rooms, save_rooms } from './drafts.js';
import { said_after, unanswered } from './room.js';

/** @typedef {import('./room.js').Room} Room */
/**
 * @typedef {object} Reading
 * @property {() => string[]} load the rooms that this user has read in
 * @property {(room: Room) => void} look where one looks at it: all in it is read
 * @property {(room: string, seq: number) => boolean} is_read here or in another tab
 * @property {(room: Room) => void} count_unread what was said since one looked, where that is known
 * @property {(room: string) => void} forget
 * @property {() => void} reset
 */

/**
 * @param {import('./store.js').Store} store
 * @param {(room: string, after: number) => void} ask how much was said after a message
 * @returns {Reading}
 */
export function create_reading(store, ask) {
  const { state } = store;
  /** @type {ReturnType<typeof load_rooms>} */
  let read = {};

  /** @param {Room} room */
  function note(room) {
    const seen = read[room.name];
    // Another tab may be further.
    const seq = seen?.epoch === room.epoch ? Math.max(seen.seq, room.seq) : room.seq;
    read[room.name] = { epoch: room.epoch, seq };
    save_rooms(state.user, read);
  }

  // What was read in one tab is read in all.
  addEventListener('storage', (change) => {
    if (!concerns_rooms(state.user, change)) return;
    read = load_rooms(state.user);
    for (const [name, { epoch, seq }] of Object.entries(read)) {
      const room = state.rooms.get(name);
      if (room?.unread && room.epoch === epoch) room.unread = Math.min(room.unread, said_after(room, seq, state.user));
    }
    store.changed('unread');
  });

  return {
    load() {
      read = load_rooms(state.user);
      return Object.keys(read);
    },
    look(room) {
      const is_seen = room.name === state.current && !document.hidden;
      if (!is_seen || room.state !== 'joined') return;
      room.unread = 0;
      note(room);
      store.changed('unread');
    },
    is_read(name, seq) {
      const seen = read[name];
      return seen !== undefined && seen.epoch === state.rooms.get(name)?.epoch && seen.seq >= seq;
    },
    count_unread(room) {
      const seen = read[room.name];
      if (seen && seen.epoch === room.epoch) {
        if (seen.seq < room.seq) ask(room.name, seen.seq);
        return;
      }
      if (room.name.startsWith('@')) {
        // Somebody may have written for the first time.
        room.unread = unanswered(room, state.user);
        store.changed('unread');
        if (room.unread) return;
      }
      note(room);
    },
    forget(name) {
      delete read[name];
      save_rooms(state.user, read);
    },
    reset() {
      read = {};
    },
  };
}
