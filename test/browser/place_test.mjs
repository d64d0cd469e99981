// Where one is: in the address, with the back button, over a reload, a log-in and a kick.

import assert from 'node:assert/strict';
import { look } from './support/look.mjs';
import { composer, conversation, fill_in, inside, message, password, register, say, scene } from './support/scene.mjs';

/** @param {import('playwright-core').Page} page @param {string} text */
const title = (page, text) => page.locator('#room-name').getByText(text, { exact: true }).waitFor();

/** @param {import('playwright-core').Page} page */
const hash = (page) => page.evaluate(() => location.hash);

/** @param {import('playwright-core').Page} page @param {string} name */
async function make_room(page, name) {
  await page.locator('#finder-button').click();
  await page.getByLabel('Room’s name').fill(name);
  await page.getByRole('button', { name: 'Make the room' }).click();
  await title(page, `# ${name}`);
}

scene('the room that is shown stands in the address, is there after a reload, and the back button leads to the one before', async (s) => {
  const ada = await s.guest('ada');
  assert.equal(await hash(ada), '#lobby');
  await make_room(ada, 'attic');
  await say(ada, 'up here');
  await message(ada, 'up here').waitFor();
  assert.equal(await hash(ada), '#attic');
  await ada.goBack();
  await title(ada, '# lobby');
  await ada.goForward();
  await title(ada, '# attic');
  await ada.reload();
  await title(ada, '# attic');
  await conversation(ada, ['up here']);
  // Another tab begins where its address says.
  const other = await ada.context().newPage();
  await other.goto(`${s.server.url}/#attic`);
  await title(other, '# attic');
  await conversation(other, ['up here']);
});

scene('who is sent away while talking alone comes back to where the draft is', async (s) => {
  const bob = await s.guest('bob');
  await bob.evaluate(() => setInterval(() => dispatchEvent(new KeyboardEvent('keydown', { key: 'Shift' })), 200));
  const ada = await s.guest('ada');
  await ada.locator('#people-list button').filter({ hasText: 'bob' }).click();
  await ada.getByRole('button', { name: 'Talk alone' }).click();
  await title(ada, '@ bob');
  assert.equal(await hash(ada), '#@ada:bob');
  await composer(ada).fill('I was about to say');
  await ada.locator('#entry').waitFor();
  assert.equal(await hash(ada), '');
  await fill_in(ada, 'ada', password);
  await title(ada, '@ bob');
  assert.equal(await composer(ada).inputValue(), 'I was about to say');
}, { idle: { warn_after: '4s', kick_after: '6s' } });

scene('an address leads in after the log-in, but nobody is taken where they have never been', async (s) => {
  const ada = await s.guest('ada');
  await make_room(ada, 'attic');
  const bob = await s.stranger();
  await bob.goto('about:blank');
  await bob.goto(`${s.server.url}/#attic`);
  await bob.locator('#entry').waitFor();
  await register(bob, 'bob');
  await bob.getByText('Go in here?').waitFor();
  await title(bob, '# attic');
  assert.equal(await ada.locator('#people-list .name').count(), 1);
  await look(bob, 'unvisited-room');
  await bob.getByRole('button', { name: 'Go in' }).click();
  await inside(bob);
  await ada.locator('#people-list .name').getByText('bob').waitFor();
  await bob.reload();
  await inside(bob);
  await title(bob, '# attic');

  // One that is not there leaves no trace either, nor does a room of two that somebody has written into an address.
  for (const name of ['nowhere', '@ada:bob']) {
    await bob.evaluate((room) => {
      location.hash = `#${room}`;
    }, name);
    await bob.getByText('Go in here?').waitFor();
    await bob.goBack();
    await title(bob, '# attic');
    assert.deepEqual((await bob.locator('#room-list .room-label').allTextContents()).sort(), ['# attic', '# lobby']);
  }
  assert.equal(await ada.locator('#room-list li').count(), 2);
});

scene('after leaving, the address and the tab remember no room', async (s) => {
  const ada = await s.guest('ada');
  await make_room(ada, 'attic');
  await ada.getByRole('button', { name: 'Leave chat' }).click();
  await ada.getByText('You have left').waitFor();
  assert.equal(await hash(ada), '');
  await fill_in(ada, 'ada', password);
  await title(ada, '# lobby');
});

scene('what stands in an address and is no room leads home', async (s) => {
  const ada = await s.guest('ada');
  for (const name of ['register', 'x', '%3Cb%3E', '__proto__:x', '@a:b:c']) {
    await ada.goto('about:blank');
    await ada.goto(`${s.server.url}/#${name}`);
    await inside(ada);
    await title(ada, '# lobby');
  }
});
