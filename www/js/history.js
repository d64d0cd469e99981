// Pages of what was said before: what one missed, what a gap hides, what lies further back. One page at a time, as the
// server wants it.

import { guarded } from './guard.js';

/** @typedef {import('./protocol.js').HistoryFrame} HistoryFrame */
/** @typedef {{after: number} | {before: number}} Place */
/**
 * @typedef {object} History
 * @property {(room: string, place: Place, then: (page: HistoryFrame | null) => void) => void} ask  null: it cannot be had
 * @property {(page: HistoryFrame) => void} arrived
 * @property {(error: import('./protocol.js').ErrorFrame) => boolean} failed true when it answered one of these
 * @property {() => void} pause the connection is gone, and with it what was asked
 */

const page_size = 100;
const pause_ms = 2_000;
const answer_within_ms = 8_000;
const most_tries = 3;
/** How the server may refuse a page. */
const answers = new Set(['rate_limited', 'unavailable', 'not_member', 'no_such_room']);

/**
 * @param {(frame: object) => boolean} send
 * @param {() => void} silence the server does not answer any more
 * @returns {History}
 */
export function create_history(send, silence) {
  /** @type {{room: string, place: Place, then: (page: HistoryFrame | null) => void, sent: boolean, tries: number}[]} */
  let asked = [];
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let deadline;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  function pump() {
    const next = asked[0];
    if (!next || next.sent) return;
    next.sent = send({ type: 'history', room: next.room, ...next.place, limit: page_size });
    clearTimeout(deadline);
    if (next.sent) deadline = setTimeout(silence, answer_within_ms);
  }

  /** @param {HistoryFrame | null} page */
  function answer(page) {
    clearTimeout(deadline);
    const answered = asked.shift();
    if (answered) guarded(answered.then, page);
    pump();
  }

  return {
    ask(room, place, then) {
      asked.push({ room, place, then, sent: false, tries: 0 });
      pump();
    },

    arrived(page) {
      const answered = asked[0];
      if (answered?.sent && answered.room === page.room) answer(page);
    },

    failed({ id, room, code, retry_after_ms }) {
      const refused = asked[0];
      // Without a room: so many frames were sent that this one was not looked at.
      const is_ours = refused?.sent && id === undefined && answers.has(code) && (refused.room === room || (!room && code === 'rate_limited'));
      if (!is_ours) return false;
      if (code !== 'rate_limited' && (code !== 'unavailable' || ++refused.tries === most_tries)) {
        answer(null);
        return true;
      }
      refused.sent = false;
      clearTimeout(deadline);
      clearTimeout(timer);
      timer = setTimeout(pump, retry_after_ms ?? pause_ms);
      return true;
    },

    pause() {
      clearTimeout(timer);
      clearTimeout(deadline);
      asked = [];
    },
  };
}
