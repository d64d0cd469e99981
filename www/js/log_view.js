// What was said, as it stands in the document: groups under one name, rules between days, gaps.

import { confirmed } from './confirm.js';
import { day_in_words, day_of, left_of_day } from './days.js';
import { element, part, say, stamp } from './elements.js';
import { write_text } from './mentions.js';
import { fill_disc, paint } from './names.js';
import { is_of_epoch } from './room.js';

/** @typedef {import('./room.js').Entry} Entry */
/** @typedef {import('./room.js').MessageEntry} MessageEntry */
/** @typedef {{box: HTMLElement, from: string, since: number}} Group */
/**
 * @typedef {object} LogView
 * @property {(entries: readonly Entry[]) => number} draw how many messages of others were added at the end
 * @property {(from: string, at: number) => HTMLElement} new_group
 * @property {(from: string, at: number) => boolean} continues whether a message would join the last group
 */

const group_lasts_ms = 5 * 60_000;
const clock = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' });

/**
 * @param {import('./store.js').Store} store
 * @param {import('./chat.js').Chat} chat
 * @returns {LogView}
 */
export function create_log_view(store, chat) {
  const { state } = store;
  const log = element('log', HTMLElement);
  /** What stands in the document, in order. @type {{face: string, at: number, node: HTMLElement}[]} */
  let drawn = [];
  /** The group that the next message may join. @type {Group | null} */
  let group = null;
  let last_day = '';

  /** A seq of another epoch means another message to the server. @param {Entry} entry */
  function may_remove(entry) {
    const room = store.shown();
    return room !== undefined && room.role !== 'member' && !state.current.startsWith('@') && is_of_epoch(room, entry);
  }

  /** What an entry looks like: when it changes, it is drawn anew. @param {Entry} entry */
  function face(entry) {
    if (entry.kind === 'gap') return `${entry.key}:${entry.loads}`;
    return entry.kind === 'message' ? `${entry.key}:${entry.removed}:${may_remove(entry)}` : entry.key;
  }

  /** @param {string} text @param {string} kind */
  function rule(text, kind) {
    const made = stamp('rule-template');
    made.classList.add(kind);
    part(made, 'span').textContent = text;
    return made;
  }

  /** @param {number} at */
  function day_rule(at) {
    const made = rule(day_in_words(at, Date.now()), 'day');
    made.dataset.at = String(at);
    return made;
  }

  /** @param {import('./state.js').GapEntry} gap */
  function gap_rule({ key, loads }) {
    if (!loads) return rule('Some messages may be missing here', 'gap');
    const made = rule('', 'gap');
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'text-button';
    button.textContent = 'Load what is missing here';
    button.addEventListener('click', () => chat.load_gap(state.current, key));
    part(made, 'span').append(button);
    return made;
  }

  /** @type {LogView['new_group']} */
  function new_group(from, at) {
    const box = stamp('group-template');
    const own = from === state.user;
    box.classList.toggle('own', own);
    fill_disc(part(box, '.disc'), from);
    const name = part(box, '.name');
    paint(name, from);
    name.textContent = from;
    part(box, '.you').hidden = !own;
    const time = part(box, 'time', HTMLTimeElement);
    time.dateTime = new Date(at).toISOString();
    time.textContent = clock.format(at);
    time.dataset.at = String(at);
    return box;
  }

  /** @type {LogView['continues']} */
  function continues(from, at) {
    return group !== null && group.from === from && at - group.since < group_lasts_ms && day_of(at) === day_of(group.since);
  }

  /** @param {string} name */
  function is_here(name) {
    const wanted = name.toLowerCase();
    return [...store.shown()?.members ?? []].some((member) => member.toLowerCase() === wanted);
  }

  /** @param {number} seq */
  function remove_button(seq) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'text-button remove';
    button.textContent = 'Remove';
    button.addEventListener('click', (click) => {
      if (!confirmed(click, button, 'Really remove?')) return;
      chat.connection.send({ type: 'moderate', room: state.current, act: 'remove', seq });
    });
    return button;
  }

  /** @param {MessageEntry} entry */
  function new_message(entry) {
    const made = stamp('message-template');
    made.dataset.at = String(entry.at);
    if (entry.removed) part(made, '.words').textContent = 'This message was removed';
    else write_text(part(made, '.words'), entry.text, state.user, is_here);
    made.classList.toggle('gone', entry.removed);
    if (!entry.removed && may_remove(entry)) made.append(remove_button(entry.seq));
    return made;
  }

  /** @param {MessageEntry} entry @param {ParentNode} parent */
  function append_message(entry, parent) {
    const made = new_message(entry);
    if (continues(entry.from, entry.at)) {
      // Who listens hears each message by itself, without the line above the group.
      part(made, '.speaker').textContent = `${entry.from}: `;
    } else {
      group = { box: new_group(entry.from, entry.at), from: entry.from, since: entry.at };
      parent.append(group.box);
    }
    group?.box.append(made);
    return made;
  }

  /** @param {Entry} entry @param {ParentNode} parent @returns {HTMLElement} */
  function append_one(entry, parent) {
    if (entry.kind !== 'gap' && day_of(entry.at) !== last_day) {
      last_day = day_of(entry.at);
      group = null;
      parent.append(day_rule(entry.at));
    }
    if (entry.kind === 'message') return append_message(entry, parent);
    group = null;
    const made = entry.kind === 'gap' ? gap_rule(entry) : rule(entry.text, 'event');
    parent.append(made);
    return made;
  }

  /** @param {readonly Entry[]} entries */
  function append(entries) {
    const fresh = document.createDocumentFragment();
    for (const entry of entries) {
      const node = append_one(entry, fresh);
      node.dataset.key = entry.key;
      drawn.push({ face: face(entry), at: entry.kind === 'gap' ? 0 : entry.at, node });
    }
    log.append(fresh);
  }

  /** Takes the oldest `count` entries out of the document. @param {number} count */
  function drop_front(count) {
    if (!count) return;
    for (const { node } of drawn.splice(0, count)) {
      const box = node.closest('.group');
      node.remove();
      if (box && !box.querySelector('.message')) box.remove();
    }
    while (log.firstElementChild?.classList.contains('day')) log.firstElementChild.remove();
    const first = drawn[0];
    if (first?.at) log.prepend(day_rule(first.at));
  }

  /** @param {readonly Entry[]} entries */
  function redraw(entries) {
    drawn = []; // gaps change their face, so nothing is taken over
    group = null;
    last_day = '';
    // What was said before one came in is there to be read, not to be read out at once.
    log.setAttribute('aria-live', 'off');
    log.replaceChildren();
    append(entries);
    setTimeout(() => log.setAttribute('aria-live', 'polite'), 0);
  }

  /** Today becomes Yesterday in a page that stays open. */
  function name_days() {
    for (const made of log.querySelectorAll('.day'))
      if (made instanceof HTMLElement) say(part(made, 'span'), day_in_words(Number(made.dataset.at), Date.now()));
  }

  function next_day() {
    name_days();
    setTimeout(next_day, left_of_day(Date.now()));
  }
  next_day();
  // The timer of a page that slept comes late.
  document.addEventListener('visibilitychange', name_days);

  return {
    draw(entries) {
      const first = entries[0] && face(entries[0]);
      const start = first === undefined ? -1 : drawn.findIndex((one) => one.face === first);
      const kept = start < 0 ? 0 : drawn.length - start;
      const same = kept > 0 && kept <= entries.length && entries.slice(0, kept).every((entry, i) => face(entry) === drawn[start + i]?.face);
      if (!same) {
        redraw(entries);
        return 0;
      }
      drop_front(start);
      const added = entries.slice(kept);
      append(added);
      return added.filter((entry) => entry.kind === 'message' && entry.from !== state.user).length;
    },
    new_group,
    continues,
  };
}
