// The header and the line under it: where one is, and how the connection does.

import { count_down } from './countdown.js';
import { element, say } from './elements.js';
import { room_title } from './names.js';
import { after_press } from './press.js';
import { counted, duration } from './text.js';

// A hiccup that is over sooner than this is not worth a line that comes and goes.
const patience_ms = 400;

/** @param {import('./store.js').State} state */
function trouble(state) {
  const { link, waiting } = state;
  const stay = waiting.some((item) => item.state === 'waiting' || item.state === 'sent')
    ? ` ${counted(waiting.length, 'message waits', 'messages wait')} here.` : '';
  switch (link.cause) {
    case 'restarting': return `The server is restarting.${stay}`;
    case 'busy': return `The server is busy right now.${stay}`;
    case 'too_many': return `Parley is open in too many places as ${state.user}. Close one.${stay}`;
    case 'too_slow': return `The connection could not keep up.${stay}`;
    default: break;
  }
  if (!navigator.onLine) return `You are offline.${stay}`;
  if (link.cause) return `The connection is lost.${stay}`;
  return 'Connecting…';
}

/**
 * @param {import('./store.js').Store} store
 * @param {import('./chat.js').Chat} chat
 * @param {() => void} leave
 */
export function create_header(store, chat, leave) {
  const name = element('room-name', HTMLElement);
  const topic = element('room-topic', HTMLElement);
  const link = element('link', HTMLElement);
  const link_text = element('link-text', HTMLElement);
  const line = element('status', HTMLElement);
  const text = element('status-text', HTMLElement);
  const time = element('status-time', HTMLElement);
  const retry = element('status-retry', HTMLButtonElement);
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let patience;
  let stop_counting = () => {};

  element('leave', HTMLButtonElement).addEventListener('click', leave);
  retry.addEventListener('click', () => {
    chat.connection.try_now();
    element('text', HTMLTextAreaElement).focus();
  });

  function draw_notice() {
    const { state } = store;
    if (state.link.state !== 'online' && state.link.state !== 'off') return;  // it broke again meanwhile
    line.hidden = !state.notice;
    say(text, state.notice);
    time.textContent = '';
    retry.hidden = true;
  }

  function draw_line() {
    stop_counting();
    const { state } = store;
    const online = state.link.state === 'online';
    if (online || state.link.state === 'off') {
      clearTimeout(patience);
      patience = undefined;
      after_press(draw_notice);
      return;
    }
    patience ??= setTimeout(() => {
      line.hidden = false;
      draw_line();
    }, patience_ms);
    if (line.hidden) return;
    say(text, trouble(state));
    retry.hidden = false;
    if (state.link.state !== 'waiting') {
      time.textContent = 'Trying now…';
      return;
    }
    stop_counting = count_down(state.link.retry_at, 1000, (left) => {
      time.textContent = left >= 1000 ? `Next try in ${duration(left)}.` : 'Trying now…';
    });
  }

  function draw() {
    const { link: { state } } = store.state;
    link.dataset.state = state;
    say(link_text, state === 'online' ? 'Connected' : 'Not connected');
    draw_line();
  }

  store.on(['link', 'waiting', 'notice'], draw);
  const settings = element('settings-button', HTMLButtonElement);
  store.on(['room', 'user'], () => {
    const { current, user } = store.state;
    const shown = store.shown();
    settings.hidden = shown?.state !== 'joined' || shown.role === 'member' || current.startsWith('@');
    say(name, current ? room_title(current, user) : 'Parley');
    say(topic, store.shown()?.view.topic ?? '');
  });
}
