// One's own messages between the Enter key and the room: kept, sent one at a time at the pace the server allows, sent
// again under the same id after a drop (the server knows an id it has stored), never lost and never shown twice.

import { load_waiting, save_waiting } from './drafts.js';
import { room_title } from './names.js';
import { insert_own, is_muted, mute } from './room.js';

/** @typedef {import('./store.js').Waiting} Waiting */
/**
 * @typedef {object} Outbox
 * @property {() => void} load what a reload or a kick has left over of this user
 * @property {(room: string, text: string) => boolean} submit false when too many wait already
 * @property {(id: string) => string} take back a message for editing or for nothing
 * @property {() => void} resume the room was joined: what was under way goes out again
 * @property {(frame: import('./protocol.js').Ack) => void} acknowledged
 * @property {(frame: import('./protocol.js').ErrorFrame) => boolean} failed true when it answered one of these
 * @property {(frame: import('./protocol.js').ErrorFrame) => void} overlooked a frame was refused unread, and nobody knows which
 * @property {(room: string, said: {seq: number, from?: string, text?: string}) => void} arrived
 * @property {(item: Waiting) => number} goes_out_at on the clock of performance.now(); Infinity while offline
 * @property {() => void} pause the connection is gone: nothing is sent, nothing is expected
 */

export const most_waiting = 10;
const answer_within_ms = 8_000;
const longest_timer_ms = 2 ** 31 - 1;
const most_tries = 3;
const unavailable_pause_ms = 2_000;
// What is older is not sent by itself any more: the conversation has moved on.
const outbox_lasts_ms = 10 * 60_000;
// What is wrong with a frame itself: sent again it would be refused again.
const faulty = new Set(['bad_json', 'bad_field', 'unknown_type', 'too_long']);
// What waiting or joining again cures; everything else is refused for good.
const passing = new Set(['rate_limited', 'throttled', 'unavailable', 'not_member']);

/** @param {string} id @param {string} room @param {string} text @returns {Waiting} */
function new_item(id, room, text) {
  return { id, room, text, at: Date.now(), state: 'waiting', seq: 0, reason: '', hidden: false, sent_on: -1, tries: 0 };
}

/** @param {unknown} kept @returns {Waiting[]} */
function revived(kept) {
  if (!Array.isArray(kept)) return [];
  return kept.slice(0, most_waiting).flatMap((one) => {
    const { id, room, text, at, state, reason } = one ?? {};
    if (typeof id !== 'string' || typeof room !== 'string' || typeof text !== 'string') return [];
    /** @type {Waiting} */
    const item = { ...new_item(id, room, text), at: Number(at) || Date.now() };
    if (state === 'sent') item.state = state;
    if (state === 'refused') Object.assign(item, { state, reason: String(reason || 'It was not sent.') });
    return [item];
  });
}

/**
 * @param {import('./store.js').Store} store
 * @param {(frame: object) => boolean} send
 * @param {object} trouble
 * @param {(room: string) => void} trouble.rejoin
 * @param {() => void} trouble.silence the server does not answer any more
 * @param {(text: string) => void} trouble.tell what happened where one does not look
 * @returns {Outbox}
 */
