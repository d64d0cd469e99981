// The page from its first moment: who is there, then either the log-in view or the chat.

import { logout, session } from './api.js';
import { create_chat } from './chat.js';
import { create_composer } from './composer.js';
import { forget, keep_farewell, keep_invitation, keep_wanted, remember_visit, take_farewell } from './drafts.js';
import { element, say } from './elements.js';
import { create_header } from './header.js';
import { create_idle } from './idle.js';
import { create_login } from './login.js';
import { create_message_list } from './message_list.js';
import { create_notifications } from './notifications.js';
import { create_people } from './people.js';
import { ending } from './close_codes.js';
import { room_in_address } from './place.js';
import { create_rooms } from './rooms.js';
import { create_store } from './store.js';
import { duration } from './text.js';
import { create_typing } from './typing.js';
import { create_unread } from './unread.js';

const views = ['boot', 'entry', 'chat'];
const store = create_store();
const chat = create_chat(store, unwelcome, ended);
const login = create_login(enter_chat);
/** What the log-in view says about this server. @type {import('./api.js').Session} */
let about = { user: null, registration: 'open', limits: store.state.limits };

const composer = create_composer(store, chat, () => list.follow());
const list = create_message_list(store, chat, composer.take_back);
create_header(store, chat, leave);
create_people(store);
create_rooms(store, chat);
create_notifications(store, chat);
create_typing(store, chat);
create_idle(store, chat);
create_unread(store);
on_demand('finder-button', async () => (await import('./finder.js')).create_finder(store, chat));
on_demand('search-button', async () => (await import('./search.js')).create_search(store, chat));
on_demand('settings-button', async () => (await import('./settings.js')).create_settings(store, chat));
on_demand('people-list', async () => (await import('./person.js')).create_person(store, chat));
follow_viewport();

/**
 * A dialog that not everybody opens: its module comes with the first click, and gives what opens it.
 * @param {string} id what is clicked
 * @param {() => Promise<(event: MouseEvent) => void>} make
 */
function on_demand(id, make) {
  /** @type {Promise<(event: MouseEvent) => void> | undefined} */
  let made;
  element(id, HTMLElement).addEventListener('click', async (event) => {
    try {
      (await (made ??= make()))(event);
    } catch {
      made = undefined;
      chat.notice('This part of the page could not be loaded. Try again in a moment.');
    }
  });
}

/** @param {'boot' | 'entry' | 'chat'} name */
function view(name) {
  for (const id of views) element(id, HTMLElement).hidden = id !== name;
}

let last_user = '';
/** @param {string} user */
function enter_chat(user) {
  remember_visit();
  if (last_user && user !== last_user) {
    location.reload();  // what another one has left in dialogs and in memory goes with the page
    return;
  }
  last_user = user;
  view('chat');
  chat.start(user);
  composer.focus();
}

/**
 * Why the chat is over, in a sentence; the server's own where there is nothing better to say.
 * @param {number} code @param {string} reason
 */
function why(code, reason) {
  const quiet = duration(store.state.limits.kick_after_ms);
  switch (ending(code)) {
    case 'idle': return `You were quiet for ${quiet}, so Parley logged you out. What you were writing is kept.`;
    case 'elsewhere': return 'You left the chat in another tab or window.';
    case 'revoked': return 'Your log-in has run out or was ended. Please log in again.';
    case 'expired': return 'Please log in again.';
    case 'removed': return reason || 'An operator removed you from the chat.';
    case 'flood': return 'Too many of your messages in a row had to be refused, so Parley logged you out.';
    default: return reason || 'The server ended the connection.';
  }
}

let leaving = false;
// Close codes of docs/protocol.md.
const not_logged_in = 4501;
const elsewhere = 4503;
// A tab that has no connection just now hears of a log-out, too.
const tabs = new BroadcastChannel('parley');
tabs.onmessage = (/** @type {MessageEvent<{left?: string}>} */ { data }) => {
  if (store.state.user && data?.left === store.state.user) start_afresh(why(elsewhere, ''));
};

/** Nothing of this user stays: not in storage, nor in a form, a dialog or the memory of the page. @param {string} farewell */
function start_afresh(farewell) {
  leaving = true;
  forget(store.state.user, [...store.state.rooms.values()]);
  keep_farewell(farewell);
  chat.stop();
  document.body.hidden = true;
  location.replace(location.pathname);
}

/** The server may not know us any more: the cookie is gone, or is somebody else's. */
async function unwelcome() {
  const { user } = store.state;
  const answer = await session();
  const { link } = store.state;
  if (!answer.ok || leaving || !user || user !== store.state.user || link.state === 'online') return;
  if (answer.value.user === null) ended(not_logged_in, '');
  else if (answer.value.user !== user) location.reload();
}

/** @param {number} code @param {string} reason */
async function ended(code, reason) {
  if (leaving) return;  // leave() is about to say the rest
  const name = store.state.user;
  const said = why(code, reason);
  if (code === elsewhere) {
    start_afresh(said);
    return;
  }
  about = { ...about, limits: store.state.limits };
  chat.stop();
  // A flood closes the connection and not the log-in; it is the user who decides to come back.
  if (ending(code) === 'flood') await logout();
  view('entry');
  login.show({ session: about, name, reason: said });
}

async function leave() {
  if (leaving) return;
  leaving = true;
  const { user } = store.state;
  const answer = await logout();
  leaving = false;
  if (!answer.ok && store.state.link.state !== 'off') {
    store.state.notice = `You are still logged in: ${answer.failure.message}`;
    store.changed('notice');
    return;
  }
  tabs.postMessage({ left: user });
  start_afresh('You have left. See you.');
}

const first_look_again_ms = 2_000;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let look_again;
async function start() {
  clearTimeout(look_again);
  const answer = await session();
  if (!answer.ok) {
    view('boot');
    say(element('boot-text', HTMLElement), answer.failure.message);
    look_again = setTimeout(start, first_look_again_ms);
    return;
  }
  about = answer.value;
  store.state.limits = about.limits;
  const reason = take_farewell();
  if (about.user && !reason) {
    enter_chat(about.user);
    return;
  }
  view('entry');
  login.show({ session: about, reason });
}

if (!keep_invitation()) keep_wanted(room_in_address());
addEventListener('hashchange', () => {
  if (keep_invitation() && store.state.link.state === 'online') chat.follow_invitation();
});
element('boot-retry', HTMLButtonElement).addEventListener('click', start);
start();

/**
 * The height that is really visible: Safari lays its keyboard over the page without telling `dvh`, and the composer
 * belongs above it.
 */
function follow_viewport() {
  const visible = window.visualViewport;
  if (!visible) return;
  const follow = () => {
    // Zooming with two fingers shrinks the viewport too, and is not a keyboard.
    document.documentElement.style.setProperty('--view-height', `${Math.round(visible.height * visible.scale)}px`);
  };
  visible.addEventListener('resize', follow);
  follow();
}
