// A click does what one aimed at: nothing slides under it, and what cannot be undone asks first.

import assert from 'node:assert/strict';
import { inside, message, register, say, scene } from './support/scene.mjs';

const warns = { limits: { message_interval: '0s' }, idle: { warn_after: '2s', kick_after: '60s' }, auth: { operators: '[ada]' } };

/** Who may remove every message, in a room full of them. @param {import('playwright-core').Page} page */
async function fill_room(page) {
  for (let i = 0; i < 40; ++i) await say(page, `message ${i}`);
  await message(page, 'message 39').waitFor();
}

/** Where messages and the composer stand. @param {import('playwright-core').Page} page */
const places = (page) => page.evaluate(() => [...document.querySelectorAll('#log .message, #composer')]
  .map((one) => one.getBoundingClientRect().y));

for (const [device, options] of /** @type {const} */ ([
  ['a mouse', { viewport: { width: 1280, height: 800 } }],
  ['a finger', { viewport: { width: 390, height: 844 }, hasTouch: true }],
]))
  scene(`with ${device}, the bar that asks whether one stays moves nothing, and catches the click`, async (s) => {
    const ada = await s.guest('ada', options);
    await say(ada, 'a short conversation');
    await message(ada, 'a short conversation').waitFor();
    for (const fill of [async () => {}, fill_room]) {
      await fill(ada);
      const before = await places(ada);
      await ada.locator('#staying').waitFor();
      assert.deepEqual(await places(ada), before);
    }
    await ada.evaluate(() => {
      window.clicked = [];
      addEventListener('click', ({ target }) => window.clicked.push(target.id || target.className), { capture: true });
    });
    const { x, y, width, height } = await ada.locator('#staying-button').boundingBox();
    const [left, top] = [x + width / 2, y + height / 2];
    if (options.hasTouch) {
      await ada.touchscreen.tap(left, top);
    } else {
      await ada.mouse.move(left - 5, top);
      await ada.mouse.move(left, top);
      await ada.mouse.down();
      // As long as a slow hand needs, and the server has answered.
      await new Promise((done) => setTimeout(done, 1000));
      assert.ok(await ada.locator('#staying').isVisible());
      await ada.mouse.up();
    }
    await ada.locator('#staying').waitFor({ state: 'hidden' });
    assert.deepEqual(await ada.evaluate(() => window.clicked), ['staying-button']);
    assert.equal(await ada.locator('#log .gone').count(), 0);
  }, warns);

scene('the line about the connection moves nothing, at the bottom and further up', async (s) => {
  const ada = await s.guest('ada');
  await fill_room(ada);
  for (const place of [1e6, 200]) {
    await ada.locator('#scroller').evaluate((box, top) => {
      box.scrollTop = top;
    }, place);
    const before = await places(ada);
    await s.server.stop('SIGKILL');
    await ada.locator('#status').waitFor();
    assert.deepEqual(await places(ada), before);
    await s.server.run();
    await ada.locator('#status').waitFor({ state: 'hidden' });
    await inside(ada);
    assert.deepEqual(await places(ada), before);
  }
}, { ...warns, idle: {} });

scene('what cannot be undone asks first, and forgets the question', async (s) => {
  const ada = await s.guest('ada');
  const bob = await s.stranger();
  await register(bob, 'bob');
  await inside(bob);
  await say(bob, 'do not touch this');
  await message(ada, 'do not touch this').hover();
  await ada.getByRole('button', { name: 'Remove', exact: true }).dblclick();
  await ada.getByRole('button', { name: 'Really remove?' }).waitFor();
  await ada.locator('#text').focus();
  await ada.getByRole('button', { name: 'Remove', exact: true }).waitFor();
  await ada.locator('#people-list button').filter({ hasText: 'bob' }).click();
  for (const [act, question] of [['Put out', 'Really put out?'], ['Ban', 'Really ban?']]) {
    await ada.getByRole('button', { name: act, exact: true }).click();
    await ada.getByRole('button', { name: question }).waitFor();
  }
  await ada.keyboard.press('Escape');
  await say(bob, 'I am still here');
  await message(ada, 'I am still here').waitFor();
  assert.equal(await ada.locator('#log .gone').count(), 0);
}, { ...warns, idle: {} });
