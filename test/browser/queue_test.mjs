// One's own messages on their way out: nothing holds them up for ever, and each can be called back.

import assert from 'node:assert/strict';
import { composer, conversation, inside, message, pending, say, scene } from './support/scene.mjs';

const no_pace = { limits: { message_interval: '0', flood: 'off', frame_rate: 'off' } };

/**
 * Takes the messages of this page out of the line to the server, as long as `takes` says so, and answers them with `answer`.
 * @param {import('playwright-core').Page} page
 * @param {(text: string) => boolean} takes
 * @param {object} [answer]
 */
async function intercept(page, takes, answer) {
  await page.routeWebSocket(/\/ws$/, (socket) => {
    const server = socket.connectToServer();
    socket.onMessage((data) => {
      const frame = JSON.parse(String(data));
      if (frame.type !== 'message' || !takes(frame.text)) server.send(data);
      else if (answer) socket.send(JSON.stringify(answer));
    });
  });
  await page.reload();
  await inside(page);
}

scene('a message that waits can be cancelled, or taken back to be changed', async (s) => {
  const ada = await s.guest('ada');
  await say(ada, 'at once');
  await message(ada, 'at once').waitFor();
  for (const text of ['second', 'third', 'fourth']) await say(ada, text);
  await pending(ada, 'second').getByRole('button', { name: 'Cancel' }).click();
  await pending(ada, 'second').waitFor({ state: 'detached' });
  assert.equal(await ada.evaluate(() => document.activeElement?.id), 'text');
  await pending(ada, 'third').getByRole('button', { name: 'Edit' }).click();
  assert.equal(await composer(ada).inputValue(), 'third');
  assert.deepEqual(await ada.locator('#waiting .words').allTextContents(), ['fourth']);
  await pending(ada, 'fourth').getByRole('button', { name: 'Cancel' }).focus();
  await ada.evaluate(() => dispatchEvent(new Event('offline')));  // something else that draws them anew
  await say(ada, 'fifth');
  await pending(ada, 'fifth').getByRole('button', { name: 'Cancel' }).focus();
  await pending(ada, 'fourth').getByRole('button', { name: 'Cancel' }).evaluate((button) => button.click());
  await pending(ada, 'fourth').waitFor({ state: 'detached' });
  await ada.reload();
  await inside(ada);
  await pending(ada, 'fifth').waitFor();
  assert.deepEqual(await ada.locator('#waiting .words').allTextContents(), ['fifth']);
}, { limits: { message_interval: '1h' } });

scene('a message that is refused without its id does not hold up the next, and says why', async (s) => {
  const ada = await s.guest('ada');
  await intercept(ada, (text) => text === 'bad', { type: 'error', code: 'bad_json', message: 'A frame has to be one JSON object.' });
  await say(ada, 'bad');
  await say(ada, 'good');
  await conversation(ada, ['good']);
  await pending(ada, 'bad').getByText('A frame has to be one JSON object.').waitFor();
}, no_pace);

scene('a message that was one frame too many goes out when the server takes frames again', async (s) => {
  const ada = await s.guest('ada');
  let first = true;
  await intercept(ada, () => first && !(first = false),
    { type: 'error', code: 'rate_limited', message: 'Too many frames.', retry_after_ms: 300 });
  await say(ada, 'again, please');
  await say(ada, 'and on');
  await conversation(ada, ['again, please', 'and on']);
}, no_pace);

scene('a join that was one frame too many is asked for again', async (s) => {
  const ada = await s.guest('ada');
  let first = true;
  await ada.routeWebSocket(/\/ws$/, (socket) => {
    const server = socket.connectToServer();
    socket.onMessage((data) => {
      if (!first || JSON.parse(String(data)).type !== 'join') server.send(data);
      else {
        first = false;
        socket.send(JSON.stringify({ type: 'error', code: 'rate_limited', message: 'Too many frames.', retry_after_ms: 300 }));
      }
    });
  });
  await ada.reload();
  await inside(ada);
}, no_pace);

scene('a message that is never answered is given up, and the others go out', async (s) => {
  const ada = await s.guest('ada');
  await ada.clock.install();
  await intercept(ada, (text) => text === 'into the void');
  await say(ada, 'into the void');
  await say(ada, 'hello');
  for (let i = 0; i < 120 && !(await message(ada, 'hello').count()); ++i) {
    await ada.clock.runFor(1000);
    await ada.evaluate(() => fetch('/api/session'));  // gives the socket time, in which nothing runs out
  }
  await conversation(ada, ['hello']);
  await pending(ada, 'into the void').getByText(/has not answered/).waitFor();
}, no_pace);

scene('half a pair of surrogates goes out as one that is whole', async (s) => {
  const ada = await s.guest('ada');
  await composer(ada).evaluate((field) => {
    field.value = 'half a \ud83d smile, and \\ud83d written out';
    field.dispatchEvent(new Event('input', { bubbles: true }));
  });
  await composer(ada).press('Enter');
  await conversation(ada, ['half a \ufffd smile, and \\ud83d written out']);
});

scene('what is refused in a room that is not shown is told where one looks', async (s) => {
  const ada = await s.guest('ada');
  const answers = [];
  await ada.routeWebSocket(/\/ws$/, (socket) => {
    const server = socket.connectToServer();
    socket.onMessage((data) => {
      const frame = JSON.parse(String(data));
      if (frame.type !== 'message') server.send(data);
      else answers.push(() => socket.send(JSON.stringify({ type: 'error', code: 'forbidden', message: 'Not now.', id: frame.id, room: frame.room })));
    });
  });
  await ada.reload();
  await inside(ada);
  await say(ada, 'hm');
  await ada.locator('#finder-button').click();
  await ada.getByLabel('Room’s name').fill('attic');
  await ada.getByRole('button', { name: 'Make the room' }).click();
  await ada.locator('#room-name').getByText('# attic', { exact: true }).waitFor();
  for (const answer of answers) answer();
  await ada.getByText('A message in # lobby was not sent: Not now.').waitFor();
});
