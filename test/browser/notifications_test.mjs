// Being told: by a notification where one is named, and by title and icon where something is unread.

import assert from 'node:assert/strict';
import { look } from './support/look.mjs';
import { inside, message, register, say, scene } from './support/scene.mjs';

const fast = { limits: { message_interval: '0s' } };
const switch_label = 'Notify me when I am named';

/** Goes where the lobby is not shown. @param {import('playwright-core').Page} page */
async function go_to_the_attic(page) {
  await page.locator('#finder-button').click();
  await page.getByLabel('Room’s name').fill('attic');
  await page.getByRole('button', { name: 'Make the room' }).click();
  await page.locator('#room-name').getByText('# attic', { exact: true }).waitFor();
}

/**
 * Somebody who lets this page notify. Headless Chromium never does, so the page is told that it may, and what it gives the
 * service worker's registration is noted down.
 * @param {import('./support/scene.mjs').Scene} s @param {string} name
 */
async function notified(s, name) {
  const page = await s.stranger();
  await page.context().addInitScript(() => {
    window.told = [];
    Object.defineProperty(Notification, 'permission', { value: 'granted' });
    ServiceWorkerRegistration.prototype.showNotification = async (title, { body, tag, data }) => {
      window.told.push({ text: `${title}: ${body}`, tag, data });
    };
    window.taken_back = [];
    ServiceWorkerRegistration.prototype.getNotifications = async () => window.told.map(({ text, data }) => ({
      data, close: () => window.taken_back.push(text),
    }));
  });
  await page.reload();
  await register(page, name);
  await inside(page);
  await page.getByLabel(switch_label).check();
  return page;
}

/** @param {import('playwright-core').Page} page */
const told = (page) => page.evaluate(() => window.told.map(({ text }) => text));

/** @param {import('playwright-core').Page} page @param {string[]} wanted */
async function told_exactly(page, wanted) {
  await page.waitForFunction((count) => window.told.length >= count, wanted.length);
  assert.deepEqual(await told(page), wanted);
}

scene('whoever is named where it is not looked at hears of it, where that is switched on', async (s) => {
  const ada = await s.guest('ada');
  const bob = await notified(s, 'bob');
  await say(ada, 'hello @bob');
  await message(bob, 'hello @bob').waitFor();
  await go_to_the_attic(bob);
  await say(ada, 'nothing for anybody');
  await say(ada, 'come back @bob');
  await told_exactly(bob, ['ada in # lobby: come back @bob']);
  await bob.getByLabel(switch_label).uncheck();
  await say(ada, 'and again @bob');
  await bob.locator('#room-list .badge').getByText('3', { exact: true }).waitFor();
  await told_exactly(bob, ['ada in # lobby: come back @bob']);
}, fast);

scene('a notification goes when what it tells is read', async (s) => {
  const ada = await s.guest('ada');
  const bob = await notified(s, 'bob');
  await go_to_the_attic(bob);
  await say(ada, 'come back @bob');
  await told_exactly(bob, ['ada in # lobby: come back @bob']);
  assert.deepEqual(await bob.evaluate(() => window.taken_back), []);
  await bob.locator('#room-list a').filter({ hasText: 'lobby' }).click();
  await bob.waitForFunction(() => window.taken_back.length > 0);
  assert.deepEqual(await bob.evaluate(() => window.taken_back), ['ada in # lobby: come back @bob']);
}, fast);

scene('a click on a notification leads to the room, in the tab that is there', async (s) => {
  const ada = await s.guest('ada');
  const bob = await notified(s, 'bob');
  await go_to_the_attic(bob);
  await say(ada, 'over here @bob');
  await told_exactly(bob, ['ada in # lobby: over here @bob']);
  const [worker] = bob.context().serviceWorkers();
  await worker.evaluate((data) => {
    const click = new ExtendableEvent('notificationclick');
    self.dispatchEvent(Object.assign(click, { notification: { data, close() {} } }));
  }, await bob.evaluate(() => window.told[0].data));
  await bob.locator('#room-name').getByText('# lobby', { exact: true }).waitFor();
  assert.deepEqual(bob.context().pages(), [bob]);
}, fast);

scene('where a page may not notify, what was said is shown all the same', async (s) => {
  const ada = await s.guest('ada');
  const bob = await s.stranger();
  await bob.addInitScript(() => {
    window.Notification = class {
      static permission = 'granted';
      constructor() {
        throw new TypeError('Illegal constructor. Use ServiceWorkerRegistration.showNotification() instead.');
      }
    };
    navigator.serviceWorker.register = () => Promise.reject(new DOMException('no', 'SecurityError'));
  });
  await bob.reload();
  await register(bob, 'bob');
  await inside(bob);
  await bob.getByLabel(switch_label).check();
  // Headless Chromium never hides a page, so the page is told that it is hidden.
  await bob.evaluate(() => Object.defineProperty(document, 'hidden', { value: true, configurable: true }));
  await say(ada, 'are you there @bob?');
  await message(bob, 'are you there @bob?').waitFor();
}, fast);

