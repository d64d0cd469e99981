// Rooms that people make: finding, making, leaving them; private ones, rooms of two, and those who look after them.

import assert from 'node:assert/strict';
import { look } from './support/look.mjs';
import { composer, conversation, inside, message, pending, register, say, scene } from './support/scene.mjs';

/** @param {import('playwright-core').Page} page @param {string} name */
const room_link = (page, name) => page.locator('#room-list a').filter({ hasText: name });

/** @param {import('playwright-core').Page} page @param {string} name @param {{topic?: string, secret?: boolean}} [how] */
async function make_room(page, name, { topic = '', secret = false } = {}) {
  await page.locator('#finder-button').click();
  await page.getByLabel('Room’s name').fill(name);
  await page.getByLabel('Topic, if you like').fill(topic);
  if (secret) await page.locator('#maker-private').check();
  await page.getByRole('button', { name: 'Make the room' }).click();
}

/** Has found the room in the dialog and entered it. @param {import('playwright-core').Page} page @param {string} name */
async function enter_room(page, name) {
  await page.locator('#finder-button').click();
  await page.getByLabel('Find a room').fill(name);
  await page.locator('#finder-list button').filter({ hasText: name }).first().click();
  await title(page, `# ${name}`);
}

/** @param {import('playwright-core').Page} page @param {string} text */
const title = (page, text) => page.locator('#room-name').getByText(text, { exact: true }).waitFor();

/**
 * @param {import('playwright-core').Page} page @param {string} name @param {string} act
 * @param {string} [question] that is asked first
 */
async function moderate(page, name, act, question) {
  await page.locator('#people-list button').filter({ hasText: name }).click();
  await page.getByRole('button', { name: act, exact: true }).click();
  if (question) await page.getByRole('button', { name: question }).click();
  await page.locator('#person').waitFor({ state: 'hidden' });
}

scene('more rooms than a page are shown page by page', async (s) => {
  const ada = await s.guest('ada');
  await ada.evaluate(() => new Promise((resolve) => {
    const socket = new WebSocket(`wss://${location.host}/ws`, 'parley.v1');
    let made = 0;
    const make = () => socket.send(JSON.stringify({ type: 'create', room: `room-${made}` }));
    socket.addEventListener('message', ({ data }) => {
      const { type } = JSON.parse(data);
      if (type === 'settings' && ++made === 60) resolve(socket.close());
      else if (type === 'welcome' || type === 'settings') make();
    });
  }));
  await ada.locator('#finder-button').click();
  await ada.getByText('50 rooms so far').waitFor();
  await ada.getByRole('button', { name: 'Show more' }).click();
  await ada.getByText('61 rooms', { exact: true }).waitFor();
  assert.equal(await ada.getByRole('button', { name: 'Show more' }).count(), 0);
  assert.equal(new Set(await ada.locator('#finder-list .found-name').allTextContents()).size, 61);
  await ada.getByLabel('Find a room').fill('room-59');
  await ada.getByText('1 room', { exact: true }).waitFor();
}, { rooms: { per_user: 100 }, limits: { frame_rate: 'off' } });

scene('a room is made, found by its name, talked in and left, and remembered over a reload', async (s) => {
  const ada = await s.guest('ada');
  const bob = await s.guest('bob');
  await make_room(ada, 'Attic', { topic: 'tea and cake' });
  await title(ada, '# attic');
  assert.equal(await ada.locator('#room-topic').textContent(), 'tea and cake');
  await bob.locator('#finder-button').click();
  const found = bob.locator('#finder-list button').filter({ hasText: 'attic' });
  await found.waitFor();
  assert.match(await found.textContent() ?? '', /1\/1000 in/);
  await bob.keyboard.press('Escape');
  await enter_room(bob, 'attic');
  await say(ada, 'hello up here');
  await conversation(bob, ['hello up here']);
  await bob.reload();
  await inside(bob);
  await room_link(bob, 'lobby').waitFor();
  await room_link(bob, 'attic').click();
  await conversation(bob, ['hello up here']);
  await bob.getByRole('button', { name: 'Leave # attic' }).click();
  await title(bob, '# lobby');
  assert.equal(await room_link(bob, 'attic').count(), 0);
});

