// The one place where the page's state lives. Views read it, draw from it, and are told which part has changed.

import { guarded } from './guard.js';
import { new_room } from './room.js';

/** @typedef {import('./room.js').Room} Room */
/** @typedef {'user' | 'link' | 'room' | 'messages' | 'people' | 'waiting' | 'warning' | 'notice' | 'unread'} Topic */
/** @typedef {import('./state.js').State} State */
/** @typedef {import('./state.js').Waiting} Waiting */
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
          guarded(listener);
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
