// Searching what was said in the rooms one is in, and what stands around a message that was found.

import { element, part, say, stamp } from './elements.js';
import { create_lookup } from './lookup.js';
import { paint, room_title } from './names.js';
import { counted, day_and_time } from './text.js';

/** @typedef {import('./protocol.js').Found} Found */
/** @typedef {import('./protocol.js').Said} Said */

const around = 5;  // messages before and behind

/**
 * @param {import('./store.js').Store} store
 * @param {import('./chat.js').Chat} chat
 * @returns {() => void} opens it
 */
export function create_search(store, chat) {
  const { state } = store;
  const dialog = element('search', HTMLDialogElement);
  const query = element('search-query', HTMLInputElement);
  const here = element('search-here', HTMLInputElement);
  const list = element('search-list', HTMLUListElement);
  const note = element('search-note', HTMLElement);
  const more = element('search-more', HTMLButtonElement);
  /** Where the page begins that is looked for; undefined for the first. @type {Found | undefined} */
  let behind;
  /** @type {Found | undefined} */
  let last;

  /** The server sends the text in parts, of which every second one matched. @param {string[]} parts */
  function marked(parts) {
    return parts.map((text, place) => {
      if (place % 2 === 0) return document.createTextNode(text);
      const mark = document.createElement('mark');
      mark.textContent = text;
      return mark;
    });
  }

  /** @param {Found} found */
  function row(found) {
    const made = stamp('found-message-template');
    const name = part(made, '.name');
    paint(name, found.from);
    name.textContent = found.from;
    part(made, '.found-count').textContent = `${room_title(found.room, state.user)} · ${day_and_time(found.at)}`;
    part(made, '.found-text').replaceChildren(...marked(found.parts));
    const button = part(made, 'button', HTMLButtonElement);
    const context = part(made, '.context');
    button.addEventListener('click', () => {
      const opens = context.hidden;
      context.hidden = !opens;
      button.setAttribute('aria-expanded', String(opens));
      if (opens && !context.hasChildNodes()) surround(found, context);
    });
    return made;
  }

  /** @param {Found} found @param {HTMLElement} context */
  function surround({ room, seq }, context) {
    context.textContent = 'One moment…';
    chat.read(room, { before: seq + 1 }, (before) => {
      chat.read(room, { after: seq }, (behind) => {
        const said = [...(before?.messages.slice(-around - 1) ?? []), ...(behind?.messages.slice(0, around) ?? [])];
        if (!before || !behind) context.textContent = 'What was said around it cannot be had now.';
        else context.replaceChildren(...said.filter(({ from }) => from).map((other) => line(other, other.seq === seq)));
      });
    });
  }

  /** @param {Said} said @param {boolean} is_found */
  function line({ from = '', text = '', removed }, is_found) {
    const made = document.createElement('p');
    const name = document.createElement('b');
    paint(name, from);
    name.className = 'name';
    name.textContent = from;
    made.append(name, ` ${removed ? 'This message was removed' : text}`);
    if (is_found) made.className = 'is-found';
    return made;
  }

  const lookup = create_lookup({
    chat,
    type: 'found',
    question() {
      const words = query.value.trim();
      if (!words) return null;
      const next = behind && { before_at: behind.at, before_seq: behind.seq };
      return { type: 'search', query: words, ...(here.checked && { room: state.current }), ...next };
    },
    show_wait() {
      say(note, 'One moment…');
    },
    show(page, reason) {
      if (!behind) list.replaceChildren();
      more.hidden = !page?.more && !(behind && !page);
      if (!page) {
        say(note, reason || `${counted(state.rooms.size, 'room')} to look in`);
        return;
      }
      list.append(...page.messages.map(row));
      last = page.messages.at(-1) ?? last;
      say(note, list.children.length ? '' : 'Nobody has said that here.');
    },
  });

  /** From the newest on. @param {'now' | 'soon'} when */
  function look(when) {
    behind = undefined;
    lookup[when]();
  }

  query.addEventListener('input', () => look('soon'));
  here.addEventListener('change', () => look('now'));
  more.addEventListener('click', () => {
    behind = last;
    lookup.now();
  });
  part(dialog, 'form').addEventListener('submit', (event) => {
    event.preventDefault();
    look('now');
  });

  part(dialog, '.close').addEventListener('click', () => dialog.close());
  dialog.addEventListener('close', lookup.stop);

  // What was looked for the last time is looked for again: there may be more of it.
  return () => {
    say(element('search-room', HTMLElement), room_title(state.current, state.user));
    list.replaceChildren();
    more.hidden = true;
    dialog.showModal();
    query.select();
    look('now');
  };
}
