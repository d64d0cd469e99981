// The switch for notifications, and the notifications.

import { element } from './elements.js';
import { keep_wish, wishes } from './drafts.js';
import { is_named } from './mentions.js';
import { room_title } from './names.js';

// Another tab may be reading it just now, and will say so.
const read_within_ms = 400;
const worker_within_ms = 5_000;

/**
 * The service worker that shows them; null where there can be none (a certificate that the browser does not trust, say).
 * @returns {Promise<ServiceWorkerRegistration | null>}
 */
async function worker() {
  try {
    await navigator.serviceWorker.register('/notifications.js');
    return await Promise.race([
      navigator.serviceWorker.ready,
      new Promise((_, late) => setTimeout(late, worker_within_ms)),
    ]);
  } catch {
    return null;
  }
}

/**
 * @param {import('./store.js').Store} store
 * @param {import('./chat.js').Chat} chat
 */
export function create_notifications(store, chat) {
  const { state } = store;
  const box = element('notify', HTMLInputElement);
  const row = element('notify-row', HTMLElement);
  /** @type {ReturnType<typeof worker> | undefined} */
  let made;
  /** Rooms of which notifications may stand there. @type {Set<string>} */
  const told = new Set();

  function draw() {
    row.hidden = !('Notification' in window);
    box.checked = !row.hidden && wishes('notify') && Notification.permission === 'granted';
    if (box.checked) made ??= worker();
  }

  box.addEventListener('change', async () => {
    const wanted = box.checked && (Notification.permission === 'granted' || await Notification.requestPermission() === 'granted');
    keep_wish('notify', wanted);
    if (box.checked && !wanted) {
      state.notice = 'Your browser does not let Parley notify you. Its settings for this page can change that.';
      store.changed('notice');
    }
    draw();
  });

  /** @param {string} title @param {string} body @param {string} room @param {string} tag */
  async function show(title, body, room, tag) {
    const registration = await made;
    if (registration) {
      told.add(room);
      await registration.showNotification(title, { body, tag, data: { room } });
      return;
    }
    const shown = new Notification(title, { body, tag });
    shown.onclick = () => {
      focus();
      chat.show(room);
      shown.close();
    };
  }

  chat.on_said(async (room, said) => {
    const is_direct = room.startsWith('@');
    if (!box.checked || said.from === state.user || !(is_direct || is_named(said.text, state.user))) return;
    await new Promise((done) => setTimeout(done, read_within_ms));
    // The switch is all tabs', and may have been thrown meanwhile.
    if (!state.user || chat.is_read(room, said.seq) || !wishes('notify')) return;
    // The tag makes one of it where several tabs are open. A browser that shows none (Android, without the worker) throws.
    show(`${said.from} in ${room_title(room, state.user)}`, said.text, room, `${room}:${said.seq}`).catch(() => {});
  });

  navigator.serviceWorker?.addEventListener('message', ({ data }) => {
    if (state.user && state.rooms.has(data?.show)) chat.show(data.show);
  });
  /** What is read need not be told any more. @param {string} room */
  async function take_back(room) {
    const registration = await made;
    for (const shown of await registration?.getNotifications() ?? []) if (shown.data?.room === room) shown.close();
  }

  store.on(['unread'], () => {
    for (const room of told) {
      if (state.rooms.get(room)?.unread) continue;
      told.delete(room);
      take_back(room).catch(() => {});
    }
  });
  store.on(['user'], draw);
  addEventListener('storage', draw);  // switched in another tab
}
