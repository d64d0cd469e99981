// The service worker: shows notifications where a page may not (Android), and brings the chat to the front at a click. It
// caches nothing and answers no request.

addEventListener('install', () => self.skipWaiting());
addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(come_back(event.notification.data?.room ?? ''));
});

/** @param {string} room */
async function come_back(room) {
  const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const page = pages.find(({ visibilityState }) => visibilityState === 'visible') ?? pages[0];
  if (!page) {
    await self.clients.openWindow(`/#${room}`);
    return;
  }
  page.postMessage({ show: room });
  await page.focus().catch(() => {});  // where the browser does not let it, the room is shown all the same
}
