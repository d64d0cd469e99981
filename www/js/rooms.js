// The rail: rooms, oneself and the limits that hold here; and the two sheets on a small screen.

import { element, part, say, stamp } from './elements.js';
import { fill_disc, room_title } from './names.js';
import { confirmed } from './confirm.js';
import { limits_in_words } from './text.js';
import { short } from './unread.js';

const by_name = new Intl.Collator(undefined, { sensitivity: 'base', numeric: true });

/**
 * @param {import('./store.js').Store} store
 * @param {import('./chat.js').Chat} chat
 */
export function create_rooms(store, chat) {
  const { state } = store;
  const rail = element('rooms', HTMLElement);
  const list = element('room-list', HTMLUListElement);
  /** @type {Map<string, HTMLElement>} */
  const rows = new Map();

  /** @param {string} name */
  function row(name) {
    const made = stamp('room-template');
    const title = room_title(name, state.user);
    part(made, '.room-label').textContent = title;
    part(made, 'a', HTMLAnchorElement).href = `#${name}`;
    const leave = part(made, 'button', HTMLButtonElement);
    leave.hidden = name === state.home;
    leave.setAttribute('aria-label', `Leave ${title}`);
    leave.addEventListener('click', (click) => {
      // Into a private room one does not come back by oneself.
      if (state.rooms.get(name)?.view.private && !name.startsWith('@') && !confirmed(click, leave, 'Leave it?')) return;
      chat.leave_room(name);
    });
    return made;
  }

  /** The same after every reload: home first, then by name, the rooms of two behind them. */
  function in_order() {
    /** @param {string} name */
    const rank = (name) => (name === state.home ? 0 : name.startsWith('@') ? 2 : 1);
    return [...state.rooms.keys()].sort((a, b) => rank(a) - rank(b)
      || by_name.compare(room_title(a, state.user), room_title(b, state.user)));
  }

  function draw_rooms() {
    const names = in_order();
    if (names.join() !== [...rows.keys()].join()) {
      rows.clear();
      for (const name of names) rows.set(name, row(name));
      list.replaceChildren(...rows.values());
    }
    for (const [name, made] of rows) {
      const link = part(made, 'a', HTMLAnchorElement);
      if (name === state.current) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
      const { unread = 0 } = state.rooms.get(name) ?? {};
      const badge = part(made, '.badge');
      badge.hidden = unread === 0;
      say(badge, short(unread));
      say(part(made, '.badge-words'), unread ? ' unread' : '');
    }
  }

  function draw_me() {
    const { user, limits } = state;
    fill_disc(element('me-disc', HTMLElement), user);
    say(element('me-name', HTMLElement), user);
    say(element('me-limits', HTMLElement), limits_in_words(limits));
  }

  list.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (!link) return;
    event.preventDefault();
    if (rail.matches(':popover-open')) rail.hidePopover();
    chat.show(link.hash.slice(1));
    element('text', HTMLTextAreaElement).focus();
  });

  addEventListener('keydown', (event) => {
    if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || !state.user) return;
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

  store.on(['room', 'user', 'unread'], draw_rooms);
  store.on(['user'], draw_me);
}
