// Staying: tells the server that somebody is here, and shows the bar that asks whether one is.

import { count_down } from './countdown.js';
import { element, say } from './elements.js';
import { after_press } from './press.js';
import { duration } from './text.js';

// docs/protocol.md: at most one `activity` every few seconds.
const every_ms = 5_000;
// The last two come alone from dictation, an emoji panel, a menu's Paste, and what helps people to click.
const signs = ['pointermove', 'pointerdown', 'keydown', 'touchstart', 'wheel', 'input', 'click'];
// A hand that was on its way to the button still finds the bar, and nothing beneath it.
const lingers_ms = 500;

/**
 * @param {import('./store.js').Store} store
 * @param {import('./chat.js').Chat} chat
 */
export function create_idle(store, chat) {
  const { state } = store;
  const bar = element('staying', HTMLElement);
  const title = element('staying-title', HTMLElement);
  const words = element('staying-words', HTMLElement);
  const spoken = element('staying-text', HTMLElement);
  const button = element('staying-button', HTMLButtonElement);
  const drain = element('staying-drain', HTMLElement);
  const text = element('text', HTMLTextAreaElement);
  const home = element('list', HTMLElement);
  let last_sent = -Infinity;
  let last_place = '';
  let stop_counting = () => {};
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let lingering;

  function counts_input() {
    return state.limits.activity === 'input' && state.limits.kick_after_ms > 0;
  }

  /** Often enough for a short idle time, seldom enough for the server. */
  function pause_between() {
    return Math.min(every_ms, (state.limits.warn_after_ms || state.limits.kick_after_ms) / 2);
  }

  /** @param {Event} event */
  function sign(event) {
    if (!state.user || !counts_input()) return;
    if (event instanceof PointerEvent && event.type === 'pointermove') {
      // Browsers report a move when the page moves under a pointer that rests; that is nobody.
      const place = `${event.screenX},${event.screenY}`;
      if (place === last_place) return;
      last_place = place;
    }
    const now = performance.now();
    if (!state.warning && now - last_sent < pause_between()) return;
    if (chat.connection.send({ type: 'activity' })) {
      last_sent = now;
      // The answer is on its way; until then one sign is enough.
      if (state.warning) call_off();
    }
  }

  /** What lies over everything else; the rest of the page is out of reach meanwhile, and silent. */
  function on_top() {
    return [...document.querySelectorAll('dialog:modal, :popover-open')].at(-1);
  }

  /** The bar stands where it can be seen, heard and reached. */
  function place() {
    const over = on_top();
    if (bar.parentElement === (over ?? home)) return;
    (over ?? home).append(bar);
  }

  /** The focus does not go down with the bar. */
  function save_focus() {
    if (!bar.contains(document.activeElement)) return;
    const controls = [...on_top()?.querySelectorAll('input, button:enabled, a') ?? []];
    const near = controls.find((one) => one.checkVisibility() && !bar.contains(one));
    (near instanceof HTMLElement ? near : text).focus();
  }

  function call_off() {
    state.warning = null;
    store.changed('warning');
  }

  function stay() {
    if (state.warning && counts_input()) {
      chat.connection.send({ type: 'activity' });
      last_sent = performance.now();
      call_off();
    } else if (state.warning) {
      chat.outbox.submit(state.current, '👋');
      if (!on_top()) text.focus();
    }
  }

  function go() {
    if (state.warning) return;
    save_focus();
    bar.hidden = true;
  }

  function draw() {
    stop_counting();
    clearTimeout(lingering);
    const { warning } = state;
    if (!warning) {
      save_focus();
      spoken.textContent = '';
      const stays = state.user && state.link.state === 'online';
      if (stays && !bar.hidden) {
        say(title, 'Good, you stay.');
        say(words, '');
      }
      lingering = setTimeout(() => after_press(go), stays ? lingers_ms : 0);
      return;
    }
    place();
    const input = counts_input();
    const left = warning.until - performance.now();
    say(title, input ? 'Still there?' : 'So quiet?');
    say(button, input ? 'I’m here' : 'Wave 👋');
    const ask = input ? 'Move, or press a key, to stay.' : 'Only a message keeps you in.';
    say(spoken, `You will be logged out in ${duration(left)}. ${ask}`);
    drain.style.setProperty('--kick-in', `${Math.max(0, left)}ms`);
    drain.style.setProperty('--drain-from', String(Math.max(0, left) / warning.total));
    bar.hidden = false;
    stop_counting = count_down(warning.until, 1000, (rest) => {
      words.textContent = input
        ? `This room lets you go in ${duration(rest)}.`
        : `Only a message keeps you in: ${duration(rest)} left.`;
    });
  }

  for (const type of signs) addEventListener(type, sign, { passive: true, capture: true });
  button.addEventListener('click', stay);
  // Where a dialog or a sheet opens or closes meanwhile, the bar goes along.
  const moved = new MutationObserver(() => !bar.hidden && place());
  for (const dialog of document.querySelectorAll('dialog')) moved.observe(dialog, { attributeFilter: ['open'] });
  document.addEventListener('toggle', () => !bar.hidden && place(), { capture: true });
  store.on(['warning', 'user'], draw);
}
