// What happens between log-in and the end of it: frames from the server become changes of the store, one handler each.

import { create_connection } from './connection.js';
import { create_history } from './history.js';
import { create_outbox } from './outbox.js';
import {
  apply_joined, apply_message, apply_missed, apply_older, apply_presence, end_of_gap, front_of, give_up, leave,
} from './room.js';

/** @typedef {import('./connection.js').Connection} Connection */
/** @typedef {import('./outbox.js').Outbox} Outbox */
/**
 * @typedef {object} Chat
 * @property {(user: string) => void} start
 * @property {() => void} stop
 * @property {Connection} connection
 * @property {Outbox} outbox
 * @property {(room: string) => void} join
 * @property {(room: string) => void} load_older what was said before the first message that is here
 * @property {(room: string, gap: string) => void} load_gap the end of what is missing there
 */

// A full room is asked again now and then, not all at once.
const knock_again_ms = 10_000;

/**
 * @param {import('./store.js').Store} store
 * @param {(code: number, reason: string) => void} on_end only the user can come back
 * @returns {Chat}
 */
export function create_chat(store, on_end) {
  const { state } = store;
  /** @type {Map<string, ReturnType<typeof setTimeout>>} */
  const knocking = new Map();
  /** Rooms of which an older page is on its way. @type {Set<string>} */
  const loading = new Set();

  const connection = create_connection({
    url: `wss://${location.host}/ws`,
    on_frame(frame) {
      const handle = /** @type {((frame: any) => void) | undefined} */ (handlers[frame.type]);
      handle?.(frame);
    },
    on_change(link) {
      state.link = link;
      if (link.state !== 'online') gone();
      store.changed('link');
    },
    on_end,
  });
  const history = create_history(connection.send, connection.restart);
  const outbox = create_outbox(store, connection.send, { rejoin: join, silence: connection.restart });

  /** Nothing that the connection carried holds any more. */
  function gone() {
    outbox.pause();
    history.pause();
    loading.clear();
    stop_knocking();
    state.warning = null;
    for (const room of state.rooms.values()) leave(room);
    store.changed('room', 'warning');
  }

  function stop_knocking() {
    for (const timer of knocking.values()) clearTimeout(timer);
    knocking.clear();
  }

  /** @param {string} name */
  function join(name) {
    clearTimeout(knocking.get(name));
    const room = store.room(name);
    const since = room.epoch === null ? {} : { after: room.seq, epoch: room.epoch };
    if (connection.send({ type: 'join', room: name, ...since })) room.state = 'joining';
    store.changed('room');
  }

  /** @param {import('./room.js').Room} room */
  function catch_up(room) {
    history.ask(room.name, { after: room.seq }, (page) => {
      for (const said of page ? apply_missed(room, page) : give_up(room)) outbox.arrived(room.name, said);
      store.changed('messages');
      if (room.behind !== null) catch_up(room);
    });
  }

  /** @param {import('./room.js').Room} room @param {number} before */
  function load_before(room, before) {
    if (loading.has(room.name)) return;
    loading.add(room.name);
    history.ask(room.name, { before }, (page) => {
      loading.delete(room.name);
      if (!page) return;
      apply_older(room, before, page);
      for (const said of page.messages) outbox.arrived(room.name, said);
      store.changed('messages');
    });
  }

  /** @type {{[type: string]: (frame: any) => void}} */
  const handlers = {
    /** @param {import('./protocol.js').Welcome} frame */
    welcome(frame) {
      // Somebody else has logged in from this browser meanwhile; nothing of the one before may stay on the page.
      if (frame.user !== state.user) {
        connection.stop();
        location.reload();
        return;
      }
      state.limits = frame.limits;
      state.current ||= frame.rooms[0] ?? '';
      store.changed('user');
      for (const name of new Set([...frame.rooms, ...state.rooms.keys()])) join(name);
    },

    /** @param {import('./protocol.js').Joined} frame */
    joined(frame) {
      const room = store.room(frame.room);
      for (const said of apply_joined(room, frame)) outbox.arrived(frame.room, said);
      if (room.behind !== null) catch_up(room);
      else if (frame.recovered && frame.more) load_before(room, frame.seq + 1);
      store.changed('room', 'messages', 'people');
      outbox.resume();
    },

    /** @param {import('./protocol.js').HistoryFrame} page */
    history(page) {
      history.arrived(page);
    },

    /** @param {import('./protocol.js').MessageFrame} frame */
    message(frame) {
      if (!apply_message(store.room(frame.room), frame)) return;
      outbox.arrived(frame.room, frame);
      store.changed('messages');
    },

    /** @param {import('./protocol.js').Ack} frame */
    ack(frame) {
      outbox.acknowledged(frame);
    },

    /** @param {import('./protocol.js').Presence} frame */
    presence(frame) {
      apply_presence(store.room(frame.room), frame);
      store.changed('people');
    },

    /** @param {import('./protocol.js').Warning} frame */
    warning({ kick_in_ms, active }) {
      state.warning = active || !kick_in_ms ? null : { until: performance.now() + kick_in_ms, total: kick_in_ms };
      store.changed('warning');
    },

    /** @param {import('./protocol.js').ErrorFrame} frame */
    error(frame) {
      if (outbox.failed(frame) || history.failed(frame)) return;
      const room = frame.room === undefined ? undefined : state.rooms.get(frame.room);
      if (room?.state === 'joining') not_joined(room, frame);
    },
  };

  /** @param {import('./room.js').Room} room @param {import('./protocol.js').ErrorFrame} error */
  function not_joined(room, { code, message, retry_after_ms }) {
    room.reason = message;
    room.state = code === 'room_full' ? 'full' : 'refused';
    if (code === 'room_full' || code === 'unavailable' || retry_after_ms) {
      const wait = retry_after_ms ?? knock_again_ms * (0.75 + Math.random() / 2);
      room.retry_at = performance.now() + wait;
      knocking.set(room.name, setTimeout(() => join(room.name), wait));
    }
    store.changed('room');
  }

  // Whoever comes back to the page, or to the network, does not want to wait for the back-off.
  addEventListener('online', connection.try_now);
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) connection.try_now();
  });

  return {
    connection,
    outbox,
    join,
    load_older(name) {
      const room = state.rooms.get(name);
      const front = room?.state === 'joined' ? front_of(room) : null;
      if (room && front !== null) load_before(room, front);
    },
    load_gap(name, gap) {
      const room = state.rooms.get(name);
      if (room?.state === 'joined') load_before(room, end_of_gap(room, gap));
    },
    start(user) {
      state.user = user;
      outbox.load();
      store.changed('user');
      connection.start();
    },
    stop() {
      connection.stop();
      outbox.pause();
      stop_knocking();
      store.reset();
    },
  };
}
