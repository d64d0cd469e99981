// What helps to follow a conversation: searching it, being named in it, seeing that somebody is writing.

import assert from 'node:assert/strict';
import { look } from './support/look.mjs';
import { composer, conversation, inside, message, say, scene } from './support/scene.mjs';

const fast = { limits: { message_interval: '0s' } };

/** @param {import('playwright-core').Page} page @param {string} words */
async function search(page, words) {
  await page.getByRole('button', { name: 'Search' }).click();
  await page.getByLabel('Words that were said').fill(words);
}

scene('what was said is found by its words, with the words marked and what stood around it', async (s) => {
  const ada = await s.guest('ada');
  const bob = await s.guest('bob');
  for (const text of ['the kettle is on', 'who wants tea?', 'me', 'green or black?', 'I have tea <b>already</b>']) {
    await say(ada, text);
    await message(bob, text).waitFor();
  }
  await search(bob, 'tea');
  const found = bob.locator('#search-list > li');
  await found.nth(1).waitFor();
  assert.deepEqual(await found.locator('.found-text').allTextContents(), ['I have tea <b>already</b>', 'who wants tea?']);
  assert.deepEqual(await found.locator('mark').allTextContents(), ['tea', 'tea']);
  await found.nth(1).getByRole('button').click();
  await found.nth(1).locator('.context p').first().waitFor();
  assert.deepEqual(await found.nth(1).locator('.context p').allTextContents(), [
    'ada the kettle is on', 'ada who wants tea?', 'ada me', 'ada green or black?', 'ada I have tea <b>already</b>',
  ]);
  await look(bob, 'search');
  await bob.getByLabel('Words that were said').fill('coffee');
  await bob.getByText('Nobody has said that here.').waitFor();
  await bob.keyboard.press('Escape');  // empties the field
  await bob.keyboard.press('Escape');
  await bob.locator('#search').waitFor({ state: 'hidden' });
}, fast);

scene('a search comes in pages, and looks in one room where that is wanted', async (s) => {
  const ada = await s.guest('ada');
  for (let i = 0; i < 25; ++i) await say(ada, `apple ${i}`);
  await message(ada, 'apple 24').waitFor();
  await ada.locator('#finder-button').click();
  await ada.getByLabel('Room’s name').fill('orchard');
  await ada.getByRole('button', { name: 'Make the room' }).click();
  await ada.locator('#room-name').getByText('# orchard', { exact: true }).waitFor();
  await say(ada, 'apple of the orchard');
  await message(ada, 'apple of the orchard').waitFor();
  await search(ada, 'apple');
  const found = ada.locator('#search-list > li');
  await found.nth(19).waitFor();
  await ada.getByRole('button', { name: 'Show older ones' }).click();
  await found.nth(25).waitFor();
  const texts = await found.locator('.found-text').allTextContents();
  assert.deepEqual(texts, ['apple of the orchard', ...Array.from({ length: 25 }, (_, i) => `apple ${24 - i}`)]);
  assert.ok(await ada.getByRole('button', { name: 'Show older ones' }).isHidden());
  await ada.getByLabel(/Only in/).check();
  await ada.waitForFunction(() => document.querySelectorAll('#search-list > li').length === 1);
}, { ...fast, limits: { ...fast.limits, flood: '1000 in 10s' } });

scene('who types slowly does not run into the limit of searches, and gets the answer', async (s) => {
  const ada = await s.guest('ada');
  await say(ada, 'a rather long word: extraordinarily');
  await message(ada, 'a rather long word: extraordinarily').waitFor();
  await ada.evaluate(() => {
    window.notes = [];
    const note = document.getElementById('search-note');
    new MutationObserver(() => window.notes.push(note.textContent)).observe(note, { childList: true, characterData: true, subtree: true });
  });
  await ada.getByRole('button', { name: 'Search' }).click();
  await ada.getByLabel('Words that were said').waitFor();
  // Slower than the pause for which the page waits: every letter is a question.
  await ada.getByLabel('Words that were said').pressSequentially('extraordinarily', { delay: 350 });
  await ada.locator('#search-list mark').filter({ hasText: /^extraordinarily$/ }).waitFor();
  assert.deepEqual(await ada.evaluate(() => window.notes.filter((text) => /too many|at most|limit/i.test(text))), []);
}, { limits: { searches: '10 in 10s' } });

