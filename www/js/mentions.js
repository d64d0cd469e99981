// Names in what was said: marked in the text, and told to the one who is meant, where that is wanted.

import { element } from './elements.js';
import { keep_wish, wishes } from './drafts.js';
import { paint, room_title } from './names.js';

/** @typedef {import('./room.js').LogEntry} LogEntry */

// A name may end in a dot or a dash, but a sentence does so more often.
const name_in_text = /(?<![\w@.-])@([\w.-]{2,31}\w)/g;

/** Whether this text is about this user. @param {string} text @param {string} user */
export function is_named(text, user) {
  for (const [, name = ''] of text.matchAll(name_in_text)) if (name.toLowerCase() === user.toLowerCase()) return true;
  return false;
}

/** Writes a text with the names in it marked. @param {HTMLElement} target @param {string} text @param {string} user who reads it */
export function write_text(target, text, user) {
  target.textContent = '';
  let from = 0;
  for (const match of text.matchAll(name_in_text)) {
    const name = match[1] ?? '';
    const mark = document.createElement('b');
    mark.className = 'mention';
    mark.classList.toggle('me', name.toLowerCase() === user.toLowerCase());
    paint(mark, name);
    mark.textContent = match[0];
    target.append(text.slice(from, match.index), mark);
    from = match.index + match[0].length;
  }
  target.append(text.slice(from));
}

/**
 * The switch for notifications, and the notifications.
 * @param {import('./store.js').Store} store
 * @param {import('./chat.js').Chat} chat
 */
export function create_mentions(store, chat) {
  const { state } = store;
  const box = element('notify', HTMLInputElement);
  const row = element('notify-row', HTMLElement);

  function draw() {
    row.hidden = !('Notification' in window);
    box.checked = !row.hidden && wishes('notify') && Notification.permission === 'granted';
  }

  box.addEventListener('change', async () => {
    const wanted = box.checked && (Notification.permission === 'granted' || await Notification.requestPermission() === 'granted');
    keep_wish('notify', wanted);
    if (box.checked && !wanted) {
      state.notice = 'Your browser does not let Parley notify you. Its settings for this page can change that.';
      store.changed('notice');
    }
    draw();
  });

  chat.on_said((room, said) => {
    const looks = !document.hidden && room === state.current;
    const is_direct = room.startsWith('@');
    if (looks || !box.checked || said.from === state.user || !(is_direct || is_named(said.text, state.user))) return;
    // The tag makes one of it where several tabs are open.
    const shown = new Notification(`${said.from} in ${room_title(room, state.user)}`, { body: said.text, tag: `${room}:${said.seq}` });
    shown.onclick = () => {
      focus();
      chat.show(room);
      shown.close();
    };
  });

  store.on(['user'], draw);
}