scene('what is said elsewhere is counted, also what was said while one was away', async (s) => {
  const ada = await s.guest('ada');
  const bob = await s.guest('bob');
  await make_room(ada, 'attic');
  await enter_room(bob, 'attic');
  await room_link(bob, 'lobby').click();
  await say(ada, 'one');
  await say(ada, 'two');
  await room_link(bob, 'attic').locator('.badge').getByText('2', { exact: true }).waitFor();
  await bob.goto('about:blank');
  await say(ada, 'three');
  await message(ada, 'three').waitFor();
  await bob.goto(s.server.url);
  await inside(bob);
  await room_link(bob, 'attic').locator('.badge').getByText('3', { exact: true }).waitFor();
  await room_link(bob, 'attic').click();
  await conversation(bob, ['one', 'two', 'three']);
  await room_link(bob, 'attic').locator('.badge').waitFor({ state: 'hidden' });
});

scene('a private room is entered by its invitation', async (s) => {
  const ada = await s.guest('ada');
  const bob = await s.guest('bob');
  await make_room(ada, 'den', { secret: true });
  await ada.locator('#invitation').waitFor();
  const invitation = await ada.getByLabel('Invitation', { exact: true }).inputValue();
  assert.ok(invitation.startsWith(`${s.server.url}/#join=den:`), invitation);
  await bob.locator('#finder-button').click();
  await bob.locator('#finder-list button').first().waitFor();
  assert.equal(await bob.locator('#finder-list button').filter({ hasText: 'den' }).count(), 0);
  await bob.goto('about:blank');
  await bob.goto(invitation);
  await title(bob, '# den');
  assert.ok(!bob.url().includes('join='), bob.url());
  await say(bob, 'knock knock');
  await ada.getByRole('button', { name: 'Close' }).first().click();
  await conversation(ada, ['knock knock']);

  // Who has no account yet makes one, and is taken there.
  const eve = await s.stranger();
  await eve.goto('about:blank');
  await eve.goto(invitation);
  await eve.locator('#entry').waitFor();
  assert.ok(!eve.url().includes('join='), eve.url());
  await register(eve, 'eve');
  await title(eve, '# den');
  await conversation(eve, ['knock knock']);

  // Left for good, it is gone after the next log-in too.
  await eve.getByRole('button', { name: 'Leave # den' }).click();
  await eve.getByRole('button', { name: 'Leave it?' }).click();
  await title(eve, '# lobby');
  await eve.reload();
  await inside(eve);
  await room_link(eve, 'lobby').waitFor();
  assert.equal(await room_link(eve, 'den').count(), 0);
});

scene('two people talk alone', async (s) => {
  const ada = await s.guest('ada');
  const bob = await s.guest('bob');
  await ada.locator('#people-list button').filter({ hasText: 'bob' }).click();
  await ada.getByRole('button', { name: 'Talk alone' }).click();
  await title(ada, '@ bob');
  await say(ada, 'between us');
  await room_link(bob, 'ada').locator('.badge').getByText('1', { exact: true }).waitFor();
  await room_link(bob, 'ada').click();
  await title(bob, '@ ada');
  await conversation(bob, ['between us']);

  // Left, it comes back when the other speaks again; and somebody who was away hears of it.
  await bob.getByRole('button', { name: 'Leave @ ada' }).click();
  await title(bob, '# lobby');
  assert.equal(await room_link(bob, 'ada').count(), 0);
  await bob.goto('about:blank');
  await say(ada, 'are you there?');
  await message(ada, 'are you there?').waitFor();
  await bob.goto(s.server.url);
  await inside(bob);
  await room_link(bob, 'ada').locator('.badge').getByText('2', { exact: true }).waitFor();
});

