// The conversation. It draws once a frame however much arrives, sticks to the bottom unless one has scrolled up, and
// has at most `most_entries` messages in the document.

import { count_down } from './countdown.js';
import { element, part, say, stamp } from './elements.js';
import { create_log_view } from './log_view.js';
import { room_title } from './names.js';
import { front_of, is_muted, is_shut } from './room.js';
import { duration } from './text.js';

const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'medium' });
/** @typedef {import('./store.js').Waiting} Waiting */

const near_bottom_px = 48;
const near_top_px = 200;

/** What stands there instead of a conversation, by the room's state. @type {{[state: string]: string}} */
const shut_titles = { full: 'There is no seat left', refused: 'You are not in', unvisited: 'Go in here?' };

/**
 * @param {import('./store.js').Store} store
 * @param {import('./chat.js').Chat} chat
 * @param {(text: string) => void} edit puts a refused text back to where one writes
 */
export function create_message_list(store, chat, edit) {
  const { state } = store;
  const scroller = element('scroller', HTMLElement);
  const log = element('log', HTMLElement);
  const view = create_log_view(store, chat);
  const waiting = element('waiting', HTMLElement);
  const older = element('older', HTMLButtonElement);
  const pill = element('pill', HTMLButtonElement);
  const pill_text = element('pill-text', HTMLElement);
  let stuck = true;
  let unseen = 0;
  let due = false;
  let stop_counting = () => {};

  function draw_log() {
    const below = scroller.scrollHeight - scroller.scrollTop;
    const top = scroller.scrollTop;
    const first = log.querySelector('[data-key]');
    const added = view.draw(store.shown()?.entries ?? []);
    // Whoever reads further up stays where they are: what came is above.
    if (!stuck && first && !first.isConnected) scroller.scrollTop = scroller.scrollHeight - below;
    else if (!stuck) scroller.scrollTop = top;
    return added;
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
    const joins = first !== undefined && view.continues(state.user, first.at);
    const box = joins || !first ? stamp('group-template') : view.new_group(state.user, first.at);
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
    const dated = target instanceof Element ? target.closest('.message[data-at], time[data-at]') : null;
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
