// Who is here.

import { element, part, say, stamp } from './elements.js';
import { fill_disc, paint } from './names.js';

const order = new Intl.Collator(undefined, { sensitivity: 'base', numeric: true });

/** @param {import('./store.js').Store} store */
export function create_people(store) {
  const list = element('people-list', HTMLUListElement);
  const number = element('people-number', HTMLElement);
  const short = element('people-count', HTMLElement);
  const note = element('people-note', HTMLElement);
  /** @type {Map<string, HTMLElement>} */
  const rows = new Map();
  let due = false;

  /** @param {string} name */
  function row(name) {
    const made = stamp('person-template');
    fill_disc(part(made, '.disc'), name);
    const label = part(made, '.name');
    paint(label, name);
    label.textContent = name;
    part(made, 'button').dataset.name = name;
    part(made, 'button', HTMLButtonElement).disabled = name === store.state.user;
    if (name === store.state.user) made.dataset.self = '';
    return made;
  }

  function draw() {
    due = false;
    const room = store.shown();
    const inside = room?.state === 'joined';
    const count = inside ? room.count.toLocaleString('en') : '';
    say(number, count);
    say(short, count || '–');
    note.hidden = !inside || room.members !== null;
    if (!note.hidden) say(note, 'Too many to name here.');
    // While the connection is away the last known names stay: emptying the list would tell something untrue.
    if (!inside && room?.entries.length) return;
    const names = inside && room.members ? [...room.members].sort(order.compare) : [];
    const wanted = new Set(names);
    for (const [name, made] of rows)
      if (!wanted.has(name)) {
        made.remove();
        rows.delete(name);
      }
    names.forEach((name, place) => {
      const made = rows.get(name) ?? row(name);
      rows.set(name, made);
      if (list.children[place] !== made) list.insertBefore(made, list.children[place] ?? null);
    });
  }

  function schedule() {
    if (due) return;
    due = true;
    requestAnimationFrame(draw);
  }

  store.on(['people', 'room'], schedule);
  store.on(['user'], () => {
    rows.clear();
    list.replaceChildren();
    schedule();
  });
}