scene('of what is typed only the end is asked for, once the question before is answered', async (s) => {
  const ada = await s.guest('ada');
  const asked = [];
  let answer_now = () => {};
  await ada.routeWebSocket(/\/ws$/, (socket) => {
    const server = socket.connectToServer();
    socket.onMessage((data) => {
      const frame = JSON.parse(String(data));
      if (frame.type !== 'search') return server.send(data);
      asked.push(frame.query);
      answer_now = () => socket.send(JSON.stringify({ type: 'found', query: frame.query, more: false, messages: [
        { room: 'lobby', seq: 1, from: 'ada', at: Date.now(), parts: ['', frame.query] },
      ] }));
    });
  });
  await ada.reload();
  await inside(ada);
  await search(ada, 'one');
  for (let i = 0; i < 100 && !asked.length; ++i) await ada.waitForTimeout(20);
  for (const words of ['one t', 'one two', 'one two three']) await ada.getByLabel('Words that were said').fill(words);
  await ada.waitForTimeout(600);  // longer than the pause after a key
  assert.deepEqual(asked, ['one']);
  answer_now();
  for (let i = 0; i < 100 && asked.length < 2; ++i) await ada.waitForTimeout(20);
  assert.deepEqual(asked, ['one', 'one two three']);
  answer_now();
  await ada.locator('#search-list mark').getByText('one two three', { exact: true }).waitFor();
  assert.equal(await ada.locator('#search-list li').count(), 1);
});

scene('search that is opened again shows what was looked for, and finds it', async (s) => {
  const ada = await s.guest('ada');
  await say(ada, 'more tea?');
  await message(ada, 'more tea?').waitFor();
  await search(ada, 'tea');
  await ada.locator('#search-list li').waitFor();
  await ada.locator('#search').getByRole('button', { name: 'Close' }).click();
  await say(ada, 'yes, tea');
  await message(ada, 'yes, tea').waitFor();
  await ada.getByRole('button', { name: 'Search' }).click();
  assert.equal(await ada.getByLabel('Words that were said').inputValue(), 'tea');
  await ada.locator('#search-list li').nth(1).waitFor();
  await ada.getByLabel('Words that were said').fill('');
  await ada.getByText('1 room to look in').waitFor();
  assert.equal(await ada.locator('#search-list li').count(), 0);
}, fast);

scene('a name in a message is marked', async (s) => {
  const ada = await s.guest('ada');
  const bob = await s.guest('bob');
  await say(ada, '@Bob, and @carol. not me@bob.org');
  await message(bob, '@Bob, and @carol. not me@bob.org').waitFor();
  assert.deepEqual(await bob.locator('#log .mention').allTextContents(), ['@Bob', '@carol']);
  assert.deepEqual(await bob.locator('#log .mention.me').allTextContents(), ['@Bob']);
});

scene('whoever writes is seen to, until it is said', async (s) => {
  const ada = await s.guest('ada');
  const bob = await s.guest('bob');
  await ada.locator('#people-list').getByText('bob', { exact: true }).waitFor();
  await composer(ada).pressSequentially('hm');
  await bob.locator('#typing').getByText('ada is writing…', { exact: true }).waitFor();
  assert.equal(await ada.locator('#typing').textContent(), '');
  await look(bob, 'typing');
  await say(ada, 'hm!');
  await conversation(bob, ['hm!']);
  await bob.waitForFunction(() => document.getElementById('typing')?.textContent === '');
});

scene('what waited too long is not sent by itself after a reload', async (s) => {
  const ada = await s.guest('ada');
  await ada.evaluate(() => {
    const at = Date.now() - 3_600_000;
    sessionStorage.setItem('parley.waiting.ada', JSON.stringify([
      { id: 'old-one', room: 'lobby', text: 'an hour ago', at, state: 'waiting' },
      { id: 'new-one', room: 'lobby', text: 'just now', at: Date.now(), state: 'waiting' },
    ]));
  });
  await ada.reload();
  await inside(ada);
  await conversation(ada, ['just now']);
  const old = ada.locator('#waiting .pending').filter({ hasText: 'an hour ago' });
  await old.getByText('This waited too long to be sent by itself.').waitFor();
  await old.getByRole('button', { name: 'Edit' }).click();
  assert.equal(await composer(ada).inputValue(), 'an hour ago');
});
