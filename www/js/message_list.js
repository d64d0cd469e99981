// The conversation. It draws once a frame however much arrives, sticks to the bottom unless one has scrolled up, and
// has at most `most_entries` messages in the document.

import { count_down } from './countdown.js';
import { element, part, say, stamp } from './elements.js';
import { write_text } from './mentions.js';
import { fill_disc, paint, room_title } from './names.js';
import { asked_first } from './press.js';
import { front_of, is_muted, is_of_epoch, is_shut } from './room.js';
import { duration } from './text.js';

/** @typedef {import('./room.js').Entry} Entry */
/** @typedef {import('./room.js').MessageEntry} MessageEntry */
/** @typedef {import('./store.js').Waiting} Waiting */

const group_lasts_ms = 5 * 60_000;
const near_bottom_px = 48;
const near_top_px = 200;

const clock = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' });
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'medium' });
const long_day = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' });

/** What stands there instead of a conversation, by the room's state. @type {{[state: string]: string}} */
const shut_titles = { full: 'There is no seat left', refused: 'You are not in', unvisited: 'Go in here?' };

/** @param {number} at */
const day_of = (at) => new Date(at).toDateString();

/** @param {number} at */
function day_in_words(at) {
  const day = day_of(at);
  if (day === day_of(Date.now())) return 'Today';
  if (day === day_of(Date.now() - 86_400_000)) return 'Yesterday';
  return long_day.format(at);
}

/**
 * @param {import('./store.js').Store} store
 * @param {import('./chat.js').Chat} chat
 * @param {(text: string) => void} edit puts a refused text back to where one writes
 */
