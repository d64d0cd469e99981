// Names in what was said, marked in the text.

import { paint } from './names.js';

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
