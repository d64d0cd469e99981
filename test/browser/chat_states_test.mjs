// Every state of the chat, looked at closely.

import assert from 'node:assert/strict';
import { composer, inside, message, pending, say, scene } from './support/scene.mjs';
import { refuse } from './support/network.mjs';
import { look, overflow } from './support/look.mjs';

const no_pace = { limits: { message_interval: '0' } };

const conversation = [
  ['ada', 'Morning, everyone ☀️'], ['ada', 'Is the river path dry?'], ['grace', 'Dry enough for bicycles'],
  ['linus.b', 'I took the bus, as one does'], ['ada', 'Noted 😄'], ['grace', 'Lunch at one?'],
  ['ada', 'Yes please, the place with the blue door'], ['linus.b', 'Five minutes late, save me a seat'],
  ['grace', 'שלום, and also: https://localhost/a/very-long-url'], ['ada', '🎈🎈🎈'],
];

/** Everybody says their lines, in order. @param {import('./support/scene.mjs').Scene} s */
async function lively(s) {
  const people = {};
  for (const name of ['ada', 'grace', 'linus.b']) people[name] = await s.guest(name);
  for (const [who, text] of conversation) {
    await say(people[who], text);
    await message(people.ada, text).waitFor();
  }
  return people;
}

scene('an empty room, and the first message in it', async (s) => {
  const ada = await s.guest('ada');
  await ada.locator('#empty').waitFor();
  await look(ada, 'empty-room');
  await say(ada, 'Hello, room');
  await message(ada, 'Hello, room').waitFor();
  await look(ada, 'first-message');
}, no_pace);

scene('a conversation, its sheets, and new messages below the fold', async (s) => {
  const { ada, grace } = await lively(s);
  await look(ada, 'conversation');
  await ada.setViewportSize({ width: 390, height: 844 });
  for (const [button, state] of [['#people-button', 'people-sheet'], ['#rooms-button', 'rooms-sheet']]) {
    await look(ada, state, async (page) => {
      // A sheet closes by itself where the window grows wide enough to show a column in its place.
      if (await page.locator(button).isVisible() && !(await page.locator(':popover-open').count()))
        await page.locator(button).click();
    });
    await ada.setViewportSize({ width: 390, height: 844 });
    await ada.keyboard.press('Escape');
    await ada.locator(':popover-open').waitFor({ state: 'detached' });
  }
  for (let i = 0; i < 30; ++i) {
    await say(grace, `filling the room, ${i}`);
    await message(grace, `filling the room, ${i}`).waitFor();
  }
  await message(ada, 'filling the room, 29').waitFor();
  await ada.locator('#scroller').evaluate((box) => {
    box.scrollTop = 0;
  });
  for (const text of ['look down here', 'and here']) {
    await say(grace, text);
    await message(grace, text).waitFor();
  }
  await ada.locator('#pill').waitFor();
  await look(ada, 'new-below');
}, { ...no_pace, idle: { warn_after: '5m', kick_after: '10m' } });

scene('a cool-down with a message that waits, a text too long, and a refused one', async (s) => {
  const ada = await s.guest('ada');
  await say(ada, 'The first goes at once');
  await message(ada, 'The first goes at once').waitFor();
  await say(ada, 'the second waits its turn');
  await pending(ada, 'the second').waitFor();
  await look(ada, 'cooling-down');
  await composer(ada).fill('Nearly at the limit, but not over it yet');
  await look(ada, 'near-the-limit');
  await composer(ada).fill('Some thoughts just do not fit into fifty characters, do they');
  await look(ada, 'too-long');
}, { limits: { message_interval: '5m' } });

scene('a refused message', async (s) => {
  const ada = await s.guest('ada');
  await refuse(ada, 'around');
  await ada.reload();
  await inside(ada);
  await say(ada, 'this one turns around');
  await pending(ada, 'this one turns').getByRole('button', { name: 'Edit' }).waitFor();
  await look(ada, 'refused');
});

scene('reconnecting with two messages waiting, and a server that restarts', async (s) => {
  const { ada } = await lively(s);
  await s.server.stop();
  await ada.getByText(/The server is restarting/).waitFor();
  await look(ada, 'restarting');
  await s.server.run();
  await ada.locator('#link[data-state="online"]').waitFor();
  await s.server.stop('SIGKILL');
  await ada.getByText(/The connection is lost/).waitFor();
  await say(ada, 'Is it me or the network?');
  await say(ada, 'It was the network');
  await ada.getByText('2 messages wait here').waitFor();
  await look(ada, 'reconnecting');
  await ada.context().setOffline(true);
  await ada.getByText(/You are offline/).waitFor();
  await look(ada, 'offline');
}, no_pace);

