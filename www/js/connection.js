// The socket, and coming back by itself. It knows close codes and back-off, and nothing of rooms or views.

import { comes_back, lost_cause } from './close_codes.js';

/** @typedef {import('./protocol.js').ServerFrame} ServerFrame */
/**
 * @typedef {object} Link
 * @property {'off' | 'connecting' | 'online' | 'waiting'} state
 * @property {import('./close_codes.js').LostCause | null} cause why it is not online, once it has been
 * @property {number} retry_at on the clock of performance.now(), while waiting
 */
/**
 * @typedef {object} Connection
 * @property {() => void} start
 * @property {() => void} stop
 * @property {() => void} try_now
 * @property {() => void} probe asks for a sign of life, and gives up on a socket that gives none
 * @property {() => void} restart gives up on a socket that no longer answers
 * @property {(frame: object) => boolean} send false when there is nobody to send to
 */

const first_delay_ms = 250;
const longest_delay_ms = 10_000;
const welcome_within_ms = 10_000;
// With a cookie the server speaks first; where it is silent so long, it does not know who this is.
const welcome_soon_ms = 2_000;
// A path that is dead says nothing, and neither does the browser for minutes.
const alive_within_ms = 4_000;
// A connection that did not last this long is no proof that the trouble is over.
const steady_after_ms = 5_000;

/**
 * Exponential with full jitter: after a restart a thousand pages must not knock at the same moment.
 * @param {number} attempt from 0
 * @param {number} [chance] 0 to 1
 */
export function backoff(attempt, chance = Math.random()) {
  return chance * Math.min(longest_delay_ms, first_delay_ms * 2 ** Math.min(attempt, 16));
}

/**
 * What the server wants to be spared from, on top of the back-off.
 * @param {import('./close_codes.js').LostCause} cause
 */
function least_delay(cause) {
  return cause === 'too_many' || cause === 'busy' ? 3_000 : 0;
}

/**
 * Half a pair of surrogates, which a cut or an input method may leave behind, is no character to the server.
 * @param {object} frame
 */
function to_json(frame) {
  return JSON.stringify(frame, (_, value) => (typeof value === 'string' ? value.replace(/\p{Surrogate}/gu, '\ufffd') : value));
}

/**
 * @param {object} options
 * @param {string} options.url
 * @param {(frame: ServerFrame) => void} options.on_frame
 * @param {() => object} options.sign_of_life a frame that the server answers, whatever it says
 * @param {(link: Link) => void} options.on_change
 * @param {() => void} options.on_unwelcome a socket was opened, and the server has not said that one is logged in
 * @param {(code: number, reason: string) => void} options.on_end closed, and only the user can come back
 * @returns {Connection}
 */
export function create_connection({ url, on_frame, sign_of_life, on_change, on_unwelcome, on_end }) {
  /** @type {WebSocket | null} */
  let socket = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let unwelcome;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let probing;
  /** @type {Link} */
  let link = { state: 'off', cause: null, retry_at: 0 };
  let attempt = 0;
  let welcomed_at = 0;

  /** @param {Partial<Link>} change */
  function become(change) {
    link = { ...link, ...change };
    on_change(link);
  }

  function open() {
    clearTimeout(timer);
    const mine = new WebSocket(url, 'parley.v1');
    socket = mine;
    // After the deadline, or once another socket has taken over, nothing that this one says counts any more.
    timer = setTimeout(() => lost(mine, 1006, ''), welcome_within_ms);
    mine.onopen = () => {
      if (mine === socket) unwelcome = setTimeout(on_unwelcome, welcome_soon_ms);
    };
    mine.onmessage = ({ data }) => {
      if (mine === socket) receive(data);
    };
    mine.onclose = ({ code, reason }) => lost(mine, code, reason);
    become({ state: 'connecting' });
  }

  /** @param {unknown} data */
  function receive(data) {
    if (typeof data !== 'string') return;
    end_probe();
    /** @type {ServerFrame} */
    const frame = JSON.parse(data);
    if (frame.type === 'welcome') {
      clearTimeout(timer);
      clearTimeout(unwelcome);
      welcomed_at = performance.now();
      become({ state: 'online', cause: null });
    }
    on_frame(frame);
  }

  function end_probe() {
    clearTimeout(probing);
    probing = undefined;
  }

  /** @param {object} frame */
  function send(frame) {
    if (link.state !== 'online' || socket?.readyState !== WebSocket.OPEN) return false;
    socket.send(to_json(frame));
    return true;
  }

  function restart() {
    if (socket) lost(socket, 1006, '');
  }

  /** @param {WebSocket} mine @param {number} code @param {string} reason */
  function lost(mine, code, reason) {
    if (mine !== socket) return;
    socket = null;
    clearTimeout(timer);
    clearTimeout(unwelcome);
    end_probe();
    mine.close();
    if (link.state === 'online' && performance.now() - welcomed_at > steady_after_ms) attempt = 0;
    if (!comes_back(code)) {
      become({ state: 'off' });
      on_end(code, reason);
      return;
    }
    // A plain 1006 after a reason that was given (1012, say) is the same trouble going on.
    const cause = code === 1006 && link.cause ? link.cause : lost_cause(code);
    const delay = least_delay(cause) + backoff(attempt++);
    timer = setTimeout(open, delay);
    become({ state: 'waiting', cause, retry_at: performance.now() + delay });
  }

  return {
    start() {
      attempt = 0;
      open();
    },
    stop() {
      clearTimeout(timer);
      clearTimeout(unwelcome);
      end_probe();
      const last = socket;
      socket = null;
      last?.close(1000);
      link = { state: 'off', cause: null, retry_at: 0 };
    },
    try_now() {
      if (link.state === 'waiting') open();
    },
    probe() {
      if (probing === undefined && send(sign_of_life())) probing = setTimeout(restart, alive_within_ms);
    },
    restart,
    send,
  };
}
