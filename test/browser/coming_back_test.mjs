// Leaving, being sent away, and coming back by oneself.

import assert from 'node:assert/strict';
import { flaky } from './support/network.mjs';
import { composer, conversation, inside, message, pending, said, say, scene } from './support/scene.mjs';

scene('leaving logs out every tab, and the server knows the log-in no more', async (s) => {
  const ada = await s.guest('ada');
  const other = await s.another_tab(ada);
  await inside(other);
  await composer(ada).fill('this goes with me');
  await ada.getByRole('button', { name: 'Leave' }).click();
  await ada.getByText('You have left').waitFor();
  await other.getByText('You left the chat in another tab').waitFor();
  assert.equal(await ada.locator('#username').inputValue(), '');
  assert.equal(await ada.evaluate(async () => (await (await fetch('/api/session')).json()).user), null);
  assert.deepEqual(await ada.evaluate(() => Object.keys(sessionStorage)), []);
  await ada.reload();
  await ada.locator('#entry').waitFor();
});

scene('who leaves one browser stays in the other', async (s) => {
  const ada = await s.guest('ada');
  const phone = await s.stranger();
  await phone.locator('#to-login').click();
  await phone.getByLabel('Name', { exact: true }).fill('ada');
  await phone.getByLabel('Password', { exact: true }).fill('correct horse battery');
  await phone.keyboard.press('Enter');
  await inside(phone);
  await ada.getByRole('button', { name: 'Leave' }).click();
  await ada.locator('#entry').waitFor();
  await say(phone, 'still here');
  await message(phone, 'still here').waitFor();
});

scene('a restart of the server is lived through: logged in, draft kept, what waited delivered once', async (s) => {
  const ada = await s.guest('ada');
  const grace = await s.guest('grace');
  await say(ada, 'before the restart');
  await message(grace, 'before the restart').waitFor();
  assert.equal(await s.server.stop(), 0);
  await ada.getByText(/The server is restarting/).waitFor();
  await say(ada, 'first while away');
  await say(ada, 'second while away');
  await composer(ada).fill('a thought kept');
  await pending(ada, 'second while away').getByText('waits for the connection').waitFor();
  await ada.getByText('2 messages wait here').waitFor();
  await s.server.run();
  await message(grace, 'second while away').waitFor();
  await message(ada, 'second while away').waitFor();
  await ada.locator('#status').waitFor({ state: 'hidden' });
  assert.equal(await composer(ada).inputValue(), 'a thought kept');
  for (const page of [ada, grace])
    assert.deepEqual((await said(page)).filter((text) => text.endsWith('while away')), ['first while away', 'second while away']);
  assert.equal(await ada.locator('#waiting .pending').count(), 0);
});

scene('a server that dies without a word is waited for as well', async (s) => {
  const ada = await s.guest('ada');
  await s.server.stop('SIGKILL');
  await ada.getByText(/The connection is lost/).waitFor();
  await s.server.run();
  await ada.locator('#link[data-state="online"]').waitFor();
  await say(ada, 'back');
  await message(ada, 'back').waitFor();
});

scene('messages that wait survive a reload', async (s) => {
  const ada = await s.guest('ada');
  await say(ada, 'at once');
  await message(ada, 'at once').waitFor();
  await say(ada, 'in a moment');
  await pending(ada, 'in a moment').waitFor();
  await ada.reload();
  await inside(ada);
  await conversation(ada, ['at once', 'in a moment']);
}, { limits: { message_interval: '3s' } });

scene('what was said during a drop is there after it, in its place and without a gap', async (s) => {
  const ada = await s.guest('ada');
  const grace = await s.guest('grace');
  const network = await flaky(grace);
  await grace.reload();
  await inside(grace);
  await say(ada, 'one');
  await message(grace, 'one').waitFor();
  await network.cut();
  await grace.locator('#link[data-state="waiting"]').waitFor();
  await say(ada, 'two');
  await say(ada, 'three');
  await message(ada, 'three').waitFor();
  network.mend();
  await grace.evaluate(() => dispatchEvent(new Event('online')));
  await conversation(grace, ['one', 'two', 'three']);
  assert.equal(await grace.locator('.rule.gap').count(), 0);
}, { limits: { message_interval: '0' } });

