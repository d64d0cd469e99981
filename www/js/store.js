// The one place where the page's state lives. Views read it, draw from it, and are told which part has changed.

import { new_room } from './room.js';

/** @typedef {import('./room.js').Room} Room */
/** @typedef {'user' | 'link' | 'room' | 'messages' | 'people' | 'waiting' | 'warning' | 'notice' | 'unread'} Topic */
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
/**
 * @typedef {object} Store
 * @property {State} state
 * @property {(topics: Topic[], listener: () => void) => void} on
 * @property {(...topics: Topic[]) => void} changed
 * @property {(name: string) => Room} room the one of this name, made where there is none
 * @property {() => Room | undefined} shown
 * @property {() => void} reset back to nobody
 */

/** @returns {State} */
function nobody() {
  return {
    user: '',
    limits: {
      message_length: 50, message_interval_ms: 1000, frame_size: 16384, warn_after_ms: 0, kick_after_ms: 0,
      activity: 'input',
    },
    link: { state: 'off', cause: null, retry_at: 0 },
    rooms: new Map(),
    current: '',
    home: '',
    waiting: [],
    free_at: 0,
    warning: null,
    notice: '',
  };
}

/** @returns {Store} */
export function create_store() {
  /** @type {Map<Topic, Set<() => void>>} */
  const listeners = new Map();
  const state = nobody();

  /** @type {Store['changed']} */
  function changed(...topics) {
    const told = new Set();
    for (const topic of topics)
      for (const listener of listeners.get(topic) ?? [])
        if (!told.has(listener)) {
          told.add(listener);
          listener();
        }
  }

  return {
    state,
    changed,
    on(topics, listener) {
      for (const topic of topics) listeners.set(topic, (listeners.get(topic) ?? new Set()).add(listener));
    },
    room(name) {
      const room = state.rooms.get(name) ?? new_room(name);
      state.rooms.set(name, room);
      return room;
    },
    shown() {
      return state.rooms.get(state.current);
    },
    reset() {
      Object.assign(state, nobody());
      changed('user', 'link', 'room', 'messages', 'people', 'waiting', 'warning', 'notice');
    },
  };
}