scene('an owner changes what a room is about, how fast it goes and who may come', async (s) => {
  const ada = await s.guest('ada');
  const bob = await s.guest('bob');
  await make_room(ada, 'attic');
  await enter_room(bob, 'attic');
  assert.ok(await bob.getByRole('button', { name: 'Room settings' }).isHidden());

  await ada.getByRole('button', { name: 'Room settings' }).click();
  await ada.getByLabel('Topic', { exact: true }).fill('tea and cake');
  await ada.getByLabel('Seats').fill('12');
  await ada.getByLabel('Slow mode').fill('3600');
  await ada.locator('#settings-private').check();
  await ada.getByRole('button', { name: 'Save' }).click();
  await ada.getByText('Saved.').waitFor();
  await bob.getByText('ada set the topic: tea and cake, the room to private, the seats to 12, slow mode to 60 min').waitFor();
  assert.equal(await bob.locator('#room-topic').textContent(), 'tea and cake');
  const link = ada.getByLabel('Whoever has this link may come in');
  const first = await link.inputValue();
  assert.ok(first.startsWith(`${s.server.url}/#join=attic:`), first);
  await ada.getByRole('button', { name: 'Make a new link' }).click();
  await ada.getByRole('button', { name: 'Really? The old one ends' }).click();
  await ada.getByText('The old link lets nobody in any more.').waitFor();
  assert.notEqual(await link.inputValue(), first);
  await look(ada, 'room-settings');
  await ada.getByLabel('Slow mode').fill('7200');
  await ada.getByRole('button', { name: 'Save' }).click();
  assert.ok(await ada.getByLabel('Slow mode').evaluate((field) => field.matches(':invalid')));
  await ada.keyboard.press('Escape');

  // A room's pace is no other room's.
  await say(bob, 'once an hour');
  await message(bob, 'once an hour').waitFor();
  await say(bob, 'too soon');
  await pending(bob, 'too soon').getByText(/goes out in/).waitFor();
  await room_link(bob, 'lobby').click();
  await say(bob, 'as ever here');
  await message(bob, 'as ever here').waitFor();
});

scene('settings that come late do not overwrite what was typed meanwhile', async (s) => {
  const ada = await s.guest('ada');
  /** @type {(() => void) | undefined} */
  let answer;
  let late = false;
  await ada.routeWebSocket(/\/ws$/, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((data) => {
      if (JSON.parse(String(data)).type !== 'settings' || !late) socket.send(data);
      else answer = () => socket.send(data);
    });
  });
  await ada.reload();
  await inside(ada);
  await make_room(ada, 'attic', { topic: 'tea' });
  await title(ada, '# attic');
  late = true;
  await ada.getByRole('button', { name: 'Room settings' }).click();
  await ada.locator('#settings').waitFor();  // its module comes with the first click
  assert.equal(await ada.getByLabel('Topic', { exact: true }).inputValue(), 'tea');
  await ada.getByLabel('Topic', { exact: true }).fill('tea and cake');
  late = false;
  for (let i = 0; i < 100 && !answer; ++i) await ada.waitForTimeout(20);
  answer?.();
  await ada.evaluate(() => fetch('/api/session'));  // by then the answer has been taken
  assert.equal(await ada.getByLabel('Topic', { exact: true }).inputValue(), 'tea and cake');
  await ada.getByRole('button', { name: 'Save' }).click();
  await ada.locator('#room-topic').getByText('tea and cake').waitFor();
});

scene('a moderator sets the topic and lets people back, and no more', async (s) => {
  const ada = await s.guest('ada');
  const bob = await s.guest('bob');
  const eve = await s.guest('eve');
  await make_room(ada, 'attic');
  for (const page of [bob, eve]) await enter_room(page, 'attic');
  await moderate(ada, 'bob', 'Make moderator');
  await moderate(ada, 'eve', 'Mute for 10 min');
  await eve.getByText(/You are muted here for another (10|9) min/).waitFor();
  await say(eve, 'hush');
  assert.equal(await composer(eve).inputValue(), 'hush');
  assert.equal(await eve.locator('#send').getAttribute('aria-disabled'), 'true');
  await look(eve, 'muted');

  await bob.getByRole('button', { name: 'Room settings' }).click();
  await bob.getByRole('button', { name: 'Let speak: eve' }).click();
  await bob.getByRole('button', { name: 'Let speak: eve' }).waitFor({ state: 'detached' });
  assert.ok(await bob.getByLabel('Seats').isHidden());
  assert.ok(await bob.getByRole('button', { name: 'Dismiss: bob' }).isHidden());
  await bob.getByLabel('Topic', { exact: true }).fill('bob was here');
  await bob.getByRole('button', { name: 'Save' }).click();
  await eve.getByText('bob set the topic: bob was here').waitFor();
  await say(eve, 'thank you');
  await message(ada, 'thank you').waitFor();
  // Who is dismissed has nothing to set any more, also where the settings stand open.
  await moderate(ada, 'bob', 'No longer moderator');
  await bob.locator('#settings').waitFor({ state: 'hidden' });
});

