// What happens between log-in and the end of it: frames from the server become changes of the store, one handler each.

import { create_connection } from './connection.js';
import { take_invitation } from './drafts.js';
import { create_errands } from './errands.js';
import { guarded } from './guard.js';
import { create_history } from './history.js';
import { create_joining } from './joining.js';
import { create_outbox } from './outbox.js';
import { create_place } from './place.js';
import { create_questions } from './questions.js';
import { create_reading } from './reading.js';
import {
  apply_joined, apply_message, apply_missed, apply_older, apply_presence, end_of_gap, front_of, give_up, leave, mute,
} from './room.js';
import { duration } from './text.js';

/** @typedef {import('./connection.js').Connection} Connection */
/** @typedef {import('./outbox.js').Outbox} Outbox */
/**
 * @typedef {object} Chat
 * @property {(user: string) => void} start
 * @property {() => void} stop
 * @property {Connection} connection
 * @property {Outbox} outbox
 * @property {(room: string) => void} join
 * @property {(room: string, invite?: string) => void} enter joins a room and shows it
 * @property {(room: string) => void} show
 * @property {(text: string) => void} notice something that went wrong, for some seconds
 * @property {() => void} follow_invitation the one that was in the page's address
 * @property {(room: string) => void} leave_room for good, in all tabs
 * @property {import('./questions.js').Questions['ask']} ask for a dialog
 * @property {(room: string, place: import('./history.js').Place, then: (page: import('./protocol.js').HistoryFrame | null) => void) => void} read
 *   a page of a room's log, without a change to what is shown
 * @property {(listener: (room: string, said: import('./room.js').MessageEntry) => void) => void} on_said a new message has come in, live
 * @property {(room: string, seq: number) => boolean} is_read here or in another tab
 * @property {(listener: (room: string, user: string) => void) => void} on_typing
 * @property {(room: string) => void} load_older what was said before the first message that is here
 * @property {(room: string, gap: string) => void} load_gap the end of what is missing there
 */

const notice_ms = 10_000;
const most_rooms = 90;

/**
 * @param {import('./store.js').Store} store
 * @param {() => void} on_unwelcome the server does not seem to know any more who this is
 * @param {(code: number, reason: string) => void} on_end only the user can come back
 * @returns {Chat}
 */
