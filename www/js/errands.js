// What can wait while one is coming in, done one after the other: joins of rooms that nobody looks at, and what was
// missed in them.

/**
 * @typedef {object} Errands
 * @property {(errand: () => void) => void} add
 * @property {() => void} slow_down something was refused: there may be more of that
 * @property {() => void} drop_all
 */

// docs/protocol.md: so many frames of one socket, and of them so many refused, are too many.
const errand_ms = 150;
const errand_after_refusal_ms = 700;

/** @returns {Errands} */
export function create_errands() {
  /** @type {(() => void)[]} */
  let waiting = [];
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let next;

  function run() {
    waiting.shift()?.();
    next = waiting.length ? setTimeout(run, errand_ms) : undefined;
  }

  return {
    add(errand) {
      waiting.push(errand);
      next ??= setTimeout(run, errand_ms);
    },
    slow_down() {
      if (!waiting.length) return;
      clearTimeout(next);
      next = setTimeout(run, errand_after_refusal_ms);
    },
    drop_all() {
      clearTimeout(next);
      next = undefined;
      waiting = [];
    },
  };
}