scene('who looks after a room removes a message, mutes and puts out', async (s) => {
  const ada = await s.guest('ada');
  const bob = await s.guest('bob');
  await make_room(ada, 'attic');
  await enter_room(bob, 'attic');
  await say(bob, 'something rude');
  await message(ada, 'something rude').waitFor();
  assert.equal(await bob.getByRole('button', { name: 'Remove' }).count(), 0);
  await message(ada, 'something rude').hover();
  await ada.getByRole('button', { name: 'Remove', exact: true }).click();
  await ada.getByRole('button', { name: 'Really remove?' }).click();
  await conversation(bob, ['This message was removed']);
  await bob.getByText('ada removed a message').waitFor();

  await moderate(ada, 'bob', 'Mute for 10 min');
  await bob.getByText(/ada has muted you in attic for/).waitFor();
  await moderate(ada, 'bob', 'Let speak again');
  await bob.getByText('You may speak in attic again.').waitFor();
  await moderate(ada, 'bob', 'Make moderator');
  await bob.getByText(/the attic room’s moderator/).waitFor();
  await moderate(ada, 'bob', 'Ban', 'Really ban?');
  await bob.getByText('ada has banned you from this room.').waitFor();
  // To knock again would not help, and nothing can be said.
  assert.equal(await bob.getByRole('button', { name: 'Knock again' }).count(), 0);
  assert.equal(await composer(bob).isEditable(), false);
  assert.equal(await bob.locator('#send').getAttribute('aria-disabled'), 'true');
  await look(bob, 'banned');
  await bob.reload();
  await bob.getByText('You are banned from the room attic.').waitFor();
  assert.equal(await bob.getByRole('button', { name: 'Knock again' }).count(), 0);
  assert.equal(await composer(bob).isEditable(), false);
  await room_link(bob, 'lobby').click();
  await inside(bob);
  await say(bob, 'here I may');
  await message(bob, 'here I may').waitFor();
});

scene('who was put out may knock, and what waited is promised only while it can go out', async (s) => {
  const ada = await s.guest('ada');
  const bob = await s.guest('bob');
  await make_room(ada, 'attic');
  await ada.getByRole('button', { name: 'Room settings' }).click();
  await ada.getByLabel('Slow mode').fill('3600');
  await ada.getByRole('button', { name: 'Save' }).click();
  await ada.getByText('Saved.').waitFor();
  await ada.keyboard.press('Escape');
  await enter_room(bob, 'attic');
  await inside(bob);
  await say(bob, 'one');
  await message(bob, 'one').waitFor();
  await say(bob, 'two');
  await pending(bob, 'two').getByText(/goes out in/).waitFor();
  await moderate(ada, 'bob', 'Mute for 10 min');
  await pending(bob, 'two').getByText('waits while you are muted').waitFor();
  await moderate(ada, 'bob', 'Let speak again');
  await pending(bob, 'two').getByText(/goes out in/).waitFor();
  await moderate(ada, 'bob', 'Put out', 'Really put out?');
  await bob.getByText('ada has put you out of this room.').waitFor();
  await pending(bob, 'two').getByText('is not sent: you are not in this room').waitFor();
  assert.equal(await composer(bob).isEditable(), false);
  await bob.getByRole('button', { name: 'Knock again' }).click();
  await inside(bob);
  assert.equal(await composer(bob).isEditable(), true);
});

scene('a mute that ends by itself lets out what waited', async (s) => {
  const ada = await s.guest('ada');
  const bob = await s.guest('bob');
  await make_room(ada, 'attic');
  await enter_room(bob, 'attic');
  await inside(bob);
  await ada.evaluate(() => new Promise((done) => {
    const socket = new WebSocket(`wss://${location.host}/ws`, 'parley.v1');
    socket.onmessage = ({ data }) => {
      const { type } = JSON.parse(data);
      if (type === 'welcome') socket.send(JSON.stringify({ type: 'join', room: 'attic' }));
      if (type === 'joined') socket.send(JSON.stringify({ type: 'moderate', room: 'attic', act: 'mute', user: 'bob', for_ms: 4000 }));
      if (type === 'moderated') done();
    };
  }));
  await bob.getByText(/You are muted here for another \d s/).waitFor();
  await say(bob, 'patience');
  assert.equal(await composer(bob).inputValue(), 'patience');
  await bob.locator('#send[aria-disabled="false"]').waitFor();
  await composer(bob).press('Enter');
  await message(bob, 'patience').waitFor();
});