export function create_message_list(store, chat, edit) {
  const { state } = store;
  const scroller = element('scroller', HTMLElement);
  const log = element('log', HTMLElement);
  const waiting = element('waiting', HTMLElement);
  const older = element('older', HTMLButtonElement);
  const pill = element('pill', HTMLButtonElement);
  const pill_text = element('pill-text', HTMLElement);
  /** What stands in the document, in order. @type {string[]} */
  let drawn = [];
  /** The group that the next message may join. @type {{box: HTMLElement, from: string, since: number} | null} */
  let group = null;
  let last_day = '';
  let stuck = true;
  let unseen = 0;
  let due = false;
  let stop_counting = () => {};

  // --- the room's log ---

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

  /** @param {string} from @param {number} at */
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

  /** @param {{box: HTMLElement, from: string, since: number} | null} last @param {string} from @param {number} at */
  function continues(last, from, at) {
    return last !== null && last.from === from && at - last.since < group_lasts_ms && day_of(at) === day_of(last.since);
  }

  /** @param {number} seq */
  function remove_button(seq) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'text-button remove';
    button.textContent = 'Remove';
    button.addEventListener('click', async (click) => {
      if (!await asked_first(click, button, 'Really remove?')) return;
      chat.connection.send({ type: 'moderate', room: state.current, act: 'remove', seq });
    });
    return button;
  }

  /** @param {MessageEntry} entry @param {ParentNode} parent */
  function append_message(entry, parent) {
    const day = day_of(entry.at);
    if (day !== last_day) {
      last_day = day;
      group = null;
      parent.append(rule(day_in_words(entry.at), 'day'));
    }
    const made = stamp('message-template');
    made.dataset.at = String(entry.at);
    if (entry.removed) part(made, '.words').textContent = 'This message was removed';
    else write_text(part(made, '.words'), entry.text, state.user);
    made.classList.toggle('gone', entry.removed);
    if (!entry.removed && may_remove(entry)) made.append(remove_button(entry.seq));
    if (continues(group, entry.from, entry.at)) {
      // Who listens hears each message by itself, without the line above the group.
      part(made, '.speaker').textContent = `${entry.from}: `;
    } else {
      group = { box: new_group(entry.from, entry.at), from: entry.from, since: entry.at };
      parent.append(group.box);
    }
    group?.box.append(made);
  }

  /** @param {readonly Entry[]} entries */
  function append(entries) {
    const fresh = document.createDocumentFragment();
    for (const entry of entries) {
      if (entry.kind === 'gap') {
        group = null;
        fresh.append(gap_rule(entry));
      } else if (entry.kind === 'event') {
        group = null;
        fresh.append(rule(entry.text, 'event'));
      } else {
        append_message(entry, fresh);
      }
      drawn.push(face(entry));
    }
    log.append(fresh);
  }

  /** Takes the oldest `count` entries out of the document. @param {number} count */
  function drop_front(count) {
    for (let i = 0; i < count; ++i) {
      while (log.firstElementChild?.classList.contains('day')) log.firstElementChild.remove();
      const first = log.firstElementChild;
      if (!first) break;
      const message = first.querySelector('.message');
      message?.remove();
      if (!first.querySelector('.message')) first.remove();
    }
    drawn.splice(0, count);
  }

  function draw_log() {
    const room = store.shown();
    const entries = room?.entries ?? [];
    const start = entries[0] ? drawn.indexOf(face(entries[0])) : -1;
    const kept = start < 0 ? 0 : drawn.length - start;
    const same = kept > 0 && kept <= entries.length && entries.slice(0, kept).every((entry, i) => face(entry) === drawn[start + i]);
    if (!same) {
      // Whoever reads further up stays where they are: what came is above.
      const below = scroller.scrollHeight - scroller.scrollTop;
      redraw(entries);
      if (!stuck) scroller.scrollTop = scroller.scrollHeight - below;
      return 0;
    }
    drop_front(start);
    const added = entries.slice(kept);
    append(added);
    return added.filter((entry) => entry.kind === 'message' && entry.from !== state.user).length;
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

  // --- what waits below it ---

  /** @param {Waiting} item */
  function note(item) {
    if (item.state === 'refused') return item.reason;
    if (item.state === 'stored') return '';
    if (state.link.state !== 'online') return 'waits for the connection';
    if (item.state === 'sent') return '';
    const room = state.rooms.get(item.room);
    if (room && is_shut(room)) return 'is not sent: you are not in this room';
    if (room && is_muted(room)) return 'waits while you are muted';
    const at = chat.outbox.goes_out_at(item);
    return at === Infinity ? 'waits for the room' : `goes out in ${duration(at - performance.now(), true)}`;
  }

  /** @param {Waiting} item */
  function pending(item) {
    const made = stamp('waiting-template');
    made.dataset.state = item.state;
    made.dataset.id = item.id;
    part(made, '.words').textContent = item.text;
    part(made, '.note').textContent = note(item);
    // What may be under way cannot be called back.
    part(made, '.choices').hidden = item.state !== 'refused' && item.state !== 'waiting';
    if (item.state === 'waiting') part(made, '.discard').textContent = 'Cancel';
    part(made, '.edit').addEventListener('click', () => edit(chat.outbox.take(item.id)));
    part(made, '.discard').addEventListener('click', () => {
      chat.outbox.take(item.id);
      element('text', HTMLTextAreaElement).focus();
    });
    return made;
  }

  function draw_waiting() {
    stop_counting();
    const held = waiting.contains(document.activeElement) ? document.activeElement : null;
    draw_pending();
    if (!held) return;
    // Whoever was on one of these buttons stays on it, as long as its message waits.
    const id = held.closest('.pending')?.getAttribute('data-id');
    const row = [...waiting.querySelectorAll('.pending')].find((one) => one.getAttribute('data-id') === id);
    const button = row?.querySelector(`.${held.className.split(' ').at(-1)}`);
    (button instanceof HTMLElement && button.checkVisibility() ? button : element('text', HTMLTextAreaElement)).focus();
  }

  function draw_pending() {
    const items = state.waiting.filter((item) => item.room === state.current && !item.hidden);
    if (!items.length) {
      waiting.replaceChildren();
      return;
    }
    const [first] = items;
    const joins = first !== undefined && continues(group, state.user, first.at);
    const box = joins || !first ? stamp('group-template') : new_group(state.user, first.at);
    if (joins) {
      box.classList.add('own', 'joined');
      part(box, '.byline').remove();
    }
    const rows = items.map(pending);
    box.append(...rows);
    waiting.replaceChildren(box);
    // Only the next to go runs down to the tenth; nothing is redrawn for it but the words.
    const next = items.find((item) => item.state === 'waiting');
    const at = next ? chat.outbox.goes_out_at(next) : Infinity;
    if (at === Infinity) return;
    stop_counting = count_down(at, 100, () => {
      items.forEach((item, place) => {
        const row = rows[place];
        if (row && item.state === 'waiting') say(part(row, '.note'), note(item));
      });
    });
  }

  // --- an empty room, a full one ---

  let stop_knocking = () => {};
  function draw_empty() {
    stop_knocking();
    const room = store.shown();
    const shut = room !== undefined && room.state in shut_titles;
    const empty = room?.state === 'joined' && !room.entries.length && !waiting.hasChildNodes();
    element('empty', HTMLElement).hidden = !shut && !empty;
    const text = element('empty-text', HTMLElement);
    element('empty-retry', HTMLButtonElement).hidden = !shut || room.barred;
    if (empty) {
      say(element('empty-title', HTMLElement), 'It is quiet in here');
      if (is_muted(room)) say(text, 'Nobody has said anything yet.');
      else say(text, room.count > 1 ? 'Nobody has said anything yet. Say hello.' : 'You are the first. Say something for those who come after you.');
    }
    if (!shut || !room) return;
    say(element('empty-title', HTMLElement), shut_titles[room.state] ?? '');
    const is_new = room.state === 'unvisited';
    say(element('empty-retry', HTMLButtonElement), is_new ? 'Go in' : 'Knock again');
    if (is_new) say(text, `You have not been in ${room_title(room.name, state.user)} from here.`);
    else if (room.retry_at <= performance.now()) say(text, room.reason);
    else
      stop_knocking = count_down(room.retry_at, 1000, (left) => {
        text.textContent = `${room.reason} Parley knocks again in ${duration(left)}.`;
      });
  }
  element('empty-retry', HTMLButtonElement).addEventListener('click', () => chat.join(state.current));

  // --- scrolling ---

  function to_bottom() {
    scroller.scrollTop = scroller.scrollHeight;
    unseen = 0;
    stuck = true;
    draw_pill();
  }

  function draw_pill() {
    pill.hidden = stuck || unseen === 0;
    if (!pill.hidden) say(pill_text, `${unseen.toLocaleString('en')} new`);
  }

  scroller.addEventListener('scroll', () => {
    stuck = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < near_bottom_px;
    if (stuck) unseen = 0;
    const room = store.shown();
    if (!stuck && room && front_of(room) !== null && scroller.scrollTop < near_top_px) chat.load_older(state.current);
    draw_pill();
  }, { passive: true });
  older.addEventListener('click', () => chat.load_older(state.current));
  pill.addEventListener('click', () => {
    to_bottom();
    element('text', HTMLTextAreaElement).focus();
  });
  new ResizeObserver(() => {
    if (stuck) to_bottom();
  }).observe(scroller);

  // The exact time is for who points at it: a title that is always there is read out with every message.
  log.addEventListener('pointerover', ({ target }) => {
    const dated = target instanceof Element ? target.closest('[data-at]') : null;
    if (dated instanceof HTMLElement) dated.title = exact.format(Number(dated.dataset.at));
  });

  // --- drawing ---

  function draw() {
    due = false;
    const room = store.shown();
    older.hidden = !room || front_of(room) === null;
    const added = draw_log();
    draw_waiting();
    draw_empty();
    if (stuck) {
      to_bottom();
    } else {
      unseen += added;
      draw_pill();
    }
  }

  function schedule() {
    if (due) return;
    due = true;
    requestAnimationFrame(draw);
  }

  store.on(['messages', 'room', 'waiting', 'link'], schedule);
  let shown = '';
  store.on(['user', 'room'], () => {
    if (shown === state.current) return;
    shown = state.current;
    stuck = true;
    element('scroller', HTMLElement).setAttribute('aria-label', `Messages in ${state.current || 'the room'}`);
    schedule();
  });

  return {
    /** One who speaks looks at the newest. */
    follow() {
      stuck = true;
      schedule();
    },
  };
}
