// What one has missed while looking elsewhere, in the title and on the icon.

import { element } from './elements.js';
import { room_title } from './names.js';

/** @param {import('./store.js').Store} store */
export function create_unread(store) {
  const icon = element('favicon', HTMLLinkElement);
  const { state } = store;
  let last_seen = '';

  /** The key of the newest entry. */
  function newest() {
    return store.shown()?.entries.at(-1)?.key ?? '';
  }

  function unread() {
    const entries = store.shown()?.entries ?? [];
    let count = 0;
    for (let i = entries.length - 1; i >= 0; --i) {
      const entry = entries[i];
      if (!entry || entry.key === last_seen) break;
      if (entry.kind === 'message' && entry.from !== state.user) ++count;
    }
    return count;
  }

  function draw() {
    if (!document.hidden || !last_seen) last_seen = newest();
    const count = document.hidden ? unread() : 0;
    const room = state.user && state.current ? `${room_title(state.current, state.user).replace('# ', '')} · Parley` : 'Parley';
    const title = count ? `(${count}) ${room}` : room;
    if (document.title !== title) document.title = title;
    const file = count ? '/favicon-unread.svg' : '/favicon.svg';
    if (icon.getAttribute('href') !== file) icon.setAttribute('href', file);
  }

  store.on(['messages', 'user', 'room'], draw);
  document.addEventListener('visibilitychange', draw);
}
