// Getting into rooms: joins with their invitations, and knocking again where that may help.

/** @typedef {import('./room.js').Room} Room */
/** @typedef {import('./protocol.js').ErrorFrame} ErrorFrame */
/**
 * @typedef {object} Joining
 * @property {(room: string) => void} join
 * @property {(room: string, invite: string) => void} bring an invitation, which goes with the next joins
 * @property {(room: string) => void} joined
 * @property {(room: Room, error: ErrorFrame) => void} refused
 * @property {(error: ErrorFrame) => void} overlooked something was refused unread, and may have been a join
 * @property {(room: string) => void} forget
 * @property {() => void} pause the connection is gone: nobody knocks
 * @property {() => void} reset
 */

// A full room is asked again now and then, not all at once.
const knock_again_ms = 10_000;
// Asked again, the server would say the same.
const final = new Set(['forbidden', 'no_such_room', 'no_such_user', 'bad_field']);

/**
 * @param {import('./store.js').Store} store
 * @param {(frame: object) => boolean} send
 * @param {(room: string) => void} on_vanished a room that one remembers is not there any more
 * @returns {Joining}
 */
export function create_joining(store, send, on_vanished) {
  const { state } = store;
  /** @type {Map<string, ReturnType<typeof setTimeout>>} */
  const knocking = new Map();
  /** @type {Map<string, string>} */
  const invites = new Map();

  /** @param {string} name */
  function join(name) {
    clearTimeout(knocking.get(name));
    const room = store.room(name);
    const since = room.epoch === null ? {} : { after: room.seq, epoch: room.epoch };
    const invite = invites.has(name) ? { invite: invites.get(name) } : {};
    if (send({ type: 'join', room: name, ...since, ...invite })) room.state = 'joining';
    store.changed('room');
  }

  /** @param {Room} room @param {number} wait */
  function knock(room, wait) {
    room.reason = room.reason.replace(/ Try again\b.*$/, '');  // the page does
    room.retry_at = performance.now() + wait;
    clearTimeout(knocking.get(room.name));
    knocking.set(room.name, setTimeout(() => join(room.name), wait));
  }

  function pause() {
    for (const timer of knocking.values()) clearTimeout(timer);
    knocking.clear();
  }

  return {
    join,
    bring: (name, invite) => invites.set(name, invite),
    joined(name) {
      invites.delete(name);
      clearTimeout(knocking.get(name));
    },
    refused(room, { code, message, retry_after_ms }) {
      // What one remembers and may not enter any more is not asked for again.
      if (code === 'no_such_room' && room.name !== state.home && room.name !== state.current) {
        on_vanished(room.name);
        return;
      }
      room.reason = message;
      room.state = code === 'room_full' ? 'full' : 'refused';
      room.barred = final.has(code);
      room.retry_at = 0;
      if (code === 'room_full' || code === 'unavailable' || retry_after_ms)
        knock(room, retry_after_ms ?? knock_again_ms * (0.75 + Math.random() / 2));
      store.changed('room');
    },
    overlooked({ retry_after_ms = knock_again_ms }) {
      // To join twice does no harm.
      for (const room of state.rooms.values()) if (room.state === 'joining') knock(room, retry_after_ms);
    },
    forget(name) {
      clearTimeout(knocking.get(name));
      knocking.delete(name);
    },
    pause,
    reset() {
      pause();
      invites.clear();
    },
  };
}
