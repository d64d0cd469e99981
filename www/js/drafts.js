// What somebody has typed and not yet said, kept for this tab and this user over a reload, a kick or a restart; and the
// rooms that were entered, for all tabs. Never a password. Storage may be full or forbidden; then it lasts as long as the
// page.

/** @param {string} kind @param {string} user @param {string} [room] */
function key(kind, user, room = '') {
  return `parley.${kind}.${user.toLowerCase()}${room && `.${room}`}`;
}

/** @param {string} name @param {string} value */
function keep(name, value) {
  try {
    if (value) sessionStorage.setItem(name, value);
    else sessionStorage.removeItem(name);
  } catch { /* Only the copy for later is lost. */ }
}

/** @param {string} name */
function kept(name) {
  try {
    return sessionStorage.getItem(name) ?? '';
  } catch {
    return '';
  }
}

/** @param {string} user @param {string} room */
export function load_draft(user, room) {
  return kept(key('draft', user, room));
}

/** @param {string} user @param {string} room @param {string} text */
export function save_draft(user, room, text) {
  keep(key('draft', user, room), text);
}

/** The room that was shown last in this tab. @param {string} user */
export function load_place(user) {
  return kept(key('place', user));
}

/** @param {string} user @param {string} room */
export function save_place(user, room) {
  keep(key('place', user), room);
}

/** The room that the address leads to, for after the log-in, which has the address for itself. @param {string} room */
export function keep_wanted(room) {
  if (!room) return;
  keep('parley.wanted', room);
  history.replaceState(null, '', location.pathname);
}

export function take_wanted() {
  const room = kept('parley.wanted');
  keep('parley.wanted', '');
  return room;
}

/** @param {string} user @returns {unknown} */
export function load_waiting(user) {
  try {
    return JSON.parse(kept(key('waiting', user)) || '[]');
  } catch {
    return [];
  }
}

/** @param {string} user @param {readonly object[]} items */
export function save_waiting(user, items) {
  keep(key('waiting', user), items.length ? JSON.stringify(items) : '');
}

/**
 * Somebody who leaves takes along what was not said, and with whom one talks: whoever comes next may not know.
 * @param {string} user
 * @param {{name: string, view: {private: boolean}}[]} rooms
 */
export function forget(user, rooms) {
  try {
    for (const name of Object.keys(sessionStorage)) if (name.startsWith('parley.')) sessionStorage.removeItem(name);
  } catch { /* Then nothing was kept either. */ }
  const known = load_rooms(user);
  for (const { name, view } of rooms) if (view.private) delete known[name];
  for (const name of Object.keys(known)) if (name.startsWith('@')) delete known[name];
  save_rooms(user, known);
}

/** What the log-in view says after the page was loaded anew. @param {string} text */
export function keep_farewell(text) {
  keep('parley.farewell', text);
}

/** @returns {string} */
export function take_farewell() {
  const text = kept('parley.farewell');
  keep('parley.farewell', '');
  return text;
}

/** What keep_invitation() finds in an address. @param {string} room @param {string} code */
export function invitation_link(room, code) {
  return `${location.origin}/#join=${room}:${code}`;
}

/**
 * An invitation in the address, for after the log-in. It is taken out of the address, which others may see.
 * @returns {boolean} whether there was one
 */
export function keep_invitation() {
  const [, room, invite] = /^#join=([^:]+):(.+)$/.exec(location.hash) ?? [];
  if (!room || !invite) return false;
  keep('parley.invitation', JSON.stringify({ room, invite }));
  history.replaceState(null, '', location.pathname);
  return true;
}

/** @returns {{room: string, invite: string} | null} */
export function take_invitation() {
  const text = kept('parley.invitation');
  keep('parley.invitation', '');
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * The rooms of this user, and how far each was read, for all tabs of this browser.
 * @param {string} user
 * @returns {{[room: string]: {epoch: string | number | null, seq: number}}}
 */
export function load_rooms(user) {
  try {
    return JSON.parse(localStorage.getItem(key('rooms', user)) ?? '{}');
  } catch {
    return {};
  }
}

/** @param {string} user @param {ReturnType<typeof load_rooms>} rooms */
export function save_rooms(user, rooms) {
  try {
    localStorage.setItem(key('rooms', user), JSON.stringify(rooms));
  } catch { /* Then they are looked for again the next time. */ }
}

/** Another tab has changed them. @param {string} user @param {StorageEvent} event */
export function concerns_rooms(user, event) {
  return event.key === key('rooms', user);
}

/** What holds for this browser, whoever uses it: a switch that is on. @param {string} what */
export function wishes(what) {
  try {
    return localStorage.getItem(`parley.${what}`) === 'yes';
  } catch {
    return false;
  }
}

/** @param {string} what @param {boolean} wanted */
export function keep_wish(what, wanted) {
  try {
    if (wanted) localStorage.setItem(`parley.${what}`, 'yes');
    else localStorage.removeItem(`parley.${what}`);
  } catch { /* Then it lasts as long as the page. */ }
}

/** Whether somebody has been in from this browser before; the first visit starts with registering. */
export function been_here() {
  return wishes('been-here');
}

export function remember_visit() {
  keep_wish('been-here', true);
}
