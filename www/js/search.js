// Searching what was said in the rooms one is in, and what stands around a message that was found.

import { element, part, say, stamp } from './elements.js';
import { paint, room_title } from './names.js';
import { counted, day_and_time } from './text.js';

/** @typedef {import('./protocol.js').Found} Found */
/** @typedef {import('./protocol.js').Said} Said */

const pause_ms = 300;
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
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let typing;
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

  /** @param {Found} [behind] the last one that is here: the next page */
  function look(behind) {
    const words = query.value.trim();
    if (!behind) list.replaceChildren();
    more.hidden = true;
    say(note, '');
    if (!words) return;
    const frame = {
      type: 'search', query: words, ...(here.checked && { room: state.current }),
      ...(behind && { before_at: behind.at, before_seq: behind.seq }),
    };
    chat.ask(frame, 'found', (page, reason) => {
      if (words !== query.value.trim()) return;  // something else was typed meanwhile
      if (!page) {
        say(note, reason);
        return;
      }
      list.append(...page.messages.map(row));
      last = page.messages.at(-1);
      more.hidden = !page.more;
      say(note, list.children.length ? '' : 'Nobody has said that here.');
    });
  }

  query.addEventListener('input', () => {
    clearTimeout(typing);
    typing = setTimeout(look, pause_ms);
  });
  here.addEventListener('change', () => look());
  more.addEventListener('click', () => look(last));
  part(dialog, 'form').addEventListener('submit', (event) => {
    event.preventDefault();
    clearTimeout(typing);
    look();
  });

  part(dialog, '.close').addEventListener('click', () => dialog.close());

  return () => {
    say(element('search-room', HTMLElement), room_title(state.current, state.user));
    list.replaceChildren();
    more.hidden = true;
    say(note, `${counted(state.rooms.size, 'room')} to look in`);
    dialog.showModal();
    query.select();
  };
}