scene('one view that fails takes nothing from the others', async (s) => {
  const page = await s.stranger();
  const found = await page.evaluate(async () => {
    const { create_store } = await import('/js/store.js');
    const reported = new Promise((done) => addEventListener('error', (event) => {
      event.preventDefault();
      done(event.message);
    }));
    const store = create_store();
    const drawn = [];
    store.on(['messages'], () => { throw new Error('this view is broken'); });
    store.on(['messages'], () => drawn.push('messages'));
    store.changed('messages');
    return { drawn, reported: await reported };
  });
  assert.deepEqual(found.drawn, ['messages']);
  assert.match(found.reported, /this view is broken/);
});

/** Headless Chromium never hides a page, so the page is told. @param {import('playwright-core').Page} page @param {boolean} hidden */
function hide(page, hidden) {
  return page.evaluate((value) => {
    Object.defineProperty(document, 'hidden', { value, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  }, hidden);
}

/** @param {import('playwright-core').Page} page @param {string} title */
const titled = (page, title) => page.waitForFunction((wanted) => document.title === wanted, title).catch(async (cause) => {
  throw new Error(`wanted the title ${title}, saw ${await page.title()}`, { cause });
});

scene('what is said in a room that is not shown is in the title, on the icon, and on the way to the rooms', async (s) => {
  const ada = await s.guest('ada');
  const bob = await s.guest('bob', { viewport: { width: 390, height: 844 } });
  await bob.locator('#rooms-button').click();
  await go_to_the_attic(bob);
  await titled(bob, 'attic · Parley');
  assert.equal(await bob.locator('#rooms-badge').isVisible(), false);
  await say(ada, 'one');
  await say(ada, 'two');
  await titled(bob, '(2) attic · Parley');
  assert.equal(await bob.locator('#favicon').getAttribute('href'), '/favicon-unread.svg');
  await bob.locator('#rooms-badge').getByText('2', { exact: true }).waitFor();
  await bob.getByRole('button', { name: 'Rooms, 2 unread' }).waitFor();
  await look(bob, 'unread-elsewhere');
  await bob.setViewportSize({ width: 390, height: 844 });
  await bob.locator('#rooms-button').click();
  await bob.locator('#room-list a').filter({ hasText: 'lobby' }).click();
  await titled(bob, 'lobby · Parley');
  assert.equal(await bob.locator('#favicon').getAttribute('href'), '/favicon.svg');
  assert.equal(await bob.locator('#rooms-badge').isVisible(), false);
}, fast);

scene('the first message in an empty room counts for who does not look', async (s) => {
  const ada = await s.guest('ada');
  const bob = await s.guest('bob');
  await hide(bob, true);
  await say(ada, 'is this on?');
  await titled(bob, '(1) lobby · Parley');
  await hide(bob, false);
  await titled(bob, 'lobby · Parley');
});

scene('what is read in one tab is unread in none, and nobody is notified of it', async (s) => {
  const ada = await s.guest('ada');
  const bob = await notified(s, 'bob');
  const other = await s.another_tab(bob);
  await inside(other);
  await hide(bob, true);
  await hide(other, true);
  await say(ada, 'psst, @bob');
  await say(ada, 'hello?');
  for (const page of [bob, other]) await titled(page, '(2) lobby · Parley');
  await hide(bob, false);
  for (const page of [bob, other]) await titled(page, 'lobby · Parley');
  const before = await told(other);
  await say(ada, 'are you reading this, @bob?');
  await message(other, 'are you reading this, @bob?').waitFor();
  await say(ada, 'and this?');
  await message(other, 'and this?').waitFor();
  await other.waitForTimeout(1000);  // longer than a notification is held back
  assert.deepEqual(await told(other), before);
  assert.equal(await other.title(), 'lobby · Parley');
}, fast);

scene('notifications are switched for all tabs at once', async (s) => {
  await s.guest('ada');
  const bob = await notified(s, 'bob');
  const other = await s.another_tab(bob);
  await inside(other);
  assert.equal(await other.getByLabel(switch_label).isChecked(), true);
  await bob.getByLabel(switch_label).uncheck();
  await other.waitForFunction(() => !document.getElementById('notify').checked);
  await bob.getByLabel(switch_label).check();
  await other.waitForFunction(() => document.getElementById('notify').checked);
});
