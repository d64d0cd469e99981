// Time that runs down in front of somebody's eyes.

/**
 * Calls `show` with the milliseconds left, now and at every step, and `done` once when nothing is left.
 * @param {number} until on the clock of performance.now()
 * @param {number} step milliseconds
 * @param {(left: number) => void} show
 * @param {() => void} [done]
 * @returns {() => void} stops it
 */
export function count_down(until, step, show, done) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  function tick() {
    const left = until - performance.now();
    show(Math.max(0, left));
    if (left <= 0) done?.();
    // Wake where the number shown changes, not a whole step after this call happened to run.
    else timer = setTimeout(tick, left % step || step);
  }
  tick();
  return () => clearTimeout(timer);
}