scene('a message whose acknowledgement was lost is shown once', async (s) => {
  const ada = await s.guest('ada');
  const grace = await s.guest('grace');
  let deaf = true;
  await ada.routeWebSocket(/\/ws$/, (socket) => {
    const server = socket.connectToServer();
    server.onMessage(async (data) => {
      // The server has stored the message; the page never hears of it.
      if (deaf && JSON.parse(String(data)).type === 'ack') {
        deaf = false;
        await socket.close({ code: 4000, reason: 'cut' });
        return;
      }
      socket.send(data);
    });
  });
  await ada.reload();
  await inside(ada);
  await say(ada, 'once and only once');
  await message(grace, 'once and only once').waitFor();
  await conversation(ada, ['once and only once']);
  await ada.locator('#waiting .pending').waitFor({ state: 'detached' });
  await say(ada, 'and on');
  await conversation(grace, ['once and only once', 'and on']);
  await conversation(ada, ['once and only once', 'and on']);
}, { limits: { message_interval: '0' } });

// Somebody who speaks before and after a restart of the server, and sees both.
async function talk_over_a_restart(s) {
  const ada = await s.guest('ada');
  await say(ada, 'said before');
  await message(ada, 'said before').waitFor();
  await s.server.stop();
  await s.server.run();
  await ada.locator('#link[data-state="online"]').waitFor();
  await say(ada, 'said after');
  await conversation(ada, ['said before', 'said after']);
  return ada;
}

scene('after a restart that forgot what was said, the page says that something may be missing', async (s) => {
  const ada = await talk_over_a_restart(s);
  assert.equal(await ada.locator('.rule.gap').count(), 1);
}, { history: { mode: 'memory' } });

scene('after a restart everything is still there, and nothing twice', async (s) => {
  const ada = await talk_over_a_restart(s);
  assert.equal(await ada.locator('.rule.gap').count(), 0);
  const grace = await s.guest('grace');
  await conversation(grace, ['said before', 'said after']);
}, { limits: { message_interval: '0' } });

scene('what was said long ago comes when one scrolls up to it', async (s) => {
  const ada = await s.guest('ada');
  const numbers = Array.from({ length: 30 }, (_, i) => `message ${i + 1}`);
  for (const text of numbers) {
    await say(ada, text);
    await message(ada, text).waitFor();
  }
  const grace = await s.guest('grace');
  await conversation(grace, numbers.slice(-10));
  await grace.getByRole('button', { name: 'Show earlier messages' }).click();
  await conversation(grace, numbers);
  await grace.getByRole('button', { name: 'Show earlier messages' }).waitFor({ state: 'hidden' });
}, { limits: { message_interval: '0' }, history: { on_join: '10' } });

scene('a user with too many tabs is told so in the one too many, which comes in when another closes', async (s) => {
  const ada = await s.guest('ada');
  const second = await s.another_tab(ada);
  await inside(second);
  const third = await s.another_tab(ada);
  await third.getByText(/Parley is open in too many places/).waitFor();
  await second.close();
  await third.locator('#link[data-state="online"]').waitFor();
  await inside(third);
}, { limits: { sockets_per_user: 2 } });

scene('a path that is dead is found out when one looks, and when the network changes', async (s) => {
  const ada = await s.guest('ada');
  let dead = false;
  let sockets = 0;
  await ada.routeWebSocket(/\/ws$/, (socket) => {
    ++sockets;
    const server = socket.connectToServer();
    socket.onMessage((data) => dead || server.send(data));
    server.onMessage((data) => dead || socket.send(data));
  });
  await ada.reload();
  await inside(ada);
  const events = [
    () => document.dispatchEvent(new Event('visibilitychange')),
    () => dispatchEvent(new Event('online')),
    () => dispatchEvent(new Event('offline')),
  ];
  for (const event of events) {
    dead = true;
    await ada.evaluate(event);
    await ada.locator('#link:not([data-state="online"])').waitFor({ timeout: 8_000 });
    dead = false;
    await ada.locator('#link[data-state="online"]').waitFor();
    await inside(ada);
  }
  // One that lives is left alone.
  const before = sockets;
  for (const event of events) await ada.evaluate(event);
  await ada.waitForTimeout(4_500);
  assert.equal(sockets, before);
  await say(ada, 'alive');
  await message(ada, 'alive').waitFor();
});

scene('somebody else who logs in from the same browser does not inherit the page', async (s) => {
  const ada = await s.guest('ada');
  const network = await flaky(ada);
  await ada.reload();
  await inside(ada);
  await network.cut();
  await ada.evaluate(() => fetch('/api/register', {
    method: 'POST', headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ username: 'grace', password: 'correct horse battery' }),
  }));
  network.mend();
  await ada.evaluate(() => dispatchEvent(new Event('online')));
  await ada.locator('#me-name').getByText('grace').waitFor();
  await inside(ada);
  assert.deepEqual(await ada.locator('#people-list li[data-self] .name').allTextContents(), ['grace']);
});