scene('warned, where any movement counts', async (s) => {
  const ada = await s.guest('ada');
  await say(ada, 'I will be quiet now');
  await ada.locator('#staying').waitFor();
  await look(ada, 'warned');
}, { idle: { warn_after: '1s', kick_after: '60s' } });

scene('warned, where only messages count', async (s) => {
  const ada = await s.guest('ada');
  await ada.locator('#staying').waitFor();
  await look(ada, 'warned-message');
}, { idle: { warn_after: '1s', kick_after: '60s', activity: 'message' } });

scene('a full room, and too many tabs', async (s) => {
  const ada = await s.guest('ada');
  const tab = await s.another_tab(ada);
  await tab.getByText(/too many places/).waitFor();
  await look(tab, 'too-many-tabs');
  await tab.close();
  const page = await s.stranger();
  await page.locator('#to-register').click();
  await page.getByLabel('Name', { exact: true }).fill('grace');
  await page.getByLabel('Password', { exact: true }).fill('correct horse battery');
  await page.keyboard.press('Enter');
  await page.getByText('There is no seat left').waitFor();
  await look(page, 'room-full');
}, { rooms: { capacity: 1 }, limits: { sockets_per_user: 1 } });

scene('at 320 pixels and text of twice the size everything can be reached and nothing scrolls sideways', async (s) => {
  const ada = await s.guest('ada', { viewport: { width: 320, height: 640 } });
  await say(ada, 'a'.repeat(50));
  await message(ada, 'a'.repeat(50)).waitFor();
  for (const size of ['100%', '200%']) {
    await ada.evaluate((value) => {
      document.documentElement.style.fontSize = value;
    }, size);
    await composer(ada).fill('Some thoughts just do not fit into fifty characters, do they');
    assert.equal(await overflow(ada), 0, size);
    for (const id of ['#search-button', '#people-button', '#rooms-button', '#send', '.writing', '#room-name']) {
      const box = await ada.locator(id).boundingBox();
      assert.ok(box && box.x >= 0 && box.x + box.width <= 320.5 && box.y >= 0 && box.y + box.height <= 640.5,
        `${id} at ${size} is at ${JSON.stringify(box)}`);
    }
    await ada.screenshot({ path: new URL(`results/narrow-${size.slice(0, -1)}.png`, import.meta.url).pathname });
  }
  await ada.locator('#rooms-button').click();
  await ada.getByRole('button', { name: 'Leave chat' }).click();
  await ada.locator('#entry').waitFor();
  assert.equal(await overflow(ada), 0);
  await ada.screenshot({ path: new URL('results/narrow-200-entry.png', import.meta.url).pathname });
}, no_pace);

scene('with forced colours every control can be seen, and with reduced motion nothing moves', async (s) => {
  const ada = await s.guest('ada', { forcedColors: 'active', reducedMotion: 'reduce' });
  await say(ada, 'In high contrast');
  await message(ada, 'In high contrast').waitFor();
  await composer(ada).fill('Some thoughts just do not fit into fifty characters, do they');
  await look(ada, 'forced-colours');
  for (const id of ['#send', '#leave'])
    assert.notEqual(await ada.locator(id).evaluate((button) => getComputedStyle(button).borderTopStyle), 'none', id);
  const moving = await ada.evaluate(() => document.getAnimations()
    .filter(({ effect }) => effect?.getTiming().easing === 'linear').length);
  assert.equal(moving, 0);
});

scene('everything can be done with the keyboard alone', async (s) => {
  const ada = await s.stranger({ viewport: { width: 800, height: 600 } });
  await ada.keyboard.type('ada');
  await ada.keyboard.press('Tab');
  await ada.keyboard.type('correct horse battery');
  await ada.keyboard.press('Enter');
  await inside(ada);
  await ada.keyboard.type('typed without a mouse');
  await ada.keyboard.press('Enter');
  await message(ada, 'typed without a mouse').waitFor();
  await ada.keyboard.press('Control+k');
  assert.equal(await ada.evaluate(() => document.activeElement?.getAttribute('href')), '#lobby');
  await ada.keyboard.press('Enter');
  assert.equal(await ada.evaluate(() => document.activeElement?.id), 'text');
  await ada.locator('#people-button').focus();
  await ada.keyboard.press('Enter');
  await ada.locator('#people:popover-open').waitFor();
  await ada.keyboard.press('Escape');
  assert.equal(await ada.evaluate(() => document.activeElement?.id), 'people-button');
  await ada.keyboard.press('Control+k');
  for (let i = 0; i < 10 && await ada.evaluate(() => document.activeElement?.id) !== 'leave'; ++i) await ada.keyboard.press('Tab');
  await ada.keyboard.press('Enter');
  await ada.locator('#entry').waitFor();
});
