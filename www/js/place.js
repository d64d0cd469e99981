// Where one is: the room that is shown stands in the address, so that it can be bookmarked and the back button leads to the
// one before; and it is remembered for this tab, over a reload and a log-in.

import { load_place, save_place, take_wanted } from './drafts.js';

/**
 * @typedef {object} Place
 * @property {(known: Set<string>) => void} begin after log-in: where the address leads to, where one was before, or home
 * @property {(room: string) => void} show
 * @property {(room: string) => void} show_instead of the one that is shown, which the back button does not lead to
 */

const room_name = /^(?:[\w.-]{3,32}|@[\w.-]{3,32}:[\w.-]{3,32})$/;
/** What the log-in view has in the address. */
const views = new Set(['login', 'register']);

/** The room that the address names; empty where it names none. */
export function room_in_address() {
  const name = location.hash.slice(1).toLowerCase();
  return room_name.test(name) && !views.has(name) ? name : '';
}

/**
 * @param {import('./store.js').Store} store
 * @param {(room: string) => void} join
 * @param {(room: import('./room.js').Room) => void} look
 * @returns {Place}
 */
export function create_place(store, join, look) {
  const { state } = store;

  /** And will not be by itself: it goes out of the list with the look at it. @param {import('./room.js').Room} room */
  function was_never_in({ name, epoch, state: how }) {
    return name !== state.home && epoch === null && (how === 'unvisited' || how === 'refused');
  }

  /** @param {string} name @param {'pushState' | 'replaceState'} how */
  function go(name, how) {
    const before = store.shown();
    state.current = name;
    if (before && before.name !== name && was_never_in(before)) state.rooms.delete(before.name);
    save_place(state.user, name);
    if (location.hash !== `#${name}`) history[how](null, '', `#${name}`);
    const room = store.room(name);
    look(room);
    if (room.state === 'outside' || room.state === 'refused') join(name);
    store.changed('room', 'messages', 'people', 'waiting', 'unread');
  }

  /**
   * Nobody is taken into a room by an address that somebody else may have written.
   * @param {string} name
   * @param {'pushState' | 'replaceState'} how
   */
  function offer(name, how) {
    if (!state.rooms.has(name)) store.room(name).state = 'unvisited';
    go(name, how);
  }

  addEventListener('popstate', () => {
    if (!state.current || location.hash.startsWith('#join=')) return;
    offer(room_in_address() || state.home, 'replaceState');
  });

  return {
    begin(known) {
      const wanted = take_wanted();
      const last = load_place(state.user);
      if (wanted && !known.has(wanted)) offer(wanted, 'replaceState');
      else go(wanted || (known.has(last) ? last : state.home), 'replaceState');
    },
    show: (name) => go(name, 'pushState'),
    show_instead: (name) => go(name, 'replaceState'),
  };
}