export function create_chat(store, on_unwelcome, on_end) {
  const { state } = store;
  /** @type {((room: string, said: import('./room.js').MessageEntry) => void)[]} */
  const on_said = [];
  /** @type {((room: string, user: string) => void)[]} */
  const on_typing = [];
  /** Rooms of which an older page is on its way. @type {Set<string>} */
  const loading = new Set();

  /** The answer to this question was for the connection's sake and counts nothing. */
  let probed = { room: '', after: 0 };

  const connection = create_connection({
    url: `wss://${location.host}/ws`,
    on_frame(frame) {
      const handle = /** @type {((frame: any) => void) | undefined} */ (handlers[frame.type]);
      handle?.(frame);
    },
    sign_of_life() {
      const room = store.shown();
      probed = { room: room?.name ?? state.home, after: room?.seq ?? 0 };
      return { type: 'unread', ...probed };
    },
    on_change(link) {
      state.link = link;
      if (link.state !== 'online') gone();
      store.changed('link');
    },
    on_unwelcome,
    on_end,
  });
  const history = create_history(connection.send, connection.restart);
  const questions = create_questions(connection.send);
  const errands = create_errands();
  const reading = create_reading(store, (room, after) => {
    errands.add(() => connection.send({ type: 'unread', room, after }));
  });
  const joining = create_joining(store, connection.send, forget_room);
  const place = create_place(store, joining.join, reading.look);
  const outbox = create_outbox(store, connection.send, { rejoin: joining.join, silence: connection.restart, tell: notice });

  /** Nothing that the connection carried holds any more. */
  function gone() {
    outbox.pause();
    history.pause();
    loading.clear();
    probed.room = '';
    joining.pause();
    errands.drop_all();
    state.warning = null;
    questions.refuse_all('The connection is lost.');
    for (const room of state.rooms.values()) leave(room);
    store.changed('room', 'warning');
  }

  /** @param {string} name */
  function forget_room(name) {
    joining.forget(name);
    state.rooms.delete(name);
    reading.forget(name);
    if (state.current === name) place.show_instead(state.home);
    else store.changed('room');
  }

  /** @param {import('./protocol.js').MessageFrame} frame */
  function event(frame) {
    const room = state.rooms.get(frame.room);
    if (!room) return;  // one has left it
    const all_added = apply_message(room, frame);
    const said = all_added.flatMap((added) => (added.kind === 'message' ? [added] : []));
    for (const added of said) {
      outbox.arrived(frame.room, added);
      const looks = !document.hidden && room.name === state.current;
      if (added.from !== state.user && !looks && !reading.is_read(room.name, added.seq)) ++room.unread;
    }
    if (!all_added.length) return;
    reading.look(room);
    store.changed('messages', 'unread', ...(frame.type === 'message' ? [] : /** @type {const} */ (['room'])));
    for (const added of said) for (const listener of on_said) guarded(listener, frame.room, added);
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
      state.home = frame.rooms[0] ?? '';
      const known = new Set([...state.rooms.keys(), ...frame.rooms, ...reading.load()]);
      store.changed('user');
      const invitation = take_invitation();
      if (invitation) enter(invitation.room, invitation.invite);
      else if (!state.current) place.begin(known);
      else if (store.shown()?.state !== 'unvisited') joining.join(state.current);
      known.delete(state.current);
      for (const name of [...known].slice(0, most_rooms)) {
        store.room(name);
        errands.add(() => {
          if (state.rooms.get(name)?.state === 'outside') joining.join(name);
        });
      }
    },

    /** @param {import('./protocol.js').Joined} frame */
    joined(frame) {
      const room = state.rooms.get(frame.room);
      if (!room) return;
      for (const said of apply_joined(room, frame)) outbox.arrived(frame.room, said);
      if (room.behind !== null) catch_up(room);
      else if (frame.recovered && frame.more) load_before(room, frame.seq + 1);
      joining.joined(frame.room);
      reading.look(room);
      if (room.name !== state.current || document.hidden) reading.count_unread(room);
      store.changed('room', 'messages', 'people');
      outbox.resume();
    },

    /** @param {import('./protocol.js').HistoryFrame} page */
    history(page) {
      history.arrived(page);
    },

    message: event,
    removed: event,
    room: event,

    /** @param {import('./protocol.js').Unread} frame */
    unread({ room: name, after, count }) {
      if (name === probed.room && after === probed.after) {
        probed.room = '';
        return;
      }
      const room = state.rooms.get(name);
      if (!room || (name === state.current && !document.hidden)) return;
      room.unread = count;
      store.changed('unread');
    },

    /** @param {import('./protocol.js').Standing} frame */
    standing({ room: name, role, muted_ms, by, reason }) {
      const room = state.rooms.get(name);
      if (!room) return;
      const promoted = role !== room.role;
      if (!promoted && !muted_ms && !room.muted_until) return;
      room.role = role;
      mute(room, muted_ms);
      const why = reason ? `: ${reason}` : '.';
      if (muted_ms) notice(`${by} has muted you in ${name} for ${duration(muted_ms)}${why}`);
      else notice(promoted ? `${by} has made you ${role === 'member' ? 'a member' : `the ${name} room’s ${role}`}${why}` : `You may speak in ${name} again.`);
      store.changed('room', 'messages');
      outbox.resume();
    },

    /** @param {import('./protocol.js').Left} frame */
    left({ room: name, by, banned, reason }) {
      const room = state.rooms.get(name);
      if (!room) return;
      if (by === state.user) {  // in another tab
        forget_room(name);
        return;
      }
      leave(room);
      room.state = 'refused';
      room.barred = banned;
      room.retry_at = 0;
      room.reason = `${by} has ${banned ? 'banned you from' : 'put you out of'} this room${reason ? `: ${reason}` : '.'}`;
      store.changed('room', 'messages', 'people', 'waiting');
    },

    /** @param {import('./protocol.js').Invited} frame */
    invited({ room: name }) {
      const room = state.rooms.get(name);
      if (room && (room.state === 'joined' || room.state === 'joining')) return;
      if (!room && state.rooms.size >= most_rooms) return;
      store.room(name);
      errands.add(() => joining.join(name));
    },

    /** @param {import('./protocol.js').Typing} frame */
    typing({ room, user }) {
      for (const listener of on_typing) guarded(listener, room, user);
    },

    found: questions.answered,
    rooms: questions.answered,
    settings: questions.answered,
    moderated: questions.answered,

    /** @param {import('./protocol.js').Ack} frame */
    ack(frame) {
      outbox.acknowledged(frame);
    },

    /** @param {import('./protocol.js').Presence} frame */
    presence(frame) {
      const room = state.rooms.get(frame.room);
      if (!room) return;
      apply_presence(room, frame);
      store.changed('people');
    },

    /** @param {import('./protocol.js').Warning} frame */
    warning({ kick_in_ms, active }) {
      state.warning = active || !kick_in_ms ? null : { until: performance.now() + kick_in_ms, total: kick_in_ms };
      store.changed('warning');
    },

    /** @param {import('./protocol.js').ErrorFrame} frame */
    error(frame) {
      errands.slow_down();
      if (frame.room === undefined && frame.id === undefined) {
        overlooked(frame);
        return;
      }
      if (outbox.failed(frame) || history.failed(frame)) return;
      const room = frame.room === undefined ? undefined : state.rooms.get(frame.room);
      if (room?.state === 'joining') joining.refused(room, frame);
      else questions.refused(frame);
    },
  };

  /**
   * A frame was refused without saying which one: whatever waits for an answer must not wait for ever.
   * @param {import('./protocol.js').ErrorFrame} error
   */
  function overlooked(error) {
    outbox.overlooked(error);
    if (error.code === 'rate_limited') {
      history.failed(error);
      joining.overlooked(error);
    }
    questions.overlooked(error);
  }

  // Whoever comes back to the page, or to the network, does not want to wait for the back-off, nor to take a path for
  // alive that has died meanwhile.
  function look_after_connection() {
    connection.try_now();
    connection.probe();
  }
  addEventListener('online', look_after_connection);
  addEventListener('offline', connection.probe);
  // The browser had put the page to sleep, or aside.
  document.addEventListener('resume', look_after_connection);
  addEventListener('pageshow', ({ persisted }) => persisted && look_after_connection());
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) return;
    look_after_connection();
    const room = store.shown();
    if (room) reading.look(room);
  });
  /** @param {string} text */
  function notice(text) {
    state.notice = text;
    store.changed('notice');
    setTimeout(() => {
      if (state.notice !== text) return;
      state.notice = '';
      store.changed('notice');
    }, notice_ms);
  }

  /** @param {string} name @param {string} [invite] */
  function enter(name, invite) {
    if (invite) joining.bring(name, invite);
    place.show(name);
  }

  return {
    connection,
    outbox,
    join: joining.join,
    enter,
    show: place.show,
    notice,
    leave_room(name) {
      if (state.rooms.get(name)?.state !== 'unvisited') connection.send({ type: 'leave', room: name, for_good: true });
      forget_room(name);
    },
    ask: questions.ask,
    read: history.ask,
    is_read: reading.is_read,
    on_said: (listener) => on_said.push(listener),
    on_typing: (listener) => on_typing.push(listener),
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
    follow_invitation() {
      const invitation = take_invitation();
      if (invitation) enter(invitation.room, invitation.invite);
    },
    stop() {
      for (const dialog of document.querySelectorAll('dialog[open]')) if (dialog instanceof HTMLDialogElement) dialog.close();
      connection.stop();
      joining.reset();
      reading.reset();
      outbox.pause();
      store.reset();
    },
  };
}
