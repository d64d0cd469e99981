// Finding a room and making one, in one dialog; and the invitation of a private room that was just made.

import { invitation_link } from './drafts.js';
import { copy, element, part, say, stamp } from './elements.js';
import { create_lookup } from './lookup.js';
import { room_title } from './names.js';
import { counted } from './text.js';

/**
 * @param {import('./store.js').Store} store
 * @param {import('./chat.js').Chat} chat
 * @returns {() => void} opens it
 */
export function create_finder(store, chat) {
  const dialog = element('finder', HTMLDialogElement);
  const query = element('finder-query', HTMLInputElement);
  const list = element('finder-list', HTMLUListElement);
  const note = element('finder-note', HTMLElement);
  const form = element('maker', HTMLFormElement);
  const name = element('maker-name', HTMLInputElement);
  const error = element('maker-error', HTMLElement);
  const invitation = element('invitation', HTMLElement);
  const link = element('invitation-link', HTMLInputElement);
  const more = element('finder-more', HTMLButtonElement);
  /** The page that is looked for comes after this one; undefined for the first. @type {string | undefined} */
  let after;
  /** @type {string | undefined} */
  let next;

  /** @param {import('./protocol.js').Listed} room */
  function row({ room, topic, count, capacity, private: is_private }) {
    const made = stamp('found-room-template');
    part(made, '.found-name').textContent = room_title(room, store.state.user);
    part(made, '.found-topic').textContent = topic;
    part(made, '.found-count').textContent = `${is_private ? 'private · ' : ''}${capacity ? `${count}/${capacity}` : count} in`;
    part(made, 'button').addEventListener('click', () => enter(room));
    return made;
  }

  const lookup = create_lookup({
    chat,
    type: 'rooms',
    question: () => ({ type: 'rooms', query: query.value.trim(), ...(after && { after }) }),
    show_wait() {
      say(note, 'One moment…');
    },
    show(listing, reason) {
      const rows = (listing?.rooms ?? []).map(row);
      if (after) list.append(...rows);
      else list.replaceChildren(...rows);
      if (listing) next = listing.next;
      more.hidden = !next;
      say(note, reason || counted(list.childElementCount, 'room') + (next ? ' so far' : ''));
    },
  });

  /** From the first page on. @param {'now' | 'soon'} when */
  function look(when) {
    after = next = undefined;
    lookup[when]();
  }

  /** @param {string} room @param {string} [invite] */
  function enter(room, invite) {
    dialog.close();
    chat.enter(room, invite);
  }

  /** @param {string} message */
  function refuse(message) {
    error.hidden = !message;
    say(error, message);
    name.setAttribute('aria-invalid', String(message !== ''));
  }

  query.addEventListener('input', () => look('soon'));
  more.addEventListener('click', () => {
    after = next;
    lookup.now();
  });
  dialog.addEventListener('close', lookup.stop);

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const room = name.value.trim().toLowerCase();
    const frame = {
      type: 'create', room, topic: element('maker-topic', HTMLInputElement).value.trim(),
      private: element('maker-private', HTMLInputElement).checked,
    };
    chat.ask(frame, 'settings', (made, reason) => {
      refuse(reason);
      if (!made) {
        name.focus();
        return;
      }
      form.reset();
      if (!made.invite) {
        enter(made.room);
        return;
      }
      chat.enter(made.room);
      show_invitation(made.room, made.invite);
    });
  });

  /** @param {string} room @param {string} code */
  function show_invitation(room, code) {
    form.hidden = true;
    invitation.hidden = false;
    link.value = invitation_link(room, code);
    link.select();
  }

  element('invitation-copy', HTMLButtonElement).addEventListener('click', () => {
    copy(link);
  });
  for (const button of dialog.querySelectorAll('.close')) button.addEventListener('click', () => dialog.close());

  return () => {
    refuse('');
    form.hidden = false;
    invitation.hidden = true;
    query.value = '';
    list.replaceChildren();
    more.hidden = true;
    dialog.showModal();
    look('now');
  };
}
