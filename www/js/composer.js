// Where one writes. What is typed is never thrown away: too much of it is marked, too early of it waits.

import { count_down } from './countdown.js';
import { load_draft, save_draft } from './drafts.js';
import { element, say } from './elements.js';
import { room_title } from './names.js';
import { most_waiting } from './outbox.js';
import { is_muted, is_shut } from './room.js';
import { code_points, counted, duration, one_line, surplus_start } from './text.js';

const near = 10;

/**
 * @param {import('./store.js').Store} store
 * @param {import('./chat.js').Chat} chat
 * @param {() => void} on_sent
 */
export function create_composer(store, chat, on_sent) {
  const { state } = store;
  const form = element('composer', HTMLFormElement);
  const text = element('text', HTMLTextAreaElement);
  const label = element('text-label', HTMLElement);
  const mirror = element('mirror', HTMLElement);
  const counter = element('counter', HTMLElement);
  const number = element('counter-left', HTMLElement);
  const hint = element('composer-hint', HTMLElement);
  const voice = element('composer-voice', HTMLElement);
  const send = element('send', HTMLButtonElement);
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let cooling;
  let cooled_until = 0;
  let full = false;
  let stop_counting = () => {};

  function limit() {
    return state.limits.message_length;
  }

  /** How many more code points fit; negative when there are too many. */
  function left() {
    return limit() ? limit() - code_points(text.value.trim()) : Infinity;
  }

  // --- whether one may speak ---

  /** Why nothing can be sent here; empty where something can, sooner or later. */
  function obstacle() {
    const room = store.shown();
    if (!room) return '';
    if (is_shut(room)) return 'You are not in this room.';
    return is_muted(room) ? `You are muted here for another ${duration(room.muted_until - performance.now())}.` : '';
  }

  function draw_obstacle() {
    stop_counting();
    const room = store.shown();
    // Where one is not in, nobody writes; who is muted may get something ready.
    text.readOnly = room !== undefined && is_shut(room);
    if (room && is_muted(room)) stop_counting = count_down(room.muted_until, 1000, draw_counter);
    else draw_counter();
  }

  // --- the counter ---

  function draw_mirror() {
    const start = surplus_start(text.value, limit());
    const mark = document.createElement('mark');
    mark.textContent = text.value.slice(start).trimEnd();
    // The last line needs something on it to have a height.
    mirror.replaceChildren(text.value.slice(0, start), ...(mark.textContent ? [mark] : []), '\u200b');
  }

  /** @param {number} rest */
  function room_left(rest) {
    if (rest < 0) return 'Too long';
    if (rest === 0) return 'No characters left';
    return rest <= near ? 'Less than ten characters left' : '';
  }

  function draw_counter() {
    const rest = left();
    const level = rest < 0 ? 'over' : rest <= near ? 'near' : 'free';
    counter.hidden = !limit();
    counter.dataset.level = level;
    counter.style.setProperty('--used', limit() ? String(Math.min(100, ((limit() - rest) / limit()) * 100)) : '0');
    // Three digits are shown; beyond them the hint below says exactly how many.
    const digits = rest < -999 ? `−${Math.floor(-rest / 1000)}k` : String(rest).replace('-', '−');
    number.textContent = rest <= near ? digits : '';
    number.toggleAttribute('data-long', digits.length > 2);
    hint.dataset.level = level;
    const over = rest < 0 ? `${counted(-rest, 'character')} too many to send` : '';
    const why_not = obstacle();
    say(hint, over || why_not || (full ? `${most_waiting} messages are waiting already; this one stays here until they are out.` : ''));
    // Said once at each threshold, not at each key.
    say(voice, why_not ? 'You cannot send here now' : room_left(rest));
    send.setAttribute('aria-disabled', String(rest < 0 || why_not !== '' || text.value.trim() === '' || !state.current));
    text.toggleAttribute('aria-invalid', rest < 0);
    if (rest < 0) text.setAttribute('aria-invalid', 'true');
  }

  function draw() {
    draw_mirror();
    draw_counter();
  }

  // --- the cool-down ---

  function draw_cool_down() {
    const until = Math.max(state.free_at, store.shown()?.free_at ?? 0);
    if (until === cooled_until) return;
    cooled_until = until;
    clearTimeout(cooling);
    const now = performance.now();
    delete send.dataset.cooling;
    send.removeAttribute('title');
    if (until <= now) return;
    send.style.setProperty('--cool-down', `${until - now}ms`);
    void send.offsetWidth;  // so that the outline starts again from nothing
    send.dataset.cooling = '';
    cooling = setTimeout(() => {
      delete send.dataset.cooling;
    }, until - now);
  }

  // --- sending and keeping ---

  function submit() {
    const said = text.value.trim();
    if (said === '' || left() < 0 || !state.current || obstacle()) return;
    full = !chat.outbox.submit(state.current, said);
    if (full) {
      draw();
      return;
    }
    put('');
    on_sent();
  }

  /** @param {string} value */
  function put(value) {
    text.value = value;
    save_draft(state.user, state.current, value);
    draw();
  }

  text.addEventListener('input', () => {
    const typed = one_line(text.value);
    if (typed !== text.value) {
      const at = text.selectionEnd - (text.value.length - typed.length);
      text.value = typed;
      text.setSelectionRange(at, at);
    }
    full = false;
    save_draft(state.user, state.current, text.value);
    draw();
  });
  text.addEventListener('keydown', (event) => {
    // An Enter that ends the composition of a character belongs to the input method. Safari tells it behind the end of the
    // composition, and only by the key code.
    if (event.key !== 'Enter' || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    submit();
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    submit();
    text.focus();
  });

  let fitted = 0;
  /** The longest that fits into one line: the mirror has the same metrics, and breaks a line that does not. */
  function draw_placeholder() {
    const full_name = label.textContent ?? '';
    const one_line_px = parseFloat(getComputedStyle(mirror).minHeight);
    const fits = [full_name, 'Say something'].find((words) => {
      mirror.textContent = words;
      return mirror.scrollHeight < one_line_px * 1.2;
    });
    text.placeholder = fits ?? 'Write';
    draw_mirror();
  }
  new ResizeObserver(([box]) => {
    if (box && box.contentRect.width !== fitted) draw_placeholder();
    fitted = box?.contentRect.width ?? 0;
  }).observe(text);

  /** What the field is for, as things stand. */
  function what_to_do() {
    const room = store.shown();
    if (!room) return 'One moment…';
    if (is_shut(room)) return 'Nothing can be said here';
    return `Say something in ${room_title(room.name, state.user).replace(/^# /, '').replace('@ ', '@')}`;
  }

  let drafted = '';
  function draw_room() {
    const { user, current } = state;
    say(label, what_to_do());
    if (drafted !== `${user}/${current}`) {
      drafted = `${user}/${current}`;
      text.value = user && current ? load_draft(user, current) : '';
    }
    draw_placeholder();
    draw_cool_down();
    draw();
    draw_obstacle();
  }

  store.on(['user', 'room'], draw_room);
  store.on(['waiting'], () => {
    draw_cool_down();
    if (full && state.waiting.length < most_waiting) {
      full = false;
      draw_counter();
    }
  });

  return {
    focus() {
      text.focus();
    },
    /** A text comes back to be changed; what stands here already is kept behind it. @param {string} value */
    take_back(value) {
      put([value, text.value].filter(Boolean).join(' '));
      text.focus();
      text.setSelectionRange(value.length, value.length);
    },
  };
}
