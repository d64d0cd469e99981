// What one has missed: in the title, on the icon, and on the button that leads to the rooms on a small screen.

import { element, say } from './elements.js';
import { room_title } from './names.js';

const most_shown = 99;

/** @param {import('./store.js').Store} store */
export function create_unread(store) {
  const icon = element('favicon', HTMLLinkElement);
  const badge = element('rooms-badge', HTMLElement);
  const { state } = store;

  function draw() {
    let all = 0;
    let elsewhere = 0;
    for (const { name, unread } of state.rooms.values()) {
      all += unread;
      if (name !== state.current) elsewhere += unread;
    }
    const room = state.user && state.current ? `${room_title(state.current, state.user).replace('# ', '')} · Parley` : 'Parley';
    const title = all ? `(${short(all)}) ${room}` : room;
    if (document.title !== title) document.title = title;
    const file = all ? '/favicon-unread.svg' : '/favicon.svg';
    if (icon.getAttribute('href') !== file) icon.setAttribute('href', file);
    badge.hidden = elsewhere === 0;
    say(badge, short(elsewhere));
    say(element('rooms-unread', HTMLElement), elsewhere ? `, ${elsewhere} unread` : '');
  }

  store.on(['unread', 'user', 'room'], draw);
}

/** A number that fits a small place. @param {number} count */
export function short(count) {
  return count > most_shown ? `${most_shown}+` : String(count);
}
