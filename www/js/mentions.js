// Names in what was said, marked in the text.

import { paint } from './names.js';

// What follows the sign, with the dots and dashes that may belong to a name or to the sentence around it.
const run_in_text = /(?<![\w@.-])@([\w.-]{3,})/g;
const shortest = 3;
const longest = 32;

/**
 * The names that a run of letters may mean, the longest first: `bob.` is somebody's name, or bob and the sentence's end.
 * @param {string} run
 */
function candidates(run) {
  const names = [];
  for (let end = run.length; end >= shortest; --end) {
    if (end <= longest) names.push(run.slice(0, end));
    if (/\w/.test(run.charAt(end - 1))) break;
  }
  return names;
}

/**
 * Whom it names: the reader where it can mean the reader, then somebody who is known, then the name without the signs behind it.
 * @param {string} run @param {string} user @param {(name: string) => boolean} knows
 */
function meant(run, user, knows) {
  const names = candidates(run);
  const is_user = (/** @type {string} */ name) => name.toLowerCase() === user.toLowerCase();
  const plain = names.at(-1);
  return names.find(is_user) ?? names.find(knows) ?? (plain && /\w$/.test(plain) ? plain : undefined);
}

/** Whether this text is about this user. @param {string} text @param {string} user */
export function is_named(text, user) {
  for (const [, run = ''] of text.matchAll(run_in_text))
    if (candidates(run).some((name) => name.toLowerCase() === user.toLowerCase())) return true;
  return false;
}

/**
 * Writes a text with the names in it marked.
 * @param {HTMLElement} target
 * @param {string} text
 * @param {string} user who reads it
 * @param {(name: string) => boolean} [knows] whether somebody of this name is here
 */
export function write_text(target, text, user, knows = () => false) {
  target.textContent = '';
  let from = 0;
  for (const match of text.matchAll(run_in_text)) {
    const name = meant(match[1] ?? '', user, knows);
    if (!name) continue;
    const mark = document.createElement('b');
    mark.className = 'mention';
    mark.classList.toggle('me', name.toLowerCase() === user.toLowerCase());
    paint(mark, name);
    mark.textContent = `@${name}`;
    target.append(text.slice(from, match.index), mark);
    from = match.index + 1 + name.length;
  }
  target.append(text.slice(from));
}
