// A question that follows what somebody types: one at a time, the next when the last is answered, and not before the
// server wants it.

const pause_ms = 250;

/**
 * @typedef {object} Lookup
 * @property {() => void} soon something was typed
 * @property {() => void} now
 * @property {() => void} stop
 */

/**
 * @param {object} options
 * @param {import('./chat.js').Chat} options.chat
 * @param {string} options.type of the answer
 * @param {() => {type: string, room?: string} | null} options.question as things stand now; null: nothing is to be asked
 * @param {(answer: any, reason: string) => void} options.show the answer, or null and why there is none
 * @param {() => void} options.show_wait the server wants a pause; the question is asked behind it
 * @returns {Lookup}
 */
export function create_lookup({ chat, type, question, show, show_wait }) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let asked = 0;     // the number of the question that is under way, or was the last
  let busy = false;
  let stale = false; // something else was typed since

  /** @param {number} delay */
  function later(delay) {
    clearTimeout(timer);
    timer = setTimeout(now, delay);
  }

  function now() {
    clearTimeout(timer);
    if (busy) {
      stale = true;
      return;
    }
    const frame = question();
    if (!frame) {
      show(null, '');
      return;
    }
    busy = true;
    stale = false;
    const mine = ++asked;
    chat.ask(frame, type, (answer, reason, retry_after_ms) => {
      if (mine !== asked) return;
      if (!answer && retry_after_ms) {
        show_wait();
        timer = setTimeout(() => {
          busy = false;
          now();
        }, retry_after_ms);
        return;
      }
      busy = false;
      if (stale) now();
      else show(answer, reason);
    });
  }

  return {
    soon: () => (busy ? now() : later(pause_ms)),
    now,
    stop() {
      clearTimeout(timer);
      ++asked;
      busy = false;
    },
  };
}
