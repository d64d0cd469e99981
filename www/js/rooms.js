// The rail: rooms, oneself and the limits that hold here; and the two sheets on a small screen.

import { element, part, say, stamp } from './elements.js';
import { fill_disc } from './names.js';
import { limits_in_words } from './text.js';

/** @param {import('./store.js').Store} store */
export function create_rooms(store) {
  const rail = element('rooms', HTMLElement);
  const list = element('room-list', HTMLUListElement);

  function draw_rooms() {
    const names = [...store.state.rooms.keys()];
    const drawn = [...list.children].map((row) => part(row, '.room-label').textContent);
    if (names.join() !== drawn.join()) {
      list.replaceChildren(...names.map((name) => {
        const row = stamp('room-template');
        part(row, '.room-label').textContent = name;
        part(row, 'a', HTMLAnchorElement).href = `#${name}`;
        return row;
      }));
    }
    for (const link of list.querySelectorAll('a')) {
      if (link.hash === `#${store.state.current}`) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
    }
  }

  function draw_me() {
    const { user, limits } = store.state;
    fill_disc(element('me-disc', HTMLElement), user);
    say(element('me-name', HTMLElement), user);
    say(element('me-limits', HTMLElement), limits_in_words(limits));
  }

  list.addEventListener('click', (event) => {
    event.preventDefault();
    if (rail.matches(':popover-open')) rail.hidePopover();
    element('text', HTMLTextAreaElement).focus();
  });

  addEventListener('keydown', (event) => {
    if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || !store.state.user) return;
    event.preventDefault();
    if (getComputedStyle(rail).display === 'none') rail.showPopover();
    list.querySelector('a')?.focus();
  });

  // A sheet that stands open where there is room for a column would lie on top of it.
  for (const query of ['(min-width: 40em)', '(min-width: 65em)'])
    matchMedia(query).addEventListener('change', () => {
      for (const sheet of [rail, element('people', HTMLElement)])
        if (sheet.matches(':popover-open')) sheet.hidePopover();
    });

  store.on(['room', 'user'], draw_rooms);
  store.on(['user'], draw_me);
}
