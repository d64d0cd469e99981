// Who is writing something right now, and telling the others that one is.

import { element, say } from './elements.js';
import { is_muted } from './room.js';

const every_ms = 2_500;  // docs/protocol.md: one in two seconds
const lasts_ms = 6_000;
const most_named = 2;

/**
 * @param {import('./store.js').Store} store
 * @param {import('./chat.js').Chat} chat
 */
export function create_typing(store, chat) {
  const { state } = store;
  const text = element('text', HTMLTextAreaElement);
  const line = element('typing', HTMLElement);
  /** Until when each is taken to be writing, by room and name. @type {Map<string, Map<string, number>>} */
  const writing = new Map();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let last_told = -Infinity;

  function draw() {
    clearTimeout(timer);
    const here = writing.get(state.current) ?? new Map();
    const now = performance.now();
    for (const [name, until] of here) if (until <= now) here.delete(name);
    const names = [...here.keys()];
    if (!names.length) say(line, '');
    else if (names.length > most_named) say(line, 'Several people are writing…');
    else say(line, `${names.join(' and ')} ${names.length === 1 ? 'is' : 'are'} writing…`);
    if (names.length) timer = setTimeout(draw, Math.max(50, Math.min(...here.values()) - now));
  }

  text.addEventListener('input', () => {
    const room = store.shown();
    const now = performance.now();
    // In a room too large to name its people nobody is told.
    if (room?.state !== 'joined' || is_muted(room) || !room.members || room.count < 2 || !text.value.trim() || now - last_told < every_ms) return;
    if (chat.connection.send({ type: 'typing', room: room.name })) last_told = now;
  });

  chat.on_typing((room, user) => {
    if (user === state.user) return;
    writing.set(room, (writing.get(room) ?? new Map()).set(user, performance.now() + lasts_ms));
    draw();
  });
  chat.on_said((room, { from }) => {
    if (writing.get(room)?.delete(from)) draw();
  });
  store.on(['room', 'user'], draw);
  store.on(['link'], () => {
    if (state.link.state === 'online') return;
    writing.clear();
    draw();
  });
}
