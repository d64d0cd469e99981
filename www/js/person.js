// One person of the room: talk alone, and what those who look after the room may do.

import { confirmed } from './confirm.js';
import { element, part, say } from './elements.js';
import { direct_room, fill_disc } from './names.js';

/** What takes somebody's place in the room away asks first. @type {{[act: string]: string}} */
const questions = { kick: 'Really put out?', ban: 'Really ban?' };

/**
 * @param {import('./store.js').Store} store
 * @param {import('./chat.js').Chat} chat
 * @returns {(click: MouseEvent) => void} opens it for the person in the list that was clicked
 */
export function create_person(store, chat) {
  const { state } = store;
  const dialog = element('person', HTMLDialogElement);
  const error = element('person-error', HTMLElement);
  const acts = element('person-acts', HTMLElement);
  let name = '';

  /** @param {MouseEvent} click */
  function open({ target }) {
    const row = target instanceof Element ? target.closest('button') : null;
    if (!row || row.dataset.name === state.user) return;
    name = row.dataset.name ?? '';
    say(element('person-name', HTMLElement), name);
    fill_disc(part(dialog, '.disc'), name);
    error.hidden = true;
    const room = store.shown();
    const role = room?.role ?? 'member';
    acts.hidden = role === 'member' || state.current.startsWith('@');
    for (const button of acts.querySelectorAll('button'))
      button.hidden = button.dataset.rank === 'owner' && role === 'moderator';
    dialog.showModal();
  }

  element('person-talk', HTMLButtonElement).addEventListener('click', () => {
    dialog.close();
    chat.enter(direct_room(state.user, name));
  });

  acts.addEventListener('click', (click) => {
    const { target } = click;
    const act = target instanceof HTMLElement ? target.dataset.act : undefined;
    if (!act || !(target instanceof HTMLElement)) return;
    const question = questions[act];
    if (question && !confirmed(click, target, question)) return;
    chat.ask({ type: 'moderate', room: state.current, act, user: name }, 'moderated', (done, reason) => {
      error.hidden = done !== null;
      say(error, reason);
      if (done) dialog.close();
    });
  });
  part(dialog, '.close').addEventListener('click', () => dialog.close());
  return open;
}