export function create_outbox(store, send, { rejoin, silence, tell }) {
  const { state } = store;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let deadline;
  let connections = 0;

  /** @param {string} id */
  const find = (id) => state.waiting.find((item) => item.id === id);
  /** @param {Waiting} item */
  const drop = (item) => {
    state.waiting = state.waiting.filter((other) => other !== item);
  };
  /** @param {Waiting} item */
  const can_go = (item) => {
    const room = state.rooms.get(item.room);
    return state.link.state === 'online' && room?.state === 'joined' && !is_muted(room);
  };

  function changed() {
    save_waiting(state.user, state.waiting.filter((item) => item.state !== 'stored'));
    store.changed('waiting');
  }

  /** For the user, or for a room that is slower. @param {{free_at: number}} whose @param {number} milliseconds */
  function cool_down(whose, milliseconds) {
    whose.free_at = performance.now() + milliseconds;
  }

  /** Between two messages of this room. @param {string} name */
  function pace(name) {
    const room = state.rooms.get(name);
    return Math.max(state.limits.message_interval_ms, room?.role === 'member' ? room.view.slow_mode_ms : 0);
  }

  /** @param {Waiting} item */
  function free_at(item) {
    return Math.max(state.free_at, state.rooms.get(item.room)?.free_at ?? 0);
  }

  /** The one that may go first; the ones of a room keep their order. */
  function next_to_go() {
    /** @type {Waiting | undefined} */
    let next;
    for (const item of state.waiting)
      if (item.state === 'waiting' && can_go(item) && (!next || free_at(item) < free_at(next))) next = item;
    return next;
  }

  /** Sends the next one, if one may go now, and sees to it that the one after is thought of. */
  function pump() {
    clearTimeout(timer);
    if (state.waiting.some((item) => item.state === 'sent' && item.sent_on === connections)) return;
    const next = next_to_go();
    if (!next) {
      wait_for_mutes();
      return;
    }
    const wait = free_at(next) - performance.now();
    if (wait > 0) {
      timer = setTimeout(pump, wait);
      return;
    }
    if (!send({ type: 'message', room: next.room, text: next.text, id: next.id })) return;
    Object.assign(next, { state: 'sent', sent_on: connections });
    clearTimeout(deadline);
    deadline = setTimeout(() => unanswered(next), answer_within_ms);
    changed();
  }

  /** What waits while one is muted goes out when that is over, if it has not become too old. */
  function wait_for_mutes() {
    const ends = state.waiting.map(({ room }) => state.rooms.get(room)?.muted_until ?? 0).filter((until) => until > performance.now());
    if (ends.length) timer = setTimeout(resume, Math.min(longest_timer_ms, Math.min(...ends) - performance.now() + 1));
  }

  function resume() {
    for (const item of state.waiting) {
      if (item.state === 'sent' && item.sent_on !== connections) item.state = 'waiting';
      // One that looks stored already is asked for again: the server knows its id.
      if (item.state === 'waiting' && can_go(item) && !item.hidden && Date.now() - item.at > outbox_lasts_ms)
        Object.assign(item, { state: 'refused', reason: 'This waited too long to be sent by itself.' });
    }
    pump();
    changed();
  }

  /** @param {Waiting} item @param {string} reason */
  function refuse(item, reason) {
    Object.assign(item, { state: 'refused', reason, hidden: false });
    if (item.room !== state.current) tell(`A message in ${room_title(item.room, state.user)} was not sent: ${reason}`);
  }

  /** One message that is never answered may not hold up the others. @param {Waiting} item */
  function unanswered(item) {
    if (++item.tries >= most_tries) {
      refuse(item, `The server has not answered, ${most_tries} times over.`);
      changed();
    }
    silence();
  }

  /** Waits, and goes out again. @param {Waiting} item @param {{free_at: number}} whose @param {number} wait */
  function postpone(item, whose, wait) {
    Object.assign(item, { state: 'waiting', hidden: false });
    cool_down(whose, wait);
  }

  return {
    load() {
      state.waiting = revived(load_waiting(state.user));
      changed();
    },

    submit(room, text) {
      if (state.waiting.filter((item) => item.state !== 'stored').length >= most_waiting) return false;
      state.waiting.push(new_item(crypto.randomUUID(), room, text));
      pump();
      changed();
      return true;
    },

    take(id) {
      const item = find(id);
      if (!item) return '';
      drop(item);
      changed();
      return item.text;
    },

    resume,

    acknowledged({ id, room: name, seq }) {
      const item = find(id);
      if (!item) return;
      clearTimeout(deadline);
      const room = store.room(name);
      // The room has passed this event already: it was stored before the drop, and will not be told again.
      if (seq <= room.seq) {
        insert_own(room, { seq, from: state.user, text: item.text, at: item.at });
        drop(item);
        store.changed('messages');
      } else {
        Object.assign(item, { state: 'stored', seq, hidden: false });
      }
      cool_down(state, state.limits.message_interval_ms);
      cool_down(room, pace(name));
      pump();
      changed();
    },

    failed({ id, code, message, retry_after_ms }) {
      const item = id === undefined ? undefined : find(id);
      if (!item) return false;
      clearTimeout(deadline);
      if (passing.has(code)) {
        const wait = retry_after_ms ?? (code === 'unavailable' ? unavailable_pause_ms : state.limits.message_interval_ms);
        // Longer than one's own pace is the room's: the others may be spoken in meanwhile.
        postpone(item, code === 'rate_limited' && wait > state.limits.message_interval_ms ? store.room(item.room) : state, wait);
        if (code === 'not_member') rejoin(item.room);
      } else {
        refuse(item, message);
        if (code === 'muted') mute(store.room(item.room), retry_after_ms ?? 0);
      }
      pump();
      changed();
      return true;
    },

    overlooked({ code, message, retry_after_ms = unavailable_pause_ms }) {
      const item = state.waiting.find(({ state: how, sent_on }) => how === 'sent' && sent_on === connections);
      if (!item || (code !== 'rate_limited' && !faulty.has(code))) return;
      clearTimeout(deadline);
      // Should it have been another frame that was refused, then the acknowledgement is on its way and puts this right.
      if (faulty.has(code)) refuse(item, message);
      else postpone(item, state, retry_after_ms);
      pump();
      changed();
    },

    arrived(name, said) {
      if (said.from !== state.user) return;
      const stored = state.waiting.find((item) => item.state === 'stored' && item.room === name && item.seq === said.seq);
      if (stored) {
        drop(stored);
        changed();
        return;
      }
      const alike = state.waiting.find((item) => item.state === 'sent' && item.room === name && item.text === said.text);
      if (alike) alike.hidden = true;
    },

    goes_out_at(item) {
      if (!can_go(item)) return Infinity;
      const waiting = state.waiting.filter((other) => other.state === 'waiting');
      const before = waiting.slice(0, waiting.indexOf(item));
      const same = before.filter(({ room }) => room === item.room).length;
      const queue = Math.max(same * pace(item.room), before.length * state.limits.message_interval_ms);
      return Math.max(performance.now(), free_at(item)) + queue;
    },

    pause() {
      ++connections;
      clearTimeout(timer);
      clearTimeout(deadline);
    },
  };
}
