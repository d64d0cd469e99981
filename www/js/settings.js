// A room's settings, for those who look after it: what it is about, who may come, how fast one may speak; and who was
// appointed, muted or banned.

import { confirmed } from './confirm.js';
import { invitation_link } from './drafts.js';
import { copy, element, part, say, stamp } from './elements.js';
import { fill_disc } from './names.js';

/** @typedef {import('./protocol.js').Settings} Settings */

/**
 * @param {import('./store.js').Store} store
 * @param {import('./chat.js').Chat} chat
 * @returns {() => void} opens it for the room that is shown
 */
export function create_settings(store, chat) {
  const { state } = store;
  const dialog = element('settings', HTMLDialogElement);
  const form = part(dialog, 'form', HTMLFormElement);
  const topic = element('settings-topic', HTMLInputElement);
  const owners = element('settings-owner', HTMLFieldSetElement);
  const capacity = element('settings-capacity', HTMLInputElement);
  const slow = element('settings-slow', HTMLInputElement);
  const is_private = element('settings-private', HTMLInputElement);
  const invitation = element('settings-invitation', HTMLElement);
  const link = element('settings-link', HTMLInputElement);
  const list = element('settings-people', HTMLUListElement);
  const note = element('settings-note', HTMLElement);
  let room = '';
  /** Fields that somebody has changed and not saved: an answer that comes late does not overwrite them. */
  const touched = new Set();

  /** @param {string} text @param {boolean} [is_error] */
  function tell(text, is_error = false) {
    note.classList.toggle('form-error', is_error);
    say(note, text);
  }

  /** @param {string} name @param {string} standing @param {'dismiss' | 'unmute' | 'unban'} act @param {string} words */
  function person(name, standing, act, words) {
    const made = stamp('standing-template');
    fill_disc(part(made, '.disc'), name);
    part(made, '.name').textContent = name;
    part(made, '.standing').textContent = standing;
    const take_back = part(made, 'button', HTMLButtonElement);
    take_back.textContent = words;
    take_back.setAttribute('aria-label', `${words}: ${name}`);
    take_back.hidden = act === 'dismiss' && owners.disabled;
    take_back.addEventListener('click', () => {
      chat.ask({ type: 'moderate', room, act, user: name }, 'moderated', (done, reason) => {
        if (!done) tell(reason, true);
        else ask({});
      });
    });
    return made;
  }

  /** @param {import('./protocol.js').View} view */
  function show_view(view) {
    if (!touched.has(topic)) topic.value = view.topic;
    if (!touched.has(capacity)) capacity.value = String(view.capacity || '');
    if (!touched.has(slow)) slow.value = String(view.slow_mode_ms / 1000 || '');
    if (!touched.has(is_private)) is_private.checked = view.private;
  }

  /** @param {Settings} settings */
  function fill(settings) {
    show_view(settings);
    invitation.hidden = !settings.invite;
    link.value = settings.invite ? invitation_link(settings.room, settings.invite) : '';
    list.replaceChildren(
      ...settings.moderators.map((name) => person(name, 'moderator', 'dismiss', 'Dismiss')),
      ...settings.muted.map((name) => person(name, 'muted', 'unmute', 'Let speak')),
      ...settings.banned.map((name) => person(name, 'banned', 'unban', 'Let back in')),
    );
    element('settings-people-title', HTMLElement).hidden = !list.hasChildNodes();
  }

  /** Asks for the settings, or changes them: the answer is how they are then. @param {object} changes @param {string} [done] */
  function ask(changes, done = '') {
    chat.ask({ type: 'configure', room, ...changes }, 'settings', (settings, reason) => {
      if (settings && 'topic' in changes) touched.clear();
      if (settings) fill(settings);
      tell(settings ? done : reason, !settings);
    });
  }

  form.addEventListener('input', ({ target }) => touched.add(target));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (!form.reportValidity()) return;
    ask({
      topic: topic.value.trim(),
      ...(!owners.disabled && {
        capacity: Number(capacity.value), slow_mode_ms: Math.round(Number(slow.value) * 1000), private: is_private.checked,
      }),
    }, 'Saved.');
  });
  const renew = element('settings-renew', HTMLButtonElement);
  renew.addEventListener('click', (click) => {
    if (!confirmed(click, renew, 'Really? The old one ends')) return;
    ask({ renew_invite: true }, 'The old link lets nobody in any more.');
  });
  element('settings-copy', HTMLButtonElement).addEventListener('click', () => {
    copy(link);
  });
  part(dialog, '.close').addEventListener('click', () => dialog.close());

  // Who looks after the room no more, or is out, has nothing to set.
  store.on(['room'], () => {
    const shown = store.shown();
    if (dialog.open && (shown?.role === 'member' || shown?.name !== room)) dialog.close();
  });

  return () => {
    room = state.current;
    const shown = store.shown();
    const role = shown?.role;
    owners.disabled = role === 'moderator';
    owners.hidden = owners.disabled;
    form.reset();
    touched.clear();
    if (shown) show_view(shown.view);
    list.replaceChildren();
    say(element('settings-title', HTMLElement), `# ${room}`);
    tell('');
    dialog.showModal();
    ask({});
  };
}
