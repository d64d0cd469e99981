// Log in and register: one form that does either, with every error where it belongs.

import { enter } from './api.js';
import { count_down } from './countdown.js';
import { been_here, remember_visit } from './drafts.js';
import { element, say } from './elements.js';
import { code_points, duration, limits_in_words } from './text.js';

/** @typedef {import('./api.js').Failure} Failure */
/** @typedef {'username' | 'password'} Field */

/**
 * What the server would say anyway, said before asking it. Logging in is not judged here.
 * @param {string} name @param {string} password @param {boolean} registering
 * @returns {Partial<Record<Field, string>>}
 */
function complaints(name, password, registering) {
  /** @type {Partial<Record<Field, string>>} */
  const found = {};
  if (!name) found.username = 'Type your name.';
  else if (registering && !/^[A-Za-z0-9_.-]{3,32}$/.test(name))
    found.username = 'A name has 3 to 32 letters (A to Z), digits, dots, dashes or underscores.';
  if (!password) found.password = registering ? 'Choose a password.' : 'Type your password.';
  else if (registering && code_points(password.normalize('NFC')) < 8)
    found.password = 'A password has at least 8 characters.';
  else if (registering && code_points(password.normalize('NFC')) > 128)
    found.password = 'A password has at most 128 characters.';
  return found;
}

/** @param {(user: string) => void} on_entered */
export function create_login(on_entered) {
  const form = element('entry-form', HTMLFormElement);
  const fields = { username: element('username', HTMLInputElement), password: element('password', HTMLInputElement) };
  const errors = { username: element('username-error', HTMLElement), password: element('password-error', HTMLElement) };
  const notice = element('entry-notice', HTMLElement);
  const alert = element('entry-alert', HTMLElement);
  const wait_line = element('entry-wait', HTMLElement);
  const submit = element('entry-submit', HTMLButtonElement);
  const reveal = element('show-password', HTMLButtonElement);
  const both_ways = element('entry-switch', HTMLElement);
  let registering = false;
  let open = true;
  let busy = false;
  let wait_until = 0;
  let stop_counting = () => {};

  // --- which of the two ---

  function draw_mode() {
    registering = open && location.hash === '#register';
    both_ways.hidden = !open;
    for (const [id, current] of /** @type {const} */ ([['to-login', !registering], ['to-register', registering]])) {
      const link = element(id, HTMLAnchorElement);
      if (current) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
    }
    // The place for a hint stays described even where it is hidden; a hidden description is not read.
    element('username-hint', HTMLElement).hidden = !registering;
    element('password-hint', HTMLElement).hidden = !registering;
    fields.password.autocomplete = registering ? 'new-password' : 'current-password';
    form.action = registering ? '/api/register' : '/api/login';
    draw_submit();
  }

  function draw_submit() {
    const doing = registering ? 'Registering…' : 'Logging in…';
    say(submit, busy ? doing : registering ? 'Register and come in' : 'Log in');
    submit.setAttribute('aria-disabled', String(busy || wait_until > 0));
  }

  addEventListener('hashchange', () => {
    clear_errors();
    draw_mode();
  });

  // --- errors ---

  /** @param {Field} field @param {string} text */
  function blame(field, text) {
    say(errors[field], text);
    errors[field].hidden = !text;
    if (text) fields[field].setAttribute('aria-invalid', 'true');
    else fields[field].removeAttribute('aria-invalid');
  }

  function clear_errors() {
    stop_waiting();
    blame('username', '');
    blame('password', '');
    alert.replaceChildren();
  }

  /** @param {string} text @param {string} [spoken] what the eyes see elsewhere */
  function complain(text, spoken = '') {
    const line = document.createElement('p');
    line.className = 'form-error';
    const hidden = document.createElement('span');
    hidden.className = 'visually-hidden';
    hidden.textContent = spoken;
    line.append(text, hidden);
    alert.replaceChildren(line);
  }

  function stop_waiting() {
    stop_counting();
    wait_until = 0;
    wait_line.hidden = true;
    draw_submit();
  }

  /** The alert says it once; the line with the seconds is for the eyes. @param {number} milliseconds */
  function wait(milliseconds) {
    wait_until = performance.now() + milliseconds;
    wait_line.hidden = false;
    draw_submit();
    stop_counting = count_down(wait_until, 1000, (left) => {
      wait_line.textContent = `You can try again in ${duration(left)}.`;
    }, () => {
      stop_waiting();
      alert.replaceChildren();
    });
  }

  /** @param {Failure} failure */
  function show(failure) {
    if (failure.field === 'username' || failure.field === 'password') {
      blame(failure.field, failure.message);
      fields[failure.field].focus();
      return;
    }
    if (failure.retry_after_ms) {
      const [, said = failure.message, when] = /^(.*?)( Try again in .*)$/.exec(failure.message) ?? [];
      complain(said, when);
      wait(failure.retry_after_ms);
    } else {
      complain(failure.message);
    }
    if (failure.code === 'bad_credentials') {
      fields.password.setAttribute('aria-invalid', 'true');
      fields.password.select();
    }
  }

  // --- sending ---

  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (busy || wait_until > 0) return;
    clear_errors();
    const name = fields.username.value.trim();
    const found = complaints(name, fields.password.value, registering);
    if (found.username || found.password) {
      blame('password', found.password ?? '');
      blame('username', found.username ?? '');
      fields[found.username ? 'username' : 'password'].focus();
      return;
    }
    busy = true;
    draw_submit();
    const answer = await enter(registering ? 'register' : 'login', name, fields.password.value);
    busy = false;
    draw_submit();
    if (!answer.ok) {
      show(answer.failure);
      return;
    }
    remember_visit();
    form.reset();
    hide_password();
    history.replaceState(null, '', location.pathname);
    on_entered(answer.value.user);
  });

  for (const field of /** @type {const} */ (['username', 'password']))
    fields[field].addEventListener('input', () => blame(field, ''));

  function hide_password() {
    fields.password.type = 'password';
    reveal.setAttribute('aria-pressed', 'false');
    say(reveal, 'Show');
  }
  reveal.addEventListener('click', () => {
    const shown = fields.password.type === 'text';
    fields.password.type = shown ? 'password' : 'text';
    reveal.setAttribute('aria-pressed', String(!shown));
    say(reveal, shown ? 'Show' : 'Hide');
    fields.password.focus();
  });

  return {
    /**
     * @param {object} why
     * @param {import('./api.js').Session} why.session
     * @param {string} [why.name] to fill in
     * @param {string} [why.reason] why one is here again
     */
    show({ session, name = '', reason = '' }) {
      open = session.registration === 'open';
      say(element('entry-limits', HTMLElement), limits_in_words(session.limits));
      clear_errors();
      notice.hidden = !reason;
      say(notice, reason);
      if (name || reason) history.replaceState(null, '', location.pathname);
      else if (!location.hash && open && !been_here()) history.replaceState(null, '', '#register');
      draw_mode();
      if (name) fields.username.value = name;
      fields[fields.username.value ? 'password' : 'username'].focus();
    },
  };
}
